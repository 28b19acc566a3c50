using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class ScheduleTextTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    public static TheoryData<string, ISchedule> Texts => new()
    {
        { "Cosine(1000)", new Cosine(1000) },
        { "cosine(steps: 1000, eta_min: 1e-3)", new Cosine(1000, 1e-3) },
        { "Constant", new Constant() },
        { "Cosine(1000) after Linear(100)", new Functional.Linear(100).Then(100, new Cosine(1000)) },
        { "Exponential(0.9) after 50 of Constant(0.5)", new Constant(0.5).Then(50, new Exponential(0.9)) },
        { "Cosine(10) after Linear(5) after Constant(1, 3)", new Joined([new Constant(1, 3), new Functional.Linear(5), new Cosine(10)], [3, 8]) },
        { "Exponential(0.9) with MultiStep([3, 6], gamma: 0.5)", new Exponential(0.9).With(new MultiStep([3, 6], 0.5)) },
        { "(Cosine(10) after Linear(5)) times 0.5", new Functional.Linear(5).Then(5, new Cosine(10)).Times(0.5) },
        { "Cyclic(0.1, 1, 4, mode: triangular2)", new Cyclic(0.1, 1, 4, Mode: CyclicMode.Triangular2) },
        { "OneCycle(0.1, 500, cycle_momentum: true)", new OneCycle(0.1, 500, CycleMomentum: true) },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_schedule_is_written_in_words(string text, ISchedule wanted)
    {
        var got = ScheduleText.Parse(text);
        Assert.Equal(wanted.Values(60, 0.3), got.Values(60, 0.3));
        Assert.Equal(wanted, got);
    }

    [Theory]
    [InlineData("Cosin(10)", "did you mean 'Cosine'")]
    [InlineData("Cosine(10) after Exponential(0.9)", "write 'after 100 of Exponential(...)'")]
    [InlineData("Cosine(10", "wanted , or ) at the end")]
    [InlineData("Cosine(10) beside Linear(5)", "wanted with, times, after or the end at 'beside Linear(5)'")]
    [InlineData("Cosine(0)", "Cosine: steps must be more than 0, got 0")]
    [InlineData("Cosine(1.5)", "wanted a whole number for Steps")]
    [InlineData("Cosine", "a schedule Cosine is written Cosine(steps, eta_min: 0)")]
    [InlineData("Cosine(10, rate: 3)", "a schedule Cosine is written Cosine(steps, eta_min: 0)")]
    [InlineData("Cyclic(0.1, 1, mode: square)", "wanted Triangular, Triangular2, ExpRange at 'square)'")]
    [InlineData("MultiStep(3)", "wanted [ and numbers")]
    [InlineData("", "wanted the name of a schedule at the end")]
    public void What_is_none_is_refused(string text, string says)
    {
        Assert.Contains(says, shell.Refusal($"schedule \"{text}\""));
        Assert.Contains(says, shell.Refusal($"train --epochs 1 --schedule \"{text}\""));
    }

    [Fact]
    public void It_prints_a_table_and_writes_a_picture()
    {
        var answer = shell.Run("schedule \"Cosine(100) after Linear(10, 0)\" --lr 0.5 --png @schedule.png");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.Matches(@"\n +12 +0\.499", answer.Out);
        Assert.True(new FileInfo(shell.Path("schedule.png")).Length > Png.LeastLength / 2);
        Assert.Contains("momentum", shell.Run("schedule \"OneCycle(0.1, 50, cycle_momentum: true)\" --png @one.png").Out);
    }

    [Fact]
    public void Training_takes_the_same_text_and_a_resumed_run_goes_on_with_it()
    {
        const string Stages = "--schedule \"Cosine(200) after Linear(20)\" --clip-norm 1 --ema 0.9";
        var whole = shell.Run($"train --epochs 4 {Stages} --save @whole.json --plot @whole.png");
        Assert.Equal((Tool.Done, ""), (whole.Code, whole.Error));
        Assert.Equal(Tool.Done, shell.Run($"train --epochs 2 {Stages} --save @part.json --plot @part.png").Code);
        Assert.Equal(Tool.Done, shell.Run("train --epochs 4 --resume @part.json --save @part.json --plot @rest.png").Code);
        Assert.Equal(File.ReadAllText(shell.Path("whole.json")), File.ReadAllText(shell.Path("part.json")));
        Assert.Contains("--ema: ", shell.Refusal("train --epochs 5 --resume @part.json --ema 0.5"));
        Assert.DoesNotContain(whole.Out.Split('\n')[^2], shell.Run("train --epochs 4 --plot @bare.png").Out);
    }
}
