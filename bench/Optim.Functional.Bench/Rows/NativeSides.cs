using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Bench.Rows;

/// <summary>What the rows about native providers share.</summary>
static class NativeSides
{
    /// <summary>Ours, over the OpenBLAS that others are measured with; MathNet's own stays the one in use.</summary>
    public static OpenBlasLinearAlgebra Provider(int threads)
    {
        var provider = Native.Use(OpenBlas.Name, threads);
        Native.UseManaged();
        return provider;
    }

    /// <summary>What a side does while a provider is in use.</summary>
    public static Side With(ILinearAlgebraProvider provider, Action run) => new(run, () => LinearAlgebraControl.Provider = provider);

    public static Line Line(string what, double ratio, Target? target, Timing time) =>
        new(what, ratio, target)
        {
            Ours = $"{Bench.Line.Number(time.Of(0) / 1e6)} ms",
            Theirs = $"{Bench.Line.Number(time.Of(1) / 1e6)} ms",
            Rounds = time.Kept,
        };
}
