using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class RaceTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_race_names_every_optimizer_and_writes_both_pictures()
    {
        var answer = shell.Run("race --epochs 1 --steps 20 --out @pictures");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        foreach (var picture in new[] { "race-losses.png", "race-paths.png" })
        {
            var path = shell.Path($"pictures/{picture}");
            Assert.Contains(path, answer.Out);
            Assert.True(new FileInfo(path).Length > Png.LeastLength);
        }
        Assert.Contains("not in the race: SparseAdam takes sparse gradients only, and these are dense.", answer.Out);
        Assert.All(Registry.All.Where(r => r.Name != "SparseAdam"), rule =>
            Assert.Equal(1 + Surface.All.Count, answer.Out.Split('\n').Count(l => l.StartsWith($"  {rule.Name} "))));
    }

    [Fact]
    public void Every_optimizer_of_the_registry_that_takes_dense_gradients_is_in_the_race() =>
        Assert.Equal(Registry.All.Where(r => r.Name != "SparseAdam"), Entrant.Field.Select(e => e.Info).Distinct());

    [Fact]
    public void What_diverged_comes_last_and_is_called_so()
    {
        var rosenbrock = Surface.All[0];
        var adam = Entrant.Field.First(e => e.Name == "Adam");
        var sgd = Entrant.Field.First(e => e.Name == "SGD") with { Rates = [1, 10, 10, 10, 10] };
        var output = new StringWriter();
        var descents = new[] { sgd, adam }.Select(e => Descent.Run(e, rosenbrock, 50)).ToArray();
        new Terminal(output, output, Interactive: false, default)
            .Canvas()
            .Write(RaceTables.Descents(rosenbrock, descents, RaceOptions.Parse([])));
        var rows = output.ToString().Split('\n').Where(l => l.Contains("Adam") || l.Contains("SGD")).ToArray();
        Assert.Contains("Adam", rows[0]);
        Assert.Contains("diverged", rows[1]);
        Assert.True(RacePlots.Paths([.. descents.Select(d => Surface.All.Select(_ => d).ToArray())]).Length > Png.LeastLength);
    }
}
