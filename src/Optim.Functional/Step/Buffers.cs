namespace Optim.Functional;

/// <summary>Arrays of a step that the next one uses again, where they are long enough.</summary>
sealed class Buffers<E>
{
    readonly List<E[]> all = [];
    int count;

    /// <summary>A step begins.</summary>
    public void Begin() => count = 0;

    /// <summary>One of at least so many elements.</summary>
    public E[] Next(int length)
    {
        if (count == all.Count) all.Add([]);
        if (all[count].Length < length) all[count] = new E[Math.Max(length, 2 * all[count].Length)];
        return all[count++];
    }
}
