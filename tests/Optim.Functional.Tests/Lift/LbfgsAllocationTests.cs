using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Lift;

public class LbfgsAllocationTests
{
    public static TheoryData<int, string?, int, NonFinite> Ways
    {
        get
        {
            var data = new TheoryData<int, string?, int, NonFinite>();
            foreach (var n in new[] { 60, 20_000 })
                foreach (var search in new[] { null, "strong_wolfe" })
                    foreach (var iterations in new[] { 1, 4 })
                        data.Add(n, search, iterations, iterations == 1 ? NonFinite.Propagate : NonFinite.Skip);
            return data;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_step_allocates_nothing_once_its_history_is_full(int n, string? search, int iterations, NonFinite nonFinite)
    {
        var curvatures = Enumerable.Range(0, n).Select(i => 1 + i % 50 / 10f).ToArray();
        Parameter[] parameters =
        [
            new(Enumerable.Repeat(3f, n).ToArray()) { Grad = new float[n] },
            new(Matrix<float>.Build.Dense(4, 5, 1)) { Grad = Matrix<float>.Build.Dense(4, 5) },
        ];
        float[] θ = parameters[0].Value.As<float>().Data, g = parameters[0].Grad!.As<float>().Data;
        var drift = 0f;
        double Closure()
        {
            // A bowl whose middle wanders, so that there is always something to learn.
            var loss = 0.0;
            for (var i = 0; i < n; i++)
            {
                g[i] = curvatures[i] * (θ[i] - drift * (i % 7));
                loss += 0.5 * g[i] * (θ[i] - drift * (i % 7));
            }
            return loss;
        }
        var optimizer = new Optimizer(
            parameters,
            new LBFGS(MaxIter: iterations, HistorySize: 5, Lr: 0.5, LineSearchFn: search),
            nonFinite)
        {
            Execution = new() { Threads = 1 },
        };
        Func<double> closure = Closure;
        void Step()
        {
            drift += 0.01f;
            optimizer.Step(closure);
        }
        for (var i = 0; i < 40; i++) Step();
        Assert.Equal(5, optimizer.Memory().OldDirs.Count);
        Step();
        Assert.Equal(0, Least(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 10; i++) Step();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    /// <summary>The least of several measurements: in a single one the runtime may load or compile something,
    /// which is not the step's doing.</summary>
    static long Least(Func<long> bytes) => Enumerable.Range(0, 5).Min(_ => bytes());

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Nothing_is_allocated_after_the_first_iterations_though_the_history_still_grows(int iterations)
    {
        const int n = 20_000;
        long Anew()
        {
            var parameter = new Parameter(Enumerable.Repeat(3.0, n).ToArray()) { Grad = new double[n] };
            double[] θ = parameter.Value.As<double>().Data, g = parameter.Grad!.As<double>().Data;
            var optimizer = new Optimizer(
                [parameter],
                new LBFGS(MaxIter: iterations, HistorySize: 60, Lr: 0.01, ToleranceGrad: 0, ToleranceChange: 0))
            {
                Execution = new() { Threads = 1 },
            };
            Func<double> closure = () =>
            {
                var loss = 0.0;
                for (var i = 0; i < n; i++) loss += 0.5 * θ[i] * (g[i] = (1 + i % 50) * θ[i]);
                return loss;
            };
            for (var k = 0; k < 3; k++) optimizer.Step(closure);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var k = 0; k < 10; k++) optimizer.Step(closure);
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(optimizer.Memory().OldDirs.Count, 10, 59);
            return bytes;
        }
        Assert.Equal(0, Least(Anew));
    }

    [Fact]
    public void A_small_problem_allocates_nothing_after_its_second_step()
    {
        double[] θ = [3, -2], g = [0, 0];
        var optimizer = new Optimizer([new Parameter(θ) { Grad = g }], new LBFGS(MaxIter: 3, Lr: 0.1));
        Func<double> closure = () =>
        {
            (g[0], g[1]) = (θ[0] * θ[0] * θ[0], 4 * θ[1]);
            return θ[0] * θ[0] * θ[0] * θ[0] / 4 + 2 * θ[1] * θ[1];
        };
        for (var k = 0; k < 2; k++) optimizer.Step(closure);
        Assert.Equal(0, Least(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var k = 0; k < 10; k++) optimizer.Step(closure);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }));
    }

    /// <summary>Bytes that steps over Rosenbrock's chain allocate, and the pairs after them.</summary>
    static (long Bytes, int Pairs) Chain(int n, int historySize, int steps)
    {
        var rule = new LBFGS(MaxIter: 20, HistorySize: historySize, ToleranceGrad: 0, ToleranceChange: 0, LineSearchFn: "strong_wolfe");
        double[] θ = [.. Enumerable.Range(0, n).Select(i => Math.Sin(i))], g = new double[n];
        var optimizer = new Optimizer([new Parameter(θ) { Grad = g }], rule) { Execution = new() { Threads = 1 } };
        double Closure()
        {
            var loss = 0.0;
            Array.Clear(g);
            for (var i = 0; i + 1 < n; i++)
            {
                var (a, b) = (1 - θ[i], θ[i + 1] - θ[i] * θ[i]);
                loss += a * a + 100 * b * b;
                g[i] += -2 * a - 400 * θ[i] * b;
                g[i + 1] += 200 * b;
            }
            return loss;
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var k = 0; k < steps; k++) optimizer.Step(Closure);
        return (GC.GetAllocatedBytesForCurrentThread() - before, ((LbfgsWork<double>)optimizer.Solver!).Pairs.Count);
    }

    [Theory, InlineData(1_000), InlineData(1_000_000_000), InlineData(int.MaxValue)]
    public void A_history_of_a_billion_costs_no_more_than_one_of_128_before_the_pairs_come(int historySize)
    {
        // The least of some: what is made once in a process may fall into one of them.
        long Least(int history) => Enumerable.Range(0, 5).Min(_ => Chain(100, history, 1).Bytes);
        Assert.Equal(Least(128), Least(historySize));
    }

    [Theory, InlineData(1000, 60), InlineData(20_000, 15)]
    public void Memory_is_linear_in_pairs(int n, int steps)
    {
        var (bytes, pairs) = Chain(n, int.MaxValue, steps);
        Assert.InRange(pairs, 10 * steps, 20 * steps);
        // Two vectors each, allocated up to twice as often as they are used, and 1 KiB beside them.
        Assert.InRange(bytes, 0, (long)(pairs + 129) * 2 * (2 * n * sizeof(double) + 1024));
    }
}
