namespace Optim.Functional.Tests.Goldens;

/// <summary>The set-up of PyTorch's own C++ tests: 1001 steps on a small network,
/// each with a closure that returns the constant 10 and leaves the gradients alone.</summary>
public class ConstantClosureTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.ConstantClosure);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_with_a_closure_that_computes_nothing_are_torchs(string at) => Tally.Run(at, c =>
    {
        var (face, torch) = (new TorchFace(c), new Recorded(c));
        var last = c.Recorded.Keys.Max();
        for (var t = 1; t <= last; t++)
        {
            var g = Problem.At(c, face.Values(c)).Gradients;
            for (var i = 0; i < g.Length; i++)
                face.Parameters[i].Grad = g[i] is { } x ? Numbers.NDArray(x, c.Shapes[i], c.Single, mathNet: false) : null;
            Assert.Equal(10, face.Optimizer.Step(() => 10));
            torch.Check(t, face.Values(c));
        }
        torch.CheckEnd();
    });
}
