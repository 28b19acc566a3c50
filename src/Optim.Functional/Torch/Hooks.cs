namespace Optim.Functional;

/// <summary>Functions to be called at one place, in order; each until its registration is disposed.</summary>
sealed class Hooks<F> where F : Delegate
{
    Entry[] entries = [];

    /// <summary>Those registered now: what they register or remove themselves counts from the next time on.</summary>
    public ReadOnlySpan<Entry> Now => entries;

    public sealed class Entry(F call)
    {
        public F Call { get; } = call;
    }

    public IDisposable Add(F hook, bool prepend)
    {
        var entry = new Entry(hook ?? throw Fault.Null("the hook"));
        entries = prepend ? [entry, .. entries] : [.. entries, entry];
        return new Registration(this, entry);
    }

    sealed class Registration(Hooks<F> hooks, Entry entry) : IDisposable
    {
        public void Dispose() => hooks.entries = [.. hooks.entries.Where(e => !ReferenceEquals(e, entry))];
    }
}
