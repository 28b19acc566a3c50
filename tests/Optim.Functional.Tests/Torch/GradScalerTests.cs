namespace Optim.Functional.Tests.TorchStyle;

public class GradScalerTests
{
    static (Optimizer Optimizer, Parameter Parameter) Made()
    {
        var parameter = new Parameter(new[] { 1.0, 2 }, "x");
        return (new([parameter], new SGD(0.5)), parameter);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_step_divides_the_factor_out(bool unscales)
    {
        var (optimizer, x) = Made();
        var scaler = new GradScaler(initScale: 8);
        Assert.Equal(24, scaler.Scale(3));
        x.Grad = new[] { 8.0, 16 };
        if (unscales) scaler.Unscale(optimizer);
        Assert.True(scaler.Step(optimizer));
        Assert.Equal([0.5, 1], x.Value.As<double>().ToArray());
        Assert.Equal((1, NonFinite.Propagate), (optimizer.GradScale, optimizer.NonFinite));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_step_that_is_not_finite_is_left_out_and_the_factor_shrinks(bool unscales)
    {
        var (optimizer, x) = Made();
        var (scaler, schedule) = (new GradScaler(initScale: 8, growthInterval: 2), new ExponentialLR(optimizer, 0.5));
        bool After(double g)
        {
            x.Grad = new[] { 8.0, g };
            if (unscales) scaler.Unscale(optimizer);
            var made = scaler.Step(optimizer);
            scaler.Update();
            schedule.Step();
            return made;
        }
        Assert.False(After(double.PositiveInfinity));
        Assert.Equal((4, 1.0, 0.5), (scaler.GetScale(), x.Value.As<double>().ToArray()[0], optimizer.ParamGroups[0].Lr));
        Assert.False(After(double.NaN));
        Assert.Equal((2, 0), (scaler.GetScale(), schedule.LastEpoch));
        Assert.True(After(1));
        Assert.Equal((2, 1), (scaler.GetScale(), scaler.GrowthTracker));
        Assert.True(After(1));
        Assert.Equal((4, 0, 2), (scaler.GetScale(), scaler.GrowthTracker, schedule.LastEpoch));
    }

    [Fact]
    public void One_optimizer_of_two_may_leave_its_step_out()
    {
        var ((first, x), (second, y)) = (Made(), Made());
        var scaler = new GradScaler(initScale: 2);
        (x.Grad, y.Grad) = (new[] { double.NaN, 0 }, new[] { 2.0, 0 });
        Assert.Equal((false, true), (scaler.Step(first), scaler.Step(second)));
        scaler.Update();
        Assert.Equal(1, scaler.GetScale());
    }

    [Fact]
    public void It_goes_on_from_a_saved_state()
    {
        var (optimizer, x) = Made();
        var scaler = new GradScaler(initScale: 8, growthFactor: 4, backoffFactor: 0.25, growthInterval: 3);
        x.Grad = new[] { 1.0, 1 };
        scaler.Step(optimizer);
        scaler.Update();
        var saved = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object?>>(System.Text.Json.JsonSerializer.Serialize(scaler.StateDict()))!;
        var other = new GradScaler();
        other.LoadStateDict(saved);
        Assert.Equal(scaler.StateDict(), other.StateDict());
        saved.Remove("scale");
        Assert.Contains("the state's scale is missing", Assert.Throws<ArgumentException>(() => other.LoadStateDict(saved)).Message);
    }

    [Fact]
    public void Where_it_is_not_enabled_it_does_nothing()
    {
        var (optimizer, x) = Made();
        var scaler = new GradScaler(enabled: false);
        x.Grad = new[] { 1.0, 1 };
        scaler.Unscale(optimizer);
        Assert.True(scaler.Step(optimizer));
        scaler.Update();
        Assert.Equal((1, 3, 0.5), (scaler.GetScale(), scaler.Scale(3), x.Value.As<double>().ToArray()[0]));
        Assert.Empty(scaler.StateDict());
    }

    [Fact]
    public void What_is_out_of_order_is_refused()
    {
        var (optimizer, x) = Made();
        x.Grad = new[] { 1.0, 1 };
        var scaler = new GradScaler();
        Assert.Contains("Call scaler.Step(optimizer) before it", Assert.Throws<InvalidOperationException>(() => scaler.Update()).Message);
        scaler.Unscale(optimizer);
        Assert.Contains("twice", Assert.Throws<InvalidOperationException>(() => scaler.Unscale(optimizer)).Message);
        Assert.Contains("growth_factor must be > 1", Assert.Throws<ArgumentException>(() => new GradScaler(growthFactor: 1)).Message);
        Assert.Contains("backoff_factor must be in (0, 1)", Assert.Throws<ArgumentException>(() => new GradScaler(backoffFactor: 1)).Message);
    }
}
