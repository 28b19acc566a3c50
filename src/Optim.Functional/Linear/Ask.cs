namespace Optim.Functional;

/// <summary>What a loop over groups of vectors asks memory for while it reads a group.</summary>
enum Ask
{
    /// <summary>Nothing: a processor runs ahead of long streams by itself.</summary>
    Nothing,

    /// <summary>The same elements of the next group; after the last one, those that come next of the first.</summary>
    NextGroup,

    /// <summary>The elements that come next of the same group.</summary>
    NextPart,
}

static class Asking
{
    /// <summary>The vectors to ask for, and from which element on, while <paramref name="some"/> from <paramref name="j"/> on are
    /// read.</summary>
    public static ReadOnlySpan<Place<T>> After<T>(this Ask ask, ReadOnlySpan<Place<T>> x, int j, int some, nint at, int n, out nint from)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var isLast = j + some >= x.Length;
        from = ask == Ask.NextPart || isLast ? at + n : at;
        return ask switch
        {
            Ask.NextGroup when isLast => x[..Math.Min(some, x.Length)],
            Ask.NextGroup => x.Slice(j + some, Math.Min(some, x.Length - j - some)),
            Ask.NextPart => x.Slice(j, some),
            _ => [],
        };
    }
}
