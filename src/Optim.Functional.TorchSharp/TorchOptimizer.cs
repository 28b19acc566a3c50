using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Optim.Functional;

/// <summary>Any rule or plan as an optimizer of TorchSharp's: it steps a module's parameters where libtorch has them.</summary>
/// <remarks>
/// TorchSharp's training loops and schedulers drive it as they drive TorchSharp's own; <see cref="Core"/> is the optimizer of this library
/// that it is made of, with its plan, states and saved files. A step in place allocates nothing.
/// </remarks>
/// <example><code>
/// using var optimizer = model.AdamW(lr: 1e-3);
/// loss.backward();
/// optimizer.step();
/// </code></example>
public partial class TorchOptimizer : Modules.OptimizerHelper
{
    readonly List<TensorLink> links = [];
    readonly List<RateGroup> shown = [];
    readonly IDisposable reading, letting;
    bool isStepping, isShared;

    private protected TorchOptimizer(Optimizer core, IReadOnlyList<TensorLink> links)
    {
        Core = core;
        (_defaults, _parameter_groups) = (new(), new List<Modules.ParamGroup>());
        Core.Execution = Core.Execution with { Threads = Math.Max(1, get_num_threads()) };
        Show(links);
        reading = Core.RegisterStepPreHook(_ => ReadGradients());
        letting = Core.RegisterStepPostHook(_ => Stepped());
    }

    /// <summary>Over the parameters of a module, by its names for them. Buffers are left alone, and what is tied is stepped once.</summary>
    /// <param name="module">The module, on the CPU, of Float32 or Float64 or complex numbers of these.</param>
    /// <param name="rule">The rule, or a plan.</param>
    /// <param name="over">Processes that make the steps together; null: this one alone.</param>
    /// <exception cref="ArgumentException">A parameter cannot be stepped, or an option is out of range; the message says why.</exception>
    public static TorchOptimizer Of(nn.Module module, IRule rule, ProcessGroup? over = null) =>
        Of([new TorchParamGroup(module)], rule, over);

    /// <summary>Over groups of parameters with options of their own.</summary>
    /// <param name="groups">At least one.</param>
    /// <param name="rule">The rule, or a plan, which gives the other options.</param>
    /// <param name="over">Processes that make the steps together; null: this one alone.</param>
    /// <exception cref="ArgumentException">A parameter cannot be stepped, or an option is out of range; the message says why.</exception>
    public static TorchOptimizer Of(IEnumerable<TorchParamGroup> groups, IRule rule, ProcessGroup? over = null)
    {
        var optimizer = Over(groups, g => new Optimizer(g, rule, over: over));
        optimizer.isShared = over is { Size: > 1 };
        if (optimizer.isShared) optimizer.links.ForEach(link => link.Count()); // they are the first process's now
        return optimizer;
    }

    /// <summary>Over groups, with an optimizer that is made of them.</summary>
    internal static TorchOptimizer Over(IEnumerable<TorchParamGroup> groups, Func<IEnumerable<ParamGroup>, Optimizer> make)
    {
        var links = new List<TensorLink>();
        try
        {
            var core = make([.. (groups ?? throw TorchFault.Null("the groups")).Select(g => Linked(g, links))]);
            var momenta = core.ParamGroups.Select(g => Momentum.Option(g.Rule)).Distinct().ToArray();
            return momenta is ["momentum"] ? new MomentumOptimizer(core, links)
                : momenta.All(m => m is not null) ? new BetasOptimizer(core, links)
                : new TorchOptimizer(core, links);
        }
        catch (Exception e) when (e is MissingMethodException or TypeLoadException)
        {
            throw TorchFault.OtherTorchSharp($"{typeof(Tensor).Assembly.GetName().Version}", e.Message);
        }
        catch
        {
            links.ForEach(link => link.Dispose());
            throw;
        }
    }

    /// <summary>The optimizer of this library that makes the steps: its plan, groups, states, hooks and <see cref="StateDict"/>.</summary>
    /// <remarks>Its parameters have their gradients during a step alone. Its <see cref="Optimizer.Step()"/> is a step like
    /// <see cref="step"/>.</remarks>
    public Optimizer Core { get; }

    /// <summary>The groups, as TorchSharp's schedulers set their learning rates.</summary>
    public override IEnumerable<optim.ILearningRateController> ParamGroups => shown;

    /// <summary>One step with the gradients as they are.</summary>
    /// <param name="closure">Clears the gradients, computes the loss, calls its backward, and returns it. L-BFGS needs one.</param>
    /// <returns>What the closure's first call gave; null without one.</returns>
    /// <exception cref="ArgumentException">A gradient or an option does not fit; nothing is changed.</exception>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        isStepping = true;
        try
        {
            if (closure is not null) return Ask(closure);
            Core.Step();
            return null;
        }
        finally
        {
            isStepping = false;
            foreach (var link in links) link.Release();
        }
    }

    Tensor? Ask(Func<Tensor> closure)
    {
        Tensor? first = null;
        Core.Step(() =>
        {
            foreach (var link in links) link.Count(); // a rule that asks for the loss moves the parameters between its questions
            using var records = enable_grad();
            var loss = closure();
            first ??= loss;
            ReadGradients();
            using var number = loss.to(ScalarType.Float64);
            return number.item<double>();
        });
        return first;
    }

    /// <summary>Makes libtorch's gradients those of <see cref="Core"/>, as each step does by itself: for what looks at them before one,
    /// such as <see cref="GradScaler.Unscale"/>.</summary>
    /// <exception cref="ArgumentException">A gradient does not fit its parameter.</exception>
    public void ReadGradients()
    {
        foreach (var link in links) link.Read();
    }

    void Stepped()
    {
        foreach (var link in links) link.Stepped(isStepping, isShared);
    }

    /// <summary>Sets the gradients of all parameters to zero, or removes them.</summary>
    /// <param name="set_to_none">True: they are absent until the next backward, which then needs no sum, and a step leaves their parameters
    /// alone. False, as <see cref="Modules.OptimizerHelper.zero_grad()"/>: their numbers become zero.</param>
    public void zero_grad(bool set_to_none)
    {
        if (!set_to_none) zero_grad();
        else
            foreach (var link in links) link.Tensor.grad = null;
    }

    /// <summary>Runs a function while the parameters are those for evaluation (an average, Schedule-Free's x), and comes back.</summary>
    /// <param name="function">What is to be done.</param>
    /// <returns>What the function returns.</returns>
    public R Evaluate<R>(Func<R> function)
    {
        if (function is null) throw TorchFault.Null("the function");
        try
        {
            return Core.Evaluate(() =>
            {
                foreach (var link in links) link.Count();
                return function();
            });
        }
        finally
        {
            foreach (var link in links) link.Count();
        }
    }

    /// <summary>Lets go of gradients and of what it has of libtorch; the parameters stay.</summary>
    /// <param name="disposing">Whether it is disposed, and not collected.</param>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        reading?.Dispose();
        letting?.Dispose();
        links.ForEach(link => link.Dispose());
        links.Clear();
    }
}
