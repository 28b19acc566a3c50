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

    /// <summary>One step of L-BFGS on an array.</summary>
    public static (double[] Parameters, State State, double Loss) Step(this LBFGS rule, Func<double[], (double Loss, double[] Gradients)> f, double[] parameters, State state)
    { var (next, after, loss) = rule.Step(Named(rule, f, p => p.As<double>().Data, g => g), One(parameters), state); return (next[0].As<double>().Data, after, loss); }

    /// <summary>One step of L-BFGS on an array.</summary>
    public static (float[] Parameters, State State, double Loss) Step(this LBFGS rule, Func<float[], (double Loss, float[] Gradients)> f, float[] parameters, State state)
    { var (next, after, loss) = rule.Step(Named(rule, f, p => p.As<float>().Data, g => g), One(parameters), state); return (next[0].As<float>().Data, after, loss); }

    /// <summary>One step of L-BFGS on a vector.</summary>
    public static (Vector<double> Parameters, State State, double Loss) Step(this LBFGS rule, Func<Vector<double>, (double Loss, Vector<double> Gradients)> f, Vector<double> parameters, State state)
    { var (next, after, loss) = rule.Step(Named(rule, f, p => p.As<double>().ToVector(), g => g), One(parameters), state); return (next[0].As<double>().ToVector(), after, loss); }

    /// <summary>One step of L-BFGS on a vector.</summary>
    public static (Vector<float> Parameters, State State, double Loss) Step(this LBFGS rule, Func<Vector<float>, (double Loss, Vector<float> Gradients)> f, Vector<float> parameters, State state)
    { var (next, after, loss) = rule.Step(Named(rule, f, p => p.As<float>().ToVector(), g => g), One(parameters), state); return (next[0].As<float>().ToVector(), after, loss); }

    /// <summary>One step of L-BFGS on a matrix.</summary>
    public static (Matrix<double> Parameters, State State, double Loss) Step(this LBFGS rule, Func<Matrix<double>, (double Loss, Matrix<double> Gradients)> f, Matrix<double> parameters, State state)
    { var (next, after, loss) = rule.Step(Named(rule, f, p => p.As<double>().ToMatrix(), g => g), One(parameters), state); return (next[0].As<double>().ToMatrix(), after, loss); }

    /// <summary>One step of L-BFGS on a matrix.</summary>
    public static (Matrix<float> Parameters, State State, double Loss) Step(this LBFGS rule, Func<Matrix<float>, (double Loss, Matrix<float> Gradients)> f, Matrix<float> parameters, State state)
    { var (next, after, loss) = rule.Step(Named(rule, f, p => p.As<float>().ToMatrix(), g => g), One(parameters), state); return (next[0].As<float>().ToMatrix(), after, loss); }

    static Func<Params, (double, Params)> Named<A>(LBFGS rule, Func<A, (double, A)> f, Func<Tensor, A> bare, Func<A, Tensor?> tensor) => f is null ? throw Fault.NoClosure(rule) : p =>
    {
        var (loss, g) = f(bare(p[0]));
        return (loss, One(tensor(g), "the gradient"));
    };
}
