namespace Optim.Functional.Mutants;

/// <summary>An operation of a lane.</summary>
public enum Op { Constant, Add, Subtract, Multiply, Divide, Negate, Sqrt, Abs, Max, Min, Fma, WhereGreater, Sign, Lerp, LerpFrom }

/// <summary>What may be wrong with an operation.</summary>
public static class Wrong
{
    /// <summary>In words, of a result that is made of a, b and c; number n of them, from 1 on,
    /// is what <see cref="Mutant{L}"/> does.</summary>
    public static IReadOnlyList<string> With(Op op) => op switch
    {
        Op.Constant => ["-c", "1.001 c", "0 or, for 0, 1", "the constant before it"],
        Op.Add => ["a - b", "b - a", "1.001 (a + b)"],
        Op.Subtract => ["b - a", "a + b", "1.001 (a - b)"],
        Op.Multiply => ["-ab", "1.001 ab", "a", "b"],
        Op.Divide => ["-a/b", "b/a", "1.001 a/b", "ab"],
        Op.Negate => ["a"],
        Op.Sqrt => ["a", "-√a", "1.001 √a"],
        Op.Abs => ["a", "-|a|"],
        Op.Max => ["min", "a", "b"],
        Op.Min => ["max", "a", "b"],
        Op.Fma => ["ab - c", "c - ab", "1.001 ab + c", "c", "ab"],
        Op.Sign => ["-sign", "|sign|", "0", "1.001 sign"],
        Op.Lerp => ["b to a", "1.001 w", "1 - w", "a", "b", "from a's end", "from b's end"],
        Op.LerpFrom => ["b to a", "1.001 w", "1 - w", "a", "b", "from the other end"],
        _ => ["exchanged", "a ≥ b", "always", "never"],
    };

    /// <summary>With a slot.</summary>
    public static IReadOnlyList<string> WithSlot { get; } =
        ["not stored", "g stored", "read as 0", "exchanged with slot 1", "exchanged with slot 2", "exchanged with slot 3"];
}
