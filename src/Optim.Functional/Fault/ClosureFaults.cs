using MathNet.Numerics.Optimization;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of rules that ask for the loss, and of their closures and solvers.</summary>
static partial class Fault
{
    public static InvalidOperationException NoClosure(IRule rule) =>
        new($"{rule.Name}: a step needs a closure that computes the loss and the gradients, "
            + "since it asks for them several times; got none.");

    public static ArgumentException NoFunction(IRule rule) =>
        new($"{rule.Name}: its step is given gradients, got a function. Evaluate it and hand over the gradients.");

    public static InvalidOperationException WithinClosure(string rule, string what) =>
        new($"{rule}: {what} was called from within the closure of a step; the closure only computes the loss and the gradients.");

    public static InvalidOperationException NoSolver(IRule rule) =>
        new($"{rule.Name}: its Solver gave null; it must give a new solver at every call.");

    public static InvalidOperationException NeverAsked(IRule rule) =>
        new($"{rule.Name}: its step ended without asking for the loss, so there is none to return. "
            + "Its solver must evaluate the start first.");

    public static ArgumentException Lengths(int[] got) =>
        new($"Vectors of one operation must be of one length, got {string.Join(", ", got)}.");

    public static InvalidOperationException VectorLength(IRule rule, string what, int wanted, int got) =>
        new($"{rule.Name}: {what} has {got} elements, all parameters together have {wanted}; vectors of its solver must be as long.");

    public static ArgumentException LongVector(double got, long most) =>
        new($"LBFGS: the parameters have {Thousands(got)} elements, "
            + $"more than the one vector it makes of them can hold, {Thousands(most)}. Use an elementwise rule, or fewer parameters.");

    public static IncompatibleObjectiveException NoGradient() =>
        new("LbfgsMinimizer: the objective function gives no gradient. Make it by ObjectiveFunction.Gradient, "
            + "or put ForwardDifferenceGradientObjectiveFunction around it.");

    public static ArgumentException GradientLength(int wanted, int got) =>
        new($"LbfgsMinimizer: the objective function's gradient has {got} elements, the initial guess has {wanted}.");

    public static EvaluationException NonFiniteStart(IObjectiveFunctionEvaluation f) =>
        new(
            double.IsFinite(f.Value)
                ? Invariant($"LbfgsMinimizer: the gradient at the initial guess is not finite; the value is {f.Value}.")
                : Invariant($"LbfgsMinimizer: the value at the initial guess is {f.Value}.") + " Start where it is finite.",
            f);

    public static MaximumIterationsException Iterations(int most, IObjectiveFunctionEvaluation f) =>
        new(Invariant($"LbfgsMinimizer: {most} iterations are done, and neither gradient nor change is within its tolerance; ")
            + Invariant($"the value is {f.Value}. The objective function stands there: go on from its Point, or allow more by MaxIter."));

    public static ArgumentException OneGroup(string rule) =>
        new($"{rule}: supports one parameter group only, since it treats all parameters as one vector; got a second one. "
            + "Use one optimizer per group.");
}
