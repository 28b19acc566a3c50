namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;

/// <summary>The same functions on one bare array, vector or matrix.</summary>
public static partial class Pure
{
    static Params One(Tensor value) => Params.Of(("", value));

    /// <summary>The state before the first step, for one array, MathNet vector or matrix.</summary>
    public static State Init(this IRule rule, Tensor θ) => rule.Init(One(θ));

    /// <summary>One step on an array.</summary>
    public static (double[] θ, State s) Step(this IElementwiseRule rule, double[] θ, double[] g, State s)
    { var (next, state) = rule.Step(One(θ), One(g), s); return (next[0].As<double>().Data, state); }

    /// <summary>One step on an array.</summary>
    public static (float[] θ, State s) Step(this IElementwiseRule rule, float[] θ, float[] g, State s)
    { var (next, state) = rule.Step(One(θ), One(g), s); return (next[0].As<float>().Data, state); }

    /// <summary>One step on a vector; g may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Vector<double> θ, State s) Step(this IElementwiseRule rule, Vector<double> θ, Vector<double> g, State s)
    { var (next, state) = rule.Step(One(θ), One(g), s); return (next[0].As<double>().ToVector(), state); }

    /// <summary>One step on a vector; g may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Vector<float> θ, State s) Step(this IElementwiseRule rule, Vector<float> θ, Vector<float> g, State s)
    { var (next, state) = rule.Step(One(θ), One(g), s); return (next[0].As<float>().ToVector(), state); }

    /// <summary>One step on a matrix; g may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Matrix<double> θ, State s) Step(this IElementwiseRule rule, Matrix<double> θ, Matrix<double> g, State s)
    { var (next, state) = rule.Step(One(θ), One(g), s); return (next[0].As<double>().ToMatrix(), state); }

    /// <summary>One step on a matrix; g may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Matrix<float> θ, State s) Step(this IElementwiseRule rule, Matrix<float> θ, Matrix<float> g, State s)
    { var (next, state) = rule.Step(One(θ), One(g), s); return (next[0].As<float>().ToMatrix(), state); }
}
