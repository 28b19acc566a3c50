using TorchSharp;
using static TorchSharp.torch;

namespace Optim.Functional.Tests;

/// <summary>States go between this library's optimizers and TorchSharp's own, and through TorchSharp's files.</summary>
public class StateTests : TorchTests
{
    const double Close = 2e-6; // of losses near 1, a few ulps of float32: TorchSharp rounds after each of several operations

    /// <summary>Those whose rule is the same in both. TorchSharp's RAdam multiplies by the learning rate twice.</summary>
    public static TheoryData<string> Same =>
        ["SGD", "momentum", "Adam", "AdamW", "amsgrad", "Adagrad", "Adadelta", "Adamax", "ASGD", "NAdam", "RMSprop", "centered", "Rprop"];

    static (Func<nn.Module, TorchSharp.Modules.OptimizerHelper> Theirs, Func<nn.Module, TorchOptimizer> Ours) Of(string name) => name switch
    {
        "SGD" => (m => optim.SGD(m.parameters(), 0.1), m => m.SGD(0.1)),
        "momentum" => (m => optim.SGD(m.parameters(), 0.1, 0.9, nesterov: true), m => m.SGD(0.1, momentum: 0.9, nesterov: true)),
        "Adam" => (m => optim.Adam(m.parameters(), 0.01), m => m.Adam(lr: 0.01)),
        "AdamW" => (m => optim.AdamW(m.parameters(), 0.01, weight_decay: 0.1), m => m.AdamW(lr: 0.01, weight_decay: 0.1)),
        "amsgrad" => (m => optim.Adam(m.parameters(), 0.01, amsgrad: true), m => m.Adam(lr: 0.01, amsgrad: true)),
        "Adagrad" => (m => optim.Adagrad(m.parameters(), 0.05), m => m.Adagrad(lr: 0.05)),
        "Adadelta" => (m => optim.Adadelta(m.parameters(), 1), m => m.Adadelta(lr: 1)),
        "Adamax" => (m => optim.Adamax(m.parameters(), 0.01), m => m.Adamax(lr: 0.01)),
        "ASGD" => (m => optim.ASGD(m.parameters(), 0.05), m => m.ASGD(lr: 0.05)),
        "NAdam" => (m => optim.NAdam(m.parameters(), 0.01), m => m.NAdam(lr: 0.01)),
        "RMSprop" => (m => optim.RMSProp(m.parameters(), 0.01, momentum: 0.5), m => m.RMSprop(lr: 0.01, momentum: 0.5)),
        "centered" => (m => optim.RMSProp(m.parameters(), 0.01, centered: true), m => m.RMSprop(lr: 0.01, centered: true)),
        "Rprop" => (m => optim.Rprop(m.parameters(), 0.01), m => m.Rprop(lr: 0.01)),
        _ => throw new NotSupportedException(name),
    };

    static void AreClose(double[] wanted, double[] got) => Assert.Equal(wanted, got, (a, b) => Math.Abs(a - b) < Close);

    /// <summary>A model with the numbers of another.</summary>
    static nn.Module<Tensor, Tensor> Copy(nn.Module<Tensor, Tensor> of)
    {
        var copy = Models.Layers();
        copy.load_state_dict(of.state_dict());
        return copy;
    }

    [Theory]
    [MemberData(nameof(Same))]
    public void From_the_start_both_make_the_same_steps(string name)
    {
        using nn.Module<Tensor, Tensor> a = Models.Layers(), b = Models.Layers();
        using var theirs = Of(name).Theirs(a);
        using var ours = Of(name).Ours(b);
        AreClose(Models.Losses(a, theirs, 20), Models.Losses(b, ours, 20));
    }

    [Theory]
    [MemberData(nameof(Same))]
    public void Theirs_goes_on_here(string name)
    {
        using var a = Models.Layers();
        using var theirs = Of(name).Theirs(a);
        Models.Losses(a, theirs, 8);
        using var b = Copy(a);
        using var ours = Of(name).Ours(b);
        ours.load_state_dict(theirs.state_dict());
        AreClose(Models.Losses(a, theirs, 12), Models.Losses(b, ours, 12));
    }

    [Theory]
    [MemberData(nameof(Same))]
    public void Ours_goes_on_there(string name)
    {
        using var a = Models.Layers();
        using var ours = Of(name).Ours(a);
        Models.Losses(a, ours, 8);
        using var b = Copy(a);
        using var theirs = Of(name).Theirs(b);
        ours.CopyStateTo(theirs);
        AreClose(Models.Losses(a, ours, 12), Models.Losses(b, theirs, 12));
    }

