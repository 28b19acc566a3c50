using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class TrainTests : IDisposable
{
    const double WantedAccuracy = 0.95;

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData("--optimizer Adam --amsgrad")]
    [InlineData("--optimizer SGD --lr 0.1 --momentum 0.9 --nesterov --batch 100 --seed 7")]
    [InlineData("--optimizer ASGD --t0 50")]
    [InlineData("--optimizer Rprop --etas 0.4,1.3")]
    [InlineData("--optimizer Muon --lr 0.02")]
    [InlineData("--optimizer Prodigy")]
    [InlineData("--optimizer ScheduleFreeAdamW")]
    [InlineData("--optimizer LAMB")]
    [InlineData("--optimizer Adafactor --eps none,1e-4")]
    [InlineData("--optimizer LBFGS --max_iter 3 --line_search_fn strong_wolfe")]
    public void A_resumed_run_equals_the_run_that_never_stopped_bit_for_bit(string options)
    {
        Assert.Equal(Tool.Done, shell.Run($"train {options} --epochs 3 --save @whole.json --plot @p.png").Code);
        Assert.Equal(Tool.Done, shell.Run($"train {options} --epochs 1 --save @part.json --plot @q.png").Code);
        Assert.Equal(Tool.Done, shell.Run("train --resume @part.json --epochs 3 --save @part.json --plot @r.png").Code);
        Assert.Equal(File.ReadAllBytes(shell.Path("whole.json")), File.ReadAllBytes(shell.Path("part.json")));
    }

    [Fact]
    public void Adam_at_its_defaults_names_95_percent_of_the_test_digits()
    {
        var info = Registry.Find("Adam");
        var accuracies = Enumerable.Range(1, 4).Select(seed =>
        {
            var training = new Training(Settings.Of(info, new Adam(), epochs: 20, batch: 32, seed));
            while (training.Epoch < 20) training.RunEpoch();
            return training.History[^1].Accuracy;
        });
        Assert.True(accuracies.Average() >= WantedAccuracy);
    }

    [Fact]
    public void The_table_and_the_last_line_show_the_last_epoch_and_the_picture_is_written()
    {
        var answer = shell.Run("train --epochs 2 --out @pictures");
        var lines = answer.Out.TrimEnd().Split('\n');
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Contains("epoch 2/2: loss ", answer.Out);
        Assert.StartsWith("after epoch 2: loss ", lines[^1]);
        Assert.Contains(lines, l => l.TrimStart().StartsWith("2  ") && l.TrimEnd().EndsWith('%'));
        Assert.True(new FileInfo(shell.Path("pictures/train.png")).Length > Png.LeastLength);
    }

    [Fact]
    public void Ctrl_C_stops_at_the_end_of_the_epoch_and_the_saved_run_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var output = new Stopping(stop);
        var code = Tool.Run(["train", "--epochs", "3", "--save", shell.Path("run.json"), "--plot", shell.Path("p.png")],
            new Terminal(output, TextWriter.Null, Interactive: false, stop.Token));
        Assert.Equal(Tool.Interrupted, code);
        Assert.Contains("stopped after epoch 1 of 3", output.ToString());
        Assert.Contains($"optim train --resume {shell.Path("run.json")}", output.ToString());

        shell.Run("train --resume @run.json --save @run.json --plot @q.png");
        shell.Run("train --epochs 3 --save @whole.json --plot @r.png");
        Assert.Equal(File.ReadAllBytes(shell.Path("whole.json")), File.ReadAllBytes(shell.Path("run.json")));
    }

    [Fact]
    public void A_run_that_diverges_says_so_and_can_still_be_resumed()
    {
        var answer = shell.Run("train --optimizer SGD --lr 1e200 --epochs 2 --save @run.json --plot @p.png");
        Assert.Equal(Tool.Done, answer.Code);
        Assert.Contains("diverged at epoch 1", answer.Out);
        Assert.Equal(Tool.Done, shell.Run("train --resume @run.json --epochs 3 --plot @q.png").Code);
    }

    [Fact]
    public void The_trace_has_every_step_of_the_run_in_the_form_that_is_asked_for()
    {
        const string Options = "--epochs 2 --batch 100 --clip_norm 1 --schedule Cosine(30)";
        foreach (var kind in (string[])["csv", "png", "html"])
        {
            var answer = shell.Run($"train {Options} --plot @{kind}-plot.png --trace @run.{kind}");
            Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
            Assert.Contains($"trace:  {shell.Path($"run.{kind}")}", answer.Out);
        }
        var trace = Trace.Load(shell.Path("run.csv"));
        Assert.Equal(["loss", "lr", "grad_norm", "test accuracy"], trace.Names);
        Assert.Equal(Enumerable.Range(1, 30).Select(t => (long)t), trace.Steps);
        Assert.Equal(new Cosine(30).Values(30, 1e-3), trace["lr"]);
        Assert.Equal([15, 30], trace.Points("test accuracy").Select(p => p.Step));
        Assert.True(new FileInfo(shell.Path("run.png")).Length > Png.LeastLength);
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(shell.Path("run.html")));
        Assert.Contains("wanted a file that ends in .html, .png or .csv", shell.Refusal("train --trace @run.txt"));
    }

    [Fact]
    public void A_traced_run_is_the_run_without_a_trace_and_a_resumed_ones_trace_goes_on()
    {
        shell.Run("train --epochs 2 --save @plain.json --plot @a.png");
        shell.Run("train --epochs 1 --save @part.json --plot @b.png --trace @first.csv");
        shell.Run("train --epochs 2 --resume @part.json --save @part.json --plot @c.png --trace @second.csv");
        Assert.Equal(File.ReadAllBytes(shell.Path("plain.json")), File.ReadAllBytes(shell.Path("part.json")));
        Assert.Equal(Trace.Load(shell.Path("first.csv")).Steps[^1] + 1, Trace.Load(shell.Path("second.csv")).Steps[0]);
    }

    [Fact]
    public void Stages_are_taken_by_name_and_a_run_with_all_of_them_is_resumed_between_the_calls_of_a_step()
    {
        // 1500 digits in batches of 100 are 15 calls an epoch, and a step has 4.
        const string Stages = "--batch 100 --schedule Cosine(30) --accumulate 4 --clip_norm 1 --clip_value 0.5 --agc 0.1 --noise 1e-6 "
            + "--lookahead 3 --ema 0.9 --swa_start 2";
        var whole = shell.Run($"train {Stages} --epochs 2 --save @whole.json --plot @a.png");
        Assert.Equal((Tool.Done, ""), (whole.Code, whole.Error));
        shell.Run($"train {Stages} --epochs 1 --save @part.json --plot @b.png");
        Assert.Contains("\"micro_steps\"", File.ReadAllText(shell.Path("part.json")));
        shell.Run("train --epochs 2 --resume @part.json --save @part.json --plot @c.png");
        Assert.Equal(File.ReadAllBytes(shell.Path("whole.json")), File.ReadAllBytes(shell.Path("part.json")));
        Assert.Contains("accumulate", shell.Refusal("train --resume @part.json --epochs 3 --accumulate 2"));
    }

    [Fact]
    public void A_watched_run_tells_of_each_parameter_and_is_the_run_that_nobody_watched()
    {
        var answer = shell.Run("train --epochs 2 --watch --save @watched.json --plot @a.png");
        Assert.Contains("epoch 2/2: loss", answer.Out);
        foreach (var name in (string[])["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"])
            Assert.Matches($@"  {name}: step 94, lr 0.001, ‖g‖ [\d.]+, ‖Δθ‖ [\d.]+, ‖θ‖ [\d.]+, ratio", answer.Out);
        shell.Run("train --epochs 2 --save @plain.json --plot @b.png");
        Assert.Equal(File.ReadAllBytes(shell.Path("plain.json")), File.ReadAllBytes(shell.Path("watched.json")));
        Assert.Contains("LBFGS makes several steps in one, and no report",
            shell.Run("train --optimizer LBFGS --epochs 1 --watch --plot @c.png").Out);
    }

    [Fact]
    public void The_order_of_an_epoch_depends_on_seed_and_epoch_alone()
    {
        Assert.Equal(new SplitMix(1, 5).Permutation(100), new SplitMix(1, 5).Permutation(100));
        Assert.NotEqual(new SplitMix(1, 5).Permutation(100), new SplitMix(1, 6).Permutation(100));
        Assert.NotEqual(new SplitMix(1, 5).Permutation(100), new SplitMix(2, 5).Permutation(100));
        Assert.Equal(Enumerable.Range(0, 100), new SplitMix(1, 5).Permutation(100).Order());
    }

    /// <summary>Asks for a stop as soon as the first epoch is told.</summary>
    sealed class Stopping(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value!.StartsWith("epoch 1/", StringComparison.Ordinal)) stop.Cancel();
        }
    }
}
