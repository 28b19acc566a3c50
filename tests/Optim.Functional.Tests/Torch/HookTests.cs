namespace Optim.Functional.Tests.TorchFace;

/// <summary>torch's hooks: order, removal, and what they may change.</summary>
[Collection(nameof(Alone))]
public class HookTests
{
    static (Optimizer, Parameter) One()
    {
        var p = new Parameter(new double[] { 1, 2 }, "p") { Grad = new double[] { 1, 1 } };
        return (new Optimizer([p], new SGD(0.5)), p);
    }

    [Fact]
    public void Steps_call_hooks_in_torchs_order_global_ones_outside()
    {
        var (optimizer, p) = One();
        var calls = new List<string>();
        void Note(string what) => calls.Add($"{what} {p.Value.As<double>().Span[0]}");
        using var globalPre = Optimizer.RegisterOptimizerStepPreHook(_ => Note("global pre"));
        using var globalPost = Optimizer.RegisterOptimizerStepPostHook(_ => Note("global post"));
        using var pre = optimizer.RegisterStepPreHook(_ => Note("pre"));
        using var post = optimizer.RegisterStepPostHook(_ => Note("post"));
        optimizer.Step(() => { Note("closure"); return 0; });
        Assert.Equal(["global pre 1", "pre 1", "closure 1", "post 0.5", "global post 0.5"], calls);
    }

    [Fact]
    public void A_closure_rule_calls_them_once_a_step()
    {
        var (calls, p) = (0, new Parameter(new double[] { 1 }, "p"));
        var optimizer = new Optimizer([p], new LBFGS());
        using var pre = optimizer.RegisterStepPreHook(_ => calls++);
        using var post = optimizer.RegisterStepPostHook(_ => calls += 10);
        optimizer.Step(() =>
        {
            p.Grad = new double[] { p.Value.As<double>().Span[0] };
            return p.Value.As<double>().Span[0] * p.Value.As<double>().Span[0] / 2;
        });
        Assert.Equal(11, calls);
    }

    [Fact]
    public void A_disposed_registration_is_not_called_and_one_disposed_within_a_hook_still_is_this_time()
    {
        var (optimizer, _) = One();
        var calls = new List<string>();
        IDisposable? second = null;
        using var first = optimizer.RegisterStepPreHook(_ => { calls.Add("first"); second!.Dispose(); });
        second = optimizer.RegisterStepPreHook(_ => calls.Add("second"));
        optimizer.Step();
        optimizer.Step();
        Assert.Equal(["first", "second", "first"], calls);
    }

    [Fact]
    public void A_pre_hook_that_throws_leaves_everything_and_a_post_hook_that_throws_leaves_a_whole_step()
    {
        var (optimizer, p) = One();
        using (optimizer.RegisterStepPreHook(_ => throw new NotSupportedException("before")))
            Assert.Equal("before", Assert.Throws<NotSupportedException>(optimizer.Step).Message);
        Assert.Equal([1, 2], p.Value.As<double>().Data);
        Assert.Equal(0, optimizer.Steps);
        using (optimizer.RegisterStepPostHook(_ => throw new NotSupportedException("after")))
            Assert.Equal("after", Assert.Throws<NotSupportedException>(optimizer.Step).Message);
        Assert.Equal([0.5, 1.5], p.Value.As<double>().Data);
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void State_dicts_pass_through_hooks_prepended_ones_first()
    {
        var (optimizer, _) = One();
        var calls = new List<string>();
        using var pre = optimizer.RegisterStateDictPreHook(_ => calls.Add("save pre"));
        using var b = optimizer.RegisterStateDictPostHook((_, dict) => { calls.Add("b"); return null; });
        using var a = optimizer.RegisterStateDictPostHook(
            (_, dict) =>
            {
                calls.Add("a");
                return new(dict.State, dict.ParamGroups, "renamed");
            },
            prepend: true);
        Assert.Equal("renamed", optimizer.StateDict().Rule);
        Assert.Equal(["save pre", "a", "b"], calls);
    }

    [Fact]
    public void What_is_loaded_is_what_the_hooks_return()
    {
        var (from, _) = One();
        var (to, _) = One();
        from.ParamGroups[0].Lr = 0.25;
        var loaded = 0;
        using var post = to.RegisterLoadStateDictPostHook(o => loaded += o.ParamGroups[0].Lr == 0.125 ? 1 : 0);
        using var pre = to.RegisterLoadStateDictPreHook(
            (_, dict) =>
                new(
                    dict.State,
                    [
                        .. dict.ParamGroups.Select(g =>
                            (IReadOnlyDictionary<string, object?>)new Dictionary<string, object?>(g) { ["lr"] = 0.125 }),
                    ],
                    dict.Rule));
        to.LoadStateDict(from.StateDict());
        Assert.Equal((1, 0.125), (loaded, to.ParamGroups[0].Lr));
        Assert.Throws<ArgumentNullException>(() => to.RegisterStepPreHook(null!));
    }

    [Fact]
    public void Hooks_cost_a_step_no_byte()
    {
        var (optimizer, _) = One();
        var calls = 0;
        using var pre = optimizer.RegisterStepPreHook(_ => calls++);
        Assert.Equal(0, Lift.AllocationTests.Bytes(optimizer));
        Assert.True(calls > 0);
    }
}