    [Fact]
    public void Options_come_along()
    {
        using var a = Models.Layers();
        using var theirs = optim.AdamW(a.parameters(), 0.03, 0.8, 0.99, 1e-6, 0.2);
        using var ours = a.AdamW();
        ours.load_state_dict(theirs.state_dict());
        Assert.Equal(new AdamW(Lr: 0.03, Beta1: 0.8, Beta2: 0.99, Eps: 1e-6, WeightDecay: 0.2), ours.Core.ParamGroups[0].Rule);
    }

    [Fact]
    public void Another_rules_state_is_refused_and_nothing_changed()
    {
        using var a = Models.Layers();
        using var theirs = optim.Adagrad(a.parameters());
        using var ours = a.AdamW();
        Refuse(ours, theirs, "TorchSharp's Adagrad, the optimizer is AdamW");
        Assert.False(ours.Core.State(ours.Core.ParamGroups[0].Parameters[0]).Exists);
    }

    [Fact]
    public void Another_models_state_is_refused()
    {
        using var other = nn.Sequential(("a", nn.Linear(6, 4)), ("b", nn.Linear(4, 3)));
        using var model = Models.Layers();
        using var theirs = optim.Adam(other.parameters());
        using var ours = model.Adam();
        Refuse(ours, theirs, "exp_avg of 'a.weight' has shape [4, 6]");
    }

    static void Refuse(TorchOptimizer ours, TorchSharp.Modules.OptimizerHelper theirs, string why)
    {
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => ours.load_state_dict(theirs.state_dict())).Message);
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => ours.CopyStateTo(theirs)).Message);
    }

    [Fact]
    public void TorchSharps_file_brings_back_every_bit()
    {
        using var model = Models.Layers();
        using var optimizer = model.Optimizer(new AdamW(Lr: 0.01).Ema(0.9));
        Models.Losses(model, optimizer, 5);
        using var again = Copy(model);
        using var resumed = again.Optimizer(new AdamW(Lr: 0.5).Ema(0.9));
        var file = Path.GetTempFileName();
        try
        {
            optimizer.save_state_dict(file);
            resumed.load_state_dict(file);
        }
        finally { File.Delete(file); }
        Assert.Equal(Models.Losses(model, optimizer, 5), Models.Losses(again, resumed, 5));
        Assert.Equal(optimizer.Core.StateDict().ToJson(), resumed.Core.StateDict().ToJson());
    }

    [Fact]
    public void Another_optimizers_state_dict_is_copied()
    {
        using var model = Models.Layers();
        using var optimizer = model.AdamW(lr: 0.01);
        Models.Losses(model, optimizer, 5);
        using var again = Copy(model);
        using var resumed = again.AdamW();
        resumed.load_state_dict(optimizer.state_dict());
        Assert.Equal(Models.Losses(model, optimizer, 5), Models.Losses(again, resumed, 5));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void A_file_that_is_cut_off_is_refused_and_nothing_changed(double part)
    {
        using var model = Models.Layers();
        using var optimizer = model.AdamW();
        Models.Losses(model, optimizer, 2);
        using var whole = new MemoryStream();
        optimizer.save_state_dict(new BinaryWriter(whole));
        Models.Losses(model, optimizer, 1);
        var before = optimizer.Core.StateDict().ToJson();
        using var cut = new BinaryReader(new MemoryStream(whole.ToArray()[..(int)(whole.Length * part)]));
        Assert.Throws<ArgumentException>(() => optimizer.load_state_dict(cut));
        Assert.Equal(before, optimizer.Core.StateDict().ToJson());
    }

    [Fact]
    public void A_state_dict_of_this_library_goes_on_by_name()
    {
        using var model = Models.Layers();
        using var optimizer = model.AdamW(lr: 0.01);
        Models.Losses(model, optimizer, 5);
        using var again = Copy(model);
        using var resumed = again.AdamW();
        resumed.Core.LoadStateDict(StateDict.FromJson(optimizer.Core.StateDict().ToJson()));
        Assert.Equal(Models.Losses(model, optimizer, 5), Models.Losses(again, resumed, 5));
    }

    [Fact]
    public void The_state_stays_on_the_processor()
    {
        using var model = Models.Layers();
        using var optimizer = model.AdamW();
        optimizer.to(CPU);
        Assert.Throws<NotSupportedException>(() => optimizer.to(new Device(DeviceType.META)));
    }
}
