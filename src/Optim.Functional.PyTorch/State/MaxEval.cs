namespace Optim.Functional.PyTorch;

/// <summary>L-BFGS's option, which means another number of evaluations to torch: with a line search it makes one more than it says.
/// docs/differences-from-torch.md</summary>
static class MaxEval
{
    public const string Key = "max_eval", Search = "line_search_fn";

    /// <summary>torch's number for ours, which torch must have: it derives one in its constructor alone.</summary>
    public static long OfTorch(IReadOnlyDictionary<string, object?> group)
    {
        var most = Whole(group.GetValueOrDefault("max_iter")) ?? 0;
        var isSearched = group.GetValueOrDefault(Search) is not null;
        var ours = Whole(group[Key]) ?? (isSearched ? Math.Max(26, most * 5 / 4 + 1) : most * 5 / 4);
        return Math.Max(1, isSearched ? ours - 1 : ours);
    }

    /// <summary>Our number for torch's.</summary>
    public static object? OfOurs(object? torch, object? search) => search is not null && torch is long most ? most + 1 : torch;

    static long? Whole(object? value) => value switch
    {
        int n => n,
        long n => n,
        _ => null,
    };
}
