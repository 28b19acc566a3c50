namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;

/// <summary>The same functions on one bare array, vector or matrix: one tensor without a name.</summary>
public static partial class Pure
{
    /// <summary>The state before the first step, for one array, MathNet vector or matrix.</summary>
    public static State Init(this IRule rule, NDArray parameters) => rule.Init(One(parameters));

    /// <summary>One step on an array.</summary>
    public static (double[] Parameters, State State) Step(this IRule rule, double[] parameters, double[] gradients, State state) =>
        Bare(rule, parameters, gradients, state, t => t.As<double>().Data);

    /// <summary>One step on an array.</summary>
    public static (float[] Parameters, State State) Step(this IRule rule, float[] parameters, float[] gradients, State state) =>
        Bare(rule, parameters, gradients, state, t => t.As<float>().Data);

    /// <summary>One step on a vector; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Vector<double> Parameters, State State) Step(
        this IRule rule, Vector<double> parameters, Vector<double> gradients, State state) =>
        Bare(rule, parameters, gradients, state, t => t.As<double>().ToVector());

    /// <summary>One step on a vector; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Vector<float> Parameters, State State) Step(
        this IRule rule, Vector<float> parameters, Vector<float> gradients, State state) =>
        Bare(rule, parameters, gradients, state, t => t.As<float>().ToVector());

    /// <summary>One step on a matrix; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Matrix<double> Parameters, State State) Step(
        this IRule rule, Matrix<double> parameters, Matrix<double> gradients, State state) =>
        Bare(rule, parameters, gradients, state, t => t.As<double>().ToMatrix());

    /// <summary>One step on a matrix; gradients may be sparse where torch allows it (SGD, Adagrad).</summary>
    public static (Matrix<float> Parameters, State State) Step(
        this IRule rule, Matrix<float> parameters, Matrix<float> gradients, State state) =>
        Bare(rule, parameters, gradients, state, t => t.As<float>().ToMatrix());

    /// <summary>One step of a rule that asks for the loss, on an array.</summary>
    public static (double[] Parameters, State State, double Loss) Step(
        this IRule rule, Func<double[], (double Loss, double[] Gradients)> f, double[] parameters, State state) =>
        Bare(rule, f, parameters, state, t => t.As<double>().Data, g => g);

    /// <summary>One step of a rule that asks for the loss, on an array.</summary>
    public static (float[] Parameters, State State, double Loss) Step(
        this IRule rule, Func<float[], (double Loss, float[] Gradients)> f, float[] parameters, State state) =>
        Bare(rule, f, parameters, state, t => t.As<float>().Data, g => g);

    /// <summary>One step of a rule that asks for the loss, on a vector.</summary>
    public static (Vector<double> Parameters, State State, double Loss) Step(
        this IRule rule, Func<Vector<double>, (double Loss, Vector<double> Gradients)> f, Vector<double> parameters, State state) =>
        Bare(rule, f, parameters, state, t => t.As<double>().ToVector(), g => g);

    /// <summary>One step of a rule that asks for the loss, on a vector.</summary>
    public static (Vector<float> Parameters, State State, double Loss) Step(
        this IRule rule, Func<Vector<float>, (double Loss, Vector<float> Gradients)> f, Vector<float> parameters, State state) =>
        Bare(rule, f, parameters, state, t => t.As<float>().ToVector(), g => g);

    /// <summary>One step of a rule that asks for the loss, on a matrix.</summary>
    public static (Matrix<double> Parameters, State State, double Loss) Step(
        this IRule rule, Func<Matrix<double>, (double Loss, Matrix<double> Gradients)> f, Matrix<double> parameters, State state) =>
        Bare(rule, f, parameters, state, t => t.As<double>().ToMatrix(), g => g);

    /// <summary>One step of a rule that asks for the loss, on a matrix.</summary>
    public static (Matrix<float> Parameters, State State, double Loss) Step(
        this IRule rule, Func<Matrix<float>, (double Loss, Matrix<float> Gradients)> f, Matrix<float> parameters, State state) =>
        Bare(rule, f, parameters, state, t => t.As<float>().ToMatrix(), g => g);

    static Params One(NDArray? value, string what = "the parameter") => Params.Of(("", value ?? throw Fault.Null(what)));

    static (A, State) Bare<A>(IRule rule, NDArray? θ, NDArray? g, State s, Func<NDArray, A> view)
    {
        var (next, after) = rule.Step(One(θ), One(g, "the gradient"), s);
        return (view(next[0]), after);
    }

    static (A, State, double) Bare<A>(
        IRule rule, Func<A, (double, A)> f, NDArray? θ, State s, Func<NDArray, A> view, Func<A, NDArray?> tensor)
    {
        if (f is null) throw Fault.NoClosure(rule);
        var (next, after, loss) = rule.Step(p =>
        {
            var (value, g) = f(view(p[0]));
            return (value, One(tensor(g), "the gradient"));
        }, One(θ), s);
        return (view(next[0]), after, loss);
    }
}
