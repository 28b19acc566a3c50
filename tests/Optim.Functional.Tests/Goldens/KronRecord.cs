using System.Numerics;
using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>PSGD-Kron's state beside kron_torch's, and what that has drawn at random.</summary>
static class KronRecord
{
    static readonly string[] known = ["step", "momentum_buffer", "momentum_shape", "Q", "Q_shapes"];

    /// <summary>Where a case names no balance_steps, kron_torch's own generator decided: the 20th number of Python's Random(42) is the
    /// first below 0.01, and the next one is far beyond the records.</summary>
    const int firstBalanced = 20;

    public static void Check(Golden c, ParameterState state, JsonElement want, Func<string, double[]> got,
        Action<string, double[], double[]> same)
    {
        Assert.All(want.EnumerateObject(), e => Assert.Contains(e.Name, known));
        Assert.Equal(want.Whole("step"), state.Step);
        same("momentum_buffer", got("momentum_buffer"), want.GetProperty("momentum_buffer").Doubles());
        same("Q", got("Q"), [.. want.GetProperty("Q").EnumerateArray().SelectMany(q => q.Doubles())]);
        Assert.Equal([0], got("failed_refreshes"));
    }

    /// <summary>Puts the recorded draws of step t in place of the library's own, until it is disposed of.</summary>
    public static IDisposable? Draws(Golden c, int t) => c.Has("noise") ? new Drawn(c, t) : null;

    sealed class Drawn : IRecordedDraws, IDisposable
    {
        readonly List<(int[] Shape, double[] Values)> left;

        public Drawn(Golden c, int t)
        {
            left = [.. c.Json.GetProperty("noise")[t - 1].EnumerateArray().Select(Of)];
            var told = c.Json.GetProperty("balance_steps").Integers();
            Balances = told.Length > 0 ? told.Contains(t) : t == firstBalanced;
            var isUpdated = c.Json.GetProperty("precond_updates")[t - 1].GetInt32() == 1;
            Assert.True(isUpdated || left.Count == 0, $"{c.At}: numbers are drawn at step {t}, which updates nothing.");
            Probe.Recorded = this;
        }

        static (int[], double[]) Of(JsonElement draw)
        {
            Assert.Equal("randn", draw.GetProperty("kind").GetString());
            return (draw.GetProperty("shape").Integers(), draw.GetProperty("values").Doubles());
        }

        public bool Balances { get; }

        public void Draw<T>(ReadOnlySpan<int> dims, Span<T> to) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int[] wanted = [.. dims];
            var at = left.FindIndex(d => d.Shape.SequenceEqual(wanted));
            Assert.True(at >= 0, $"nothing is recorded of ({string.Join(", ", wanted)}).");
            for (var k = 0; k < to.Length; k++) to[k] = T.CreateTruncating(left[at].Values[k]);
            left.RemoveAt(at);
        }

        public void Dispose()
        {
            Probe.Recorded = null;
            Assert.Empty(left);
        }
    }
}
