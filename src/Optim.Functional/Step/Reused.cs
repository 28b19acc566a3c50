namespace Optim.Functional;

/// <summary>Objects of a step that the next one uses again, where it asks for one of the same type in the same place.</summary>
sealed class Reused<B> where B : class
{
    readonly List<B> all = [];

    public int Count { get; private set; }

    public B this[int number] => all[number];

    /// <summary>A step begins.</summary>
    public void Begin() => Count = 0;

    public C Next<C>() where C : class, B, new()
    {
        if (Count == all.Count) all.Add(new C());
        else if (all[Count] is not C) all[Count] = new C();
        return (C)all[Count++];
    }
}
