using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>L-BFGS: the recorded losses and gradients are fed back call by call, and every point asked for,
/// every count and the whole memory must be torch's.</summary>
public class LbfgsTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.Lbfgs);
    public static IEnumerable<TheoryDataRow<string>> CasesOfOneRule => GoldenFolder.Rows(Kind.Lbfgs, c => !c.HasEvents);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_torch_style_face_asks_where_torch_asks(string at) => Tally.Run(at, c =>
    {
        var (face, fed) = (new TorchFace(c), new Evaluations(c));
        double Closure()
        {
            var (loss, g) = fed.Next([.. face.Parameters.Select(p => Numbers.Of(p.Value))]);
            for (var i = 0; i < g.Length; i++)
                face.Parameters[i].Grad = g[i] is { } x ? Numbers.NDArray(x, c.Shapes[i], c.Single, mathNet: false) : null;
            return loss;
        }
        foreach (var step in c.Trajectory)
        {
            face.Events(c, step.Whole("step"));
            fed.Check(step, face.Optimizer.Step(Closure), face.Values(c), face.Optimizer.Memory());
        }
        fed.CheckEnd(face.Optimizer.Memory());
    });

    [Theory]
    [MemberData(nameof(CasesOfOneRule))]
    public void The_pure_face_asks_where_torch_asks(string at) => Tally.Run(at, c =>
    {
        var (rule, fed) = ((LBFGS)c.CreatePlan().Rule, new Evaluations(c));
        double[][] Values(Params at) => [.. c.Shapes.Select((_, i) => Numbers.Of(at[i]))];
        (double, Params) F(Params at)
        {
            var (loss, g) = fed.Next(Values(at));
            return (loss, Params.Of(Enumerable.Range(0, g.Length).Where(i => g[i] is not null).Select(Gradient)));
            (string, NDArray) Gradient(int i) => ($"p{i}", Numbers.NDArray(g[i]!, c.Shapes[i], c.Single, mathNet: true));
        }
        var θ = Params.Of(c.Shapes.Select((shape, i) => ($"p{i}", Numbers.NDArray(c.Start[i], shape, c.Single, mathNet: true))));
        var state = rule.Init(θ);
        foreach (var step in c.Trajectory)
        {
            (θ, state, var loss) = rule.Step(F, θ, state);
            fed.Check(step, loss, Values(θ), state.Memory());
        }
        fed.CheckEnd(state.Memory());
    });

    /// <summary>The recorded calls of the closure, handed out one by one.</summary>
    sealed class Evaluations(Golden c)
    {
        readonly JsonElement calls = c.Json.GetProperty("evals");
        int k;

        public (double Loss, double[]?[] Gradients) Next(double[][] asked)
        {
            Assert.True(k < calls.GetArrayLength(), $"{c.At}: asked for a loss {k + 1} times, torch only {k}.");
            var call = calls[k++];
            Vector($"call {k}", asked, call);
            var grads = call.GetProperty("grads").EnumerateArray().Select(g => g.ValueKind == JsonValueKind.Null ? null : g.Doubles());
            return (call.GetProperty("loss").Number(), [.. grads]);
        }

        public void Check(JsonElement step, double loss, double[][] θ, LbfgsMemory memory)
        {
            Assert.Equal(step.Whole("evals_so_far"), k);
            Assert.Equal((step.Whole("n_iter"), step.Whole("func_evals")), (memory.NIter, memory.FuncEvals));
            Assert.Equal(step.GetProperty("loss").Number(), loss);
            Vector($"step {step.GetProperty("step")}", θ, step);
        }

        /// <summary>All parameters are one vector to L-BFGS.</summary>
        void Vector(string where, double[][] θ, JsonElement want) =>
            Same(
                $"the parameters of {where}",
                [.. θ.SelectMany(x => x)],
                [.. want.GetProperty("params").EnumerateArray().SelectMany(x => x.Doubles())]);

        void Same(string what, double[] ours, double[] theirs) =>
            Compare.Arrays(c, what, ours, theirs, Tolerance.Lbfgs(c), Compare.Size(theirs));

        public void CheckEnd(LbfgsMemory got)
        {
            var want = c.Json.GetProperty("state")[0];
            Assert.Equal(calls.GetArrayLength(), k);
            Assert.True(want.TryGetProperty("d", out _) == got.D is not null, $"{c.At}: d is there in one and not in the other.");
            foreach (var e in want.EnumerateObject()) Entry(e.Name, e.Value, got);
        }

        void Entry(string key, JsonElement want, LbfgsMemory got)
        {
            void One(double ours) => Compare.Number(c, key, ours, want.Number(), Tolerance.Lbfgs(c));
            void All(IReadOnlyList<NDArray> ours)
            {
                Assert.Equal(want.GetArrayLength(), ours.Count);
                for (var i = 0; i < ours.Count; i++) Same($"{key}[{i}]", Numbers.Of(ours[i]), want[i].Doubles());
            }
            switch (key)
            {
                case "func_evals": Assert.Equal(want.GetInt32(), got.FuncEvals); break;
                case "n_iter": Assert.Equal(want.GetInt32(), got.NIter); break;
                case "d": Same(key, Numbers.Of(got.D!), want.Doubles()); break;
                case "prev_flat_grad": Same(key, Numbers.Of(got.PrevFlatGrad!), want.Doubles()); break;
                case "t": One(got.T); break;
                case "H_diag": One(got.HDiag); break;
                case "prev_loss": One(got.PrevLoss); break;
                case "ro": Same(key, [.. got.Ro], want.Doubles()); break;
                case "old_dirs": All(got.OldDirs); break;
                case "old_stps": All(got.OldStps); break;
                default: Assert.Fail($"{c.At}: no test looks at the state '{key}'."); break;
            }
        }
    }
}
