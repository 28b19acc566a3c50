namespace Optim.Functional;

/// <summary>How long memory is there that its owner may give back while tensors over it are still reachable.</summary>
/// <param name="what">The owner, for messages.</param>
sealed class Lifetime(string what)
{
    volatile bool ended;

    /// <summary>The owner, for messages.</summary>
    public string Of => what;

    public bool HasEnded => ended;

    /// <summary>From now on every use is refused.</summary>
    public void End() => ended = true;

    /// <summary>Throws where the memory is gone.</summary>
    public void Check()
    {
        if (ended) throw Fault.Disposed(what);
    }
}
