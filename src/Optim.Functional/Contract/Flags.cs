namespace Optim.Functional.Rules;

/// <summary>An option that changes the formula, as a type: branches on it vanish when the loop is compiled.</summary>
public interface IFlag
{
    /// <summary>Whether the option is on.</summary>
    static abstract bool Set { get; }
}

/// <summary>An option that is on.</summary>
public readonly struct On : IFlag
{
    /// <inheritdoc/>
    public static bool Set => true;
}

/// <summary>An option that is off.</summary>
public readonly struct Off : IFlag
{
    /// <inheritdoc/>
    public static bool Set => false;
}
