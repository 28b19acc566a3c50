using System.Reflection;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Bench.Rows;

/// <summary>What do L-BFGS and Muon gain by a native provider, and what would MathNet's managed one cost them?</summary>
static class NativeRules
{
    public static Row Row { get; } =
        new(
            "native-rules",
            "a step of L-BFGS and of Muon by OpenBLAS, against the library's own code and against MathNet's managed provider",
            Measure);

    /// <summary>The managed provider as one that was chosen: by itself the library does not use it.</summary>
    public class Chosen : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? method, object?[]? arguments) =>
            method!.Invoke(ManagedLinearAlgebraProvider.Instance, arguments);
    }

    static IEnumerable<Line> Measure(Workbench bench)
    {
        if (OpenBlas.Missing is { } missing)
        {
            yield return Line.NotMeasured("rules", missing, null);
            yield break;
        }
        var (length, side) = bench.Quick ? (100_000, 256) : (1_000_000, 512);
        foreach (var threads in bench.Threads)
        {
            var on = Line.Threads(threads);
            foreach (var line in Of(bench, $"L-BFGS, 10 pairs, {length}, {on}", threads, () => Lbfgs(length, threads))) yield return line;
            foreach (var line in Of(bench, $"Muon, {side} x {side}, float, {on}", threads, () => Muon(side, threads))) yield return line;
        }
    }

    static IEnumerable<Line> Of(Workbench bench, string what, int threads, Func<Action> step)
    {
        ILinearAlgebraProvider managed = ManagedLinearAlgebraProvider.Instance;
        var chosen = DispatchProxy.Create<ILinearAlgebraProvider, Chosen>();
        var native = NativeSides.Provider(threads);
        // Optimizers of their own: the history lies elsewhere where a provider is in use.
        Side Of(ILinearAlgebraProvider provider)
        {
            LinearAlgebraControl.Provider = provider;
            return NativeSides.With(provider, step());
        }
        try
        {
            var own = Duel.Run(bench.Pace.Part(2), Of(native), Of(managed));
            yield return NativeSides.Line($"{what}, against its own code", own.Ratio(0, 1), null, own);
            var theirs = Duel.Run(bench.Pace.Part(4), Of(native), Of(chosen));
            yield return NativeSides.Line($"{what}, against the managed provider", theirs.Ratio(0, 1), null, theirs);
        }
        finally { Native.UseManaged(); }
    }

    static Action Lbfgs(int length, int threads)
    {
        const int Pairs = 10, More = 15;
        var quadratic = new Quadratic(length, Pairs, 1e-3) { Threads = threads };
        for (var k = 0; k < Pairs + More; k++) quadratic.Step();
        return quadratic.Step;
    }

    static Action Muon(int side, int threads)
    {
        var parameter = new Parameter(NDArray.Of(Noise.Of<float>(side * side, 0.5, 1), side, side))
        {
            Grad = NDArray.Of(Noise.Of<float>(side * side, 0.1, 2), side, side),
        };
        return new Optimizer([parameter], new Muon()) { Execution = new() { Threads = threads } }.Step;
    }
}
