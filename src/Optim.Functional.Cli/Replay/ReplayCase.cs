namespace Optim.Functional.Cli;

/// <summary>A problem from one start.</summary>
/// <param name="Problem">What the problem is called.</param>
/// <param name="Start">What the start is called; all cases of a start are counted together.</param>
/// <param name="F">What is minimised.</param>
/// <param name="X0">Where it is started.</param>
/// <param name="Minima">The published values of its minima, the least first.</param>
internal sealed record ReplayCase(string Problem, string Start, Objective F, double[] X0, double[] Minima);

/// <summary>The value at <paramref name="x"/>; its gradient is written.</summary>
internal delegate double Objective(ReadOnlySpan<double> x, Span<double> gradient);
