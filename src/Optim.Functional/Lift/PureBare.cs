namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;

/// <summary>The same functions on one bare array, vector or matrix.</summary>
public static partial class Pure
{
    static Params One(Tensor? value, string what = "the parameter") => Params.Of(("", value ?? throw Fault.Null(what)));

    /// <summary>The state before the first step, for one array, MathNet vector or matrix.</summary>
    public static State Init(this IRule rule, Tensor parameters) => rule.Init(One(parameters));

    /// <summary>One step on an array.</summary>
    public static (double[] Parameters, State State) Step(this IElementwiseRule rule, double[] parameters, double[] gradients, State state)
    { var (next, after) = rule.Step(One(parameters), One(gradients, "the gradient"), state); return (next[0].As<double>().Data, after); }

    /// <summary>One step on an array.</summary>
    public static (float[] Parameters, State State) Step(this IElementwiseRule rule, float[] parameters, float[] gradients, State state)
    { var (next, after) = rule.Step(One(parameters), One(gradients, "the gradient"), state); return (next[0].As<float>().Data, after); }

    /// <summary>One step on a vector; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Vector<double> Parameters, State State) Step(this IElementwiseRule rule, Vector<double> parameters, Vector<double> gradients, State state)
    { var (next, after) = rule.Step(One(parameters), One(gradients, "the gradient"), state); return (next[0].As<double>().ToVector(), after); }

    /// <summary>One step on a vector; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Vector<float> Parameters, State State) Step(this IElementwiseRule rule, Vector<float> parameters, Vector<float> gradients, State state)
    { var (next, after) = rule.Step(One(parameters), One(gradients, "the gradient"), state); return (next[0].As<float>().ToVector(), after); }

    /// <summary>One step on a matrix; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Matrix<double> Parameters, State State) Step(this IElementwiseRule rule, Matrix<double> parameters, Matrix<double> gradients, State state)
    { var (next, after) = rule.Step(One(parameters), One(gradients, "the gradient"), state); return (next[0].As<double>().ToMatrix(), after); }

    /// <summary>One step on a matrix; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Matrix<float> Parameters, State State) Step(this IElementwiseRule rule, Matrix<float> parameters, Matrix<float> gradients, State state)
    { var (next, after) = rule.Step(One(parameters), One(gradients, "the gradient"), state); return (next[0].As<float>().ToMatrix(), after); }
}
