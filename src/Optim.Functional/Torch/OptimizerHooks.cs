namespace Optim.Functional;

/// <summary>torch's hooks. Each is called until its registration is disposed; what it throws is thrown by the step, save or load.</summary>
public sealed partial class Optimizer
{
    static readonly Hooks<Action<Optimizer>> allPre = new(), allPost = new();
    readonly Hooks<Action<Optimizer>> stepPre = new(), stepPost = new(), savePre = new(), loadPost = new();
    readonly Hooks<Func<Optimizer, StateDict, StateDict?>> savePost = new(), loadPre = new();

    /// <summary>Calls <paramref name="hook"/> before every step, before its closure too.
    /// What it throws leaves everything as it was.</summary>
    /// <returns>Dispose it to end that.</returns>
    public IDisposable RegisterStepPreHook(Action<Optimizer> hook) => stepPre.Add(hook, prepend: false);

    /// <summary>Calls <paramref name="hook"/> after every step. What it throws comes after the step has been made.</summary>
    /// <returns>Dispose it to end that.</returns>
    public IDisposable RegisterStepPostHook(Action<Optimizer> hook) => stepPost.Add(hook, prepend: false);

    /// <summary>Calls <paramref name="hook"/> before every step of every optimizer, before the optimizer's own hooks.</summary>
    /// <returns>Dispose it to end that.</returns>
    public static IDisposable RegisterOptimizerStepPreHook(Action<Optimizer> hook) => allPre.Add(hook, prepend: false);

    /// <summary>Calls <paramref name="hook"/> after every step of every optimizer, after the optimizer's own hooks.</summary>
    /// <returns>Dispose it to end that.</returns>
    public static IDisposable RegisterOptimizerStepPostHook(Action<Optimizer> hook) => allPost.Add(hook, prepend: false);

    /// <summary>Calls <paramref name="hook"/> before a state dict is made.</summary>
    /// <param name="hook">What is called.</param>
    /// <param name="prepend">Before the others, and not after them.</param>
    /// <returns>Dispose it to end that.</returns>
    public IDisposable RegisterStateDictPreHook(Action<Optimizer> hook, bool prepend = false) => savePre.Add(hook, prepend);

    /// <summary>Calls <paramref name="hook"/> with a state dict that has been made;
    /// what it returns takes its place, unless that is null.</summary>
    /// <param name="hook">What is called.</param>
    /// <param name="prepend">Before the others, and not after them.</param>
    /// <returns>Dispose it to end that.</returns>
    public IDisposable RegisterStateDictPostHook(Func<Optimizer, StateDict, StateDict?> hook, bool prepend = false) =>
        savePost.Add(hook, prepend);

    /// <summary>Calls <paramref name="hook"/> with a state dict that is to be loaded;
    /// what it returns is loaded in its place, unless that is null.</summary>
    /// <param name="hook">What is called.</param>
    /// <param name="prepend">Before the others, and not after them.</param>
    /// <returns>Dispose it to end that.</returns>
    public IDisposable RegisterLoadStateDictPreHook(Func<Optimizer, StateDict, StateDict?> hook, bool prepend = false) =>
        loadPre.Add(hook, prepend);

    /// <summary>Calls <paramref name="hook"/> after a state dict has been loaded.</summary>
    /// <param name="hook">What is called.</param>
    /// <param name="prepend">Before the others, and not after them.</param>
    /// <returns>Dispose it to end that.</returns>
    public IDisposable RegisterLoadStateDictPostHook(Action<Optimizer> hook, bool prepend = false) => loadPost.Add(hook, prepend);

    void Call(Hooks<Action<Optimizer>> hooks)
    {
        foreach (var hook in hooks.Now) hook.Call(this);
    }

    StateDict Call(Hooks<Func<Optimizer, StateDict, StateDict?>> hooks, StateDict dict)
    {
        foreach (var hook in hooks.Now) dict = hook.Call(this, dict) ?? dict;
        return dict;
    }

    void BeforeStep()
    {
        Call(allPre);
        Call(stepPre);
    }

    void AfterStep()
    {
        Call(stepPost);
        Call(allPost);
    }
}
