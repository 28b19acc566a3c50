using System.Text;

namespace Optim.Functional.Tests.Tracing;

public class TraceTests
{
    static Parameter One() => new(new[] { 2.0 }, "x") { Grad = new[] { 3.0 } };

    static Trace Read(string text) => Trace.Load(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    static string Written(Trace trace)
    {
        var stream = new MemoryStream();
        trace.Save(stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public void A_closure_tells_the_loss_and_the_plan_the_rate_of_the_step_and_the_norm()
    {
        var optimizer = new Optimizer([One()], new SGD(1).ClipNorm(10).Schedule(new Cosine(4)));
        using var trace = Trace.Of(optimizer);
        for (var t = 0; t < 3; t++) optimizer.Step(() => 5.0 - t);
        Assert.Equal(["loss", "lr", "grad_norm"], trace.Names);
        Assert.Equal([1, 2, 3], trace.Steps);
        Assert.Equal([5, 4, 3], trace["loss"]);
        Assert.Equal(new Cosine(4).Values(3), trace["lr"]);
        Assert.Equal([3, 3, 3], trace["grad_norm"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loss_may_be_told_before_or_after_each_step(bool before)
    {
        var optimizer = new Optimizer([One()], new SGD(0.1));
        using var trace = Trace.Of(optimizer);
        foreach (var loss in (double[])[3, 2, 4])
        {
            if (before) trace.Loss(loss);
            optimizer.Step();
            if (!before) trace.Loss(loss);
        }
        Assert.Equal([3, 2, 4], trace["loss"]);
        Assert.Equal("3 steps, last loss 4, best 2 at step 2", $"{trace}");
    }

    [Fact]
    public void Each_group_has_its_rate_and_a_scheduler_moves_the_next_steps()
    {
        var other = new ParamGroup(new Parameter(new[] { 1.0 }, "y")) { ["lr"] = 0.5 };
        var optimizer = new Optimizer([new ParamGroup(One()), other], new SGD(0.1));
        var scheduler = new StepLR(optimizer, stepSize: 1, gamma: 0.5);
        using var trace = Trace.Of(optimizer);
        for (var t = 0; t < 2; t++)
        {
            optimizer.Step();
            scheduler.Step();
        }
        Assert.Equal(["loss", "lr", "lr.1"], trace.Names);
        Assert.Equal([0.1, 0.05], trace["lr"]);
        Assert.Equal([0.5, 0.25], trace["lr.1"]);
    }

    [Fact]
    public void A_rule_that_asks_for_the_loss_has_one_line_a_step()
    {
        var x = One();
        var optimizer = new Optimizer([x], new LBFGS(Lr: 0.5));
        using var trace = Trace.Of(optimizer);
        optimizer.Step(() =>
        {
            var at = x.Value.As<double>().Span[0];
            x.Grad = new[] { at };
            return at * at / 2;
        });
        Assert.Equal([2], trace["loss"]);
        Assert.Equal([0.5], trace["lr"]);
    }

    [Fact]
    public void A_step_that_is_left_out_is_one_too_and_its_loss_is_kept_as_it_is()
    {
        var x = One();
        var optimizer = new Optimizer([x], new SGD(0.1).Schedule(new Exponential(0.5)).OnNonFinite(NonFinite.Skip));
        using var trace = Trace.Of(optimizer);
        foreach (var loss in (double[])[1, double.NaN, double.PositiveInfinity, 2])
        {
            x.Grad = new[] { double.IsFinite(loss) ? 1.0 : loss };
            optimizer.Step(() => loss);
        }
        Assert.Equal(2, optimizer.Steps);
        Assert.Equal([1, 2, 3, 4], trace.Steps);
        Assert.Equal([1, double.NaN, double.PositiveInfinity, 2], trace["loss"]);
        Assert.Equal([0.1, 0.05, 0.05, 0.05], trace["lr"]);
        Assert.Equal((2, 1, 1), (trace.LastLoss, trace.BestLoss, trace.BestStep));
    }

    [Fact]
    public void Disposed_it_keeps_what_it_has_and_takes_no_more()
    {
        var optimizer = new Optimizer([One()], new SGD(0.1));
        var trace = Trace.Of(optimizer);
        optimizer.Step();
        trace.Dispose();
        optimizer.Step();
        Assert.Single(trace.Steps);
    }

    [Fact]
    public void A_resumed_run_goes_on_with_its_own_number()
    {
        var first = new Optimizer([One()], new SGD(0.1));
        for (var t = 0; t < 3; t++) first.Step();
        using var trace = Trace.Of(first);
        first.Step();
        first.LoadStateDict(first.StateDict());
        first.Step();
        Assert.Equal([4, 5], trace.Steps);
    }

    [Fact]
    public void The_pure_face_adds_its_steps_and_series_of_the_callers_own_have_gaps()
    {
        var trace = new Trace();
        trace.Note("accuracy", 0.1);
        trace.Add(0, 4, lr: 0.5);
        trace.Add(10, 2, lr: 0.25, norm: 7);
        trace.Add(20, 3);
        trace.Note("accuracy", 0.9);
        Assert.Equal(["loss", "accuracy", "lr", "grad_norm"], trace.Names);
        Assert.Equal([0.1, double.NaN, 0.9], trace["accuracy"]);
        Assert.Equal([(0, 0.1), (20, 0.9)], trace.Points("accuracy"));
        Assert.Equal([0.5, 0.25, double.NaN], trace["lr"]);
        Assert.Equal([double.NaN, 7, double.NaN], trace["grad_norm"]);
    }

    [Fact]
    public void Csv_brings_every_bit_back_and_tells_NaN_from_nothing()
    {
        var trace = new Trace();
        trace.Add(1, 0.1 + 0.2, lr: 1e-300);
        trace.Add(2, double.NaN, norm: double.PositiveInfinity);
        trace.Add(5, -0.0, lr: double.Epsilon);
        var text = Written(trace);
        Assert.Equal("step,loss,lr,grad_norm\n1,0.30000000000000004,1E-300,\n2,NaN,,Infinity\n5,-0,5E-324,\n", text);
        var back = Read(text);
        Assert.Equal(text, Written(back));
        Assert.Equal(trace.Names, back.Names);
        foreach (var name in trace.Names)
            Assert.Equal(trace[name].Select(BitConverter.DoubleToInt64Bits), back[name].Select(BitConverter.DoubleToInt64Bits));
    }

    [Fact]
    public void It_goes_to_a_file_and_comes_from_one()
    {
        var path = Path.GetTempFileName();
        try
        {
            var trace = new Trace();
            trace.Add(1, 2);
            trace.Save(path);
            Assert.Equal([2], Trace.Load(path)["loss"]);
        }
        finally { File.Delete(path); }
    }

    [Fact]
    public void Without_steps_it_says_so()
    {
        var trace = new Trace();
        Assert.Equal(("no steps", double.NaN, double.NaN, 0), ($"{trace}", trace.LastLoss, trace.BestLoss, trace.BestStep));
        trace.Add(1, double.NaN);
        Assert.Equal("1 step, last loss NaN", $"{trace}");
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        var trace = new Trace();
        trace.Add(3, 1);
        Assert.Contains("step 3 is added after step 3", Assert.Throws<ArgumentException>(() => trace.Add(3, 1)).Message);
        foreach (var name in (string[])["", "step", "a,b", "a\nb"])
            Assert.Contains($"got '{name}'", Assert.Throws<ArgumentException>(() => trace.Note(name, 1)).Message);
        Assert.Contains("There are: loss", Assert.Throws<KeyNotFoundException>(() => trace["lr"]).Message);
        Assert.Single(trace["loss"]);
    }

    [Theory]
    [InlineData("", "got ''")]
    [InlineData("loss,step\n", "got 'loss,step'")]
    [InlineData("step,loss,loss\n", "each once")]
    [InlineData("step,loss\n1,2\n2\n", "line 3 of the CSV has 1 cells, wanted 2")]
    [InlineData("step,loss\n1,x\n", "line 2 of the CSV has 'x' under loss")]
    [InlineData("step,loss\n1.5,2\n", "line 2 of the CSV has '1.5' under step")]
    [InlineData("step,loss\n2,1\n1,1\n", "line 3 of the CSV is step 1, after step 2")]
    public void What_is_no_trace_is_refused_with_its_line(string text, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => Read(text)).Message);
}
