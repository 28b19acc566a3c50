namespace Optim.Functional;

/// <summary>A gradient as a step is given it.</summary>
/// <param name="G">The gradient; null where only those of calls before are summed up.</param>
/// <param name="θ">The parameter.</param>
/// <param name="Name">Its name, or null.</param>
/// <param name="Number">Its place among all.</param>
/// <param name="Rule">Its rule.</param>
/// <param name="Before">The sum of gradients before, or null.</param>
record struct Given<T>(NDArray<T>? G, NDArray<T> θ, string? Name, int Number, IRule Rule, NDArray<T>? Before = null)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A tensor that is no step's: only its numbers are looked at.</summary>
    public static Given<T> Bare(NDArray<T> g) => new(g, g, null, 0, null!);

    public readonly string Label => Name ?? $"parameter {Number}";

    /// <summary>Stands for the parameter wherever it is: made of its name (FNV-1a), or its place where it has none.</summary>
    public readonly long Key
    {
        get
        {
            if (string.IsNullOrEmpty(Name)) return Number;
            var hash = 0xCBF29CE484222325;
            foreach (var c in Name) hash = (hash ^ c) * 0x100000001B3;
            return (long)hash;
        }
    }
}

/// <summary>How far an optimizer is.</summary>
/// <param name="Steps">Steps made.</param>
/// <param name="MicroSteps">Calls since then whose gradients are summed up.</param>
readonly record struct Progress(long Steps, int MicroSteps);
