using Optim.Functional.GpuCheck;

namespace Optim.Functional.Tests.Cuda;

/// <summary>What eng/gpu-check does on a GPU, on the device that interprets its kernels.</summary>
public class GpuCheckTests
{
    [Fact]
    public void Each_operation_has_the_bits_of_the_processor_at_the_edge()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        foreach (var (name, run) in new Edges(gpu).All()) Assert.True(run() is null, $"{name}: {run()}");
        KernelTally.Add(driver.Ran.Keys, isEqual: true);
    }

    [Fact]
    public void A_check_says_what_differs()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        driver.Spoils = true;
        Assert.Contains(new Edges(gpu).All(), check => check.Run()?.StartsWith("of ") == true);
        var (name, first) = new Bits(gpu, [5, 3], steps: 2).All().First();
        Assert.Equal("SGD, alone, float", name);
        Assert.StartsWith("in place, step 1, 5 elements: element 0 of the parameter is ", first());
    }

    [Fact]
    public void The_checks_of_rules_run()
    {
        using var gpu = FakeDriver.Opened(out _);
        var all = new Bits(gpu, [0, 5, 37], steps: 2).All().ToArray();
        Assert.True(all.Length > 500, $"{all.Length} checks");
        foreach (var (name, run) in all.Where((_, i) => i % 29 == 0)) Assert.True(run() is null, $"{name}: {run()}");
    }

    [Fact]
    public void The_checks_of_descents_run()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        foreach (var (name, run) in new Descents(gpu).All()) Assert.True(run() is null, $"{name}: {run()}");
        driver.Spoils = true;
        Assert.StartsWith("step 1: the loss is ", new Descents(gpu).All().First().Run());
    }

    [Fact]
    public void Models_have_the_tensors_that_they_are_known_for()
    {
        Assert.Equal((148, 124_439_808), (Shapes.Gpt2.Length, Shapes.Gpt2.Sum()));
        Assert.Equal((161, 25_557_032), (Shapes.ResNet50.Length, Shapes.ResNet50.Sum()));
    }

    [Fact]
    public void The_report_says_of_each_target_whether_it_is_reached_missed_or_not_measured()
    {
        Timing[] timings = [new("AdamW", "1e9 elements", 8, 7.2, 2.8e10, 5, 0), new("AdamW", "GPT-2", 1, 0.9, 3.5e9, 12, 0)];
        const string Bits = "Bits: 3 checks equal, 0 differ";
        var page = Report.Of("Card", Bits, timings, new Dictionary<(string, string, string), double>(), "torch left out");
        Assert.Contains("| bandwidth of the largest set, of the copy's | >= 0.92 | 0.9 | missed |", page);
        Assert.Contains("| torch fused / ours, everywhere | >= 1.0 | | not measured |", page);
        Assert.Contains("| host time of a step, µs | <= 10 | 12 | missed |", page);
        var torch = new Dictionary<(string, string, string), double>
        {
            [("AdamW", "1e9 elements", "fused")] = 8.8,
            [("AdamW", "GPT-2", "fused")] = 1.4,
        };
        page = Report.Of("Card", Bits, timings, torch, "torch 2.9");
        Assert.Contains("| torch fused / ours, everywhere | >= 1.0 | 1.1 | reached |", page);
        Assert.Contains("| of all but the largest set | >= 1.3 | 1.4 | reached |", page);
    }
}
