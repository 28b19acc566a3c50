using static TorchSharp.torch;

namespace Optim.Functional;

/// <summary>Optimizers of a module: <c>model.AdamW(lr: 1e-3)</c>.</summary>
public static partial class ModuleOptimizers
{
    /// <summary>An optimizer of the module's parameters by any rule or plan.</summary>
    /// <param name="module">The module, on the CPU, of Float32 or Float64 or complex numbers of these.</param>
    /// <param name="rule">The rule, or a plan: a rule with stages around it.</param>
    /// <param name="over">Processes that make the steps together, with the mean of their gradients; the parameters of all become those of
    /// the first. The package Optim.Functional.Mpi has one.</param>
    /// <exception cref="ArgumentException">A parameter cannot be stepped, or an option is out of range; the message says why.</exception>
    /// <example><code>using var optimizer = model.Optimizer(new AdamW(Lr: 1e-3).ClipNorm(1).Ema(0.999));</code></example>
    public static TorchOptimizer Optimizer(this nn.Module module, IRule rule, ProcessGroup? over = null) =>
        TorchOptimizer.Of(module, rule, over);

    static TorchOptimizer Made(nn.Module module, Func<IEnumerable<ParamGroup>, Optimizer> make) =>
        TorchOptimizer.Over([new TorchParamGroup(module)], make);
}
