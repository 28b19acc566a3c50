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
            Assert.Equal(2 + Surface.All.Count, answer.Out.Split('\n').Count(l => l.StartsWith($"  {rule.Name} "))));
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
        Result Of(Entrant e) => new(e, [], [.. Surface.All.Select(f => Descent.Run(e, f, 50))]);
        var (first, last) = (Of(adam), Of(sgd));
        var rows = RaceTables.Descents(rosenbrock, [first.Descents[0], last.Descents[0]], RaceOptions.Parse([])).Rows;
        Assert.Equal(("Adam", "SGD"), (rows[0][0], rows[1][0]));
        Assert.Contains("diverged", rows[1]);
        var order = Enumerable.Repeat<IReadOnlyList<Result>>([first, last], Surface.All.Count).ToArray();
        Assert.True(RacePlots.Paths(new([first, last], order, [(1, first), (2, last)])).Length > Png.LeastLength);
    }

    [Fact]
    public void Only_some_race_where_some_are_named()
    {
        var answer = shell.Run("race --epochs 1 --steps 5 --only adamw,Muon --out @few");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("  Muon ", answer.Out);
        Assert.DoesNotContain("  Adam ", answer.Out);
        Assert.DoesNotContain("grey", answer.Out);
    }

    [Fact]
    public void Several_seeds_give_a_mean_and_a_spread()
    {
        var answer = shell.Run("race --epochs 1 --steps 5 --only SGD --seed 3 --seeds 3 --markdown --out @seeds");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("### Digits, 1 epochs, seeds 3 to 5", answer.Out);
        Assert.Matches(@"\| SGD \| 1 \| 32 \| 1 \| \d+\.\d % ± \d+\.\d % \| \d\.\d{4} ± \d\.\d{4} \|", answer.Out);
        var spread = Spread.Of([1, 2, 6]);
        Assert.Equal((3, Math.Sqrt(7)), (spread.Mean, spread.Deviation));
    }

    [Theory]
    [InlineData("race --only Adamm", "did you mean 'Adam'")]
    [InlineData("race --only SparseAdam", "nobody is left in the race: SparseAdam takes sparse gradients only, and these are dense")]
    [InlineData("rules --only Adam,,SGD", "''")]
    public void Names_that_are_none_are_refused(string line, string says) => Assert.Contains(says, shell.Refusal(line));
}
