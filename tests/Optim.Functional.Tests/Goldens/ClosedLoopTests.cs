namespace Optim.Functional.Tests.Goldens;

/// <summary>Closed loop: gradients of our own, at our own parameters, must lead where torch went,
/// as far as torch's own path is determined.</summary>
public class ClosedLoopTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.Replay, c => c.HasProblem);
    public static IEnumerable<TheoryDataRow<string>> LbfgsCases => GoldenFolder.Rows(Kind.Lbfgs, c => c.HasProblem);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_our_own_lead_where_torch_went(string at) => Tally.Run(at, c =>
    {
        var (face, losses, torch) = (new TorchFace(c), c.Json.GetProperty("losses"), new Recorded(c));
        for (var t = 1; t <= losses.GetArrayLength(); t++)
        {
            var (loss, g) = Problem.At(c, face.Values(c));
            torch.CheckLoss(t, loss, losses[t - 1].Number());
            face.Step(c, t, g);
            torch.Check(t, face.Values(c));
        }
        torch.CheckEnd();
    });

    [Theory]
    [MemberData(nameof(LbfgsCases))]
    public void Lbfgs_with_gradients_of_our_own_goes_where_torch_went(string at) => Tally.Run(at, c =>
    {
        var (face, sign, torch) = (new TorchFace(c), c.Json.GetProperty("loss_sign").GetInt32(), new Recorded(c));
        double Closure()
        {
            var (loss, g) = Problem.At(c, face.Values(c));
            for (var i = 0; i < g.Length; i++)
                face.Parameters[i].Grad = g[i] is { } x
                    ? Numbers.NDArray([.. x.Select(v => sign * v)], c.Shapes[i], c.Single, mathNet: false)
                    : null;
            return sign * loss;
        }
        foreach (var step in c.Trajectory)
        {
            var t = step.Whole("step");
            face.Events(c, t);
            torch.CheckLoss(t, face.Optimizer.Step(Closure), step.GetProperty("loss").Number());
            var memory = face.Optimizer.Memory();
            if (c.Json.GetProperty("perturbation_same_counts").GetBoolean())
                Assert.Equal((step.Whole("n_iter"), step.Whole("func_evals")), (memory.NIter, memory.FuncEvals));
            torch.Check(t, face.Values(c));
        }
        torch.CheckEnd();
    });
}
