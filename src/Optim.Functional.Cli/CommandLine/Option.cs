namespace Optim.Functional.Cli;

/// <summary>One option of a command, as the parser needs it and the help prints it.</summary>
/// <param name="Name">Without the dashes, words joined by an underscore as torch writes them.</param>
/// <param name="Value">What stands for its value in the help; empty for a switch.</param>
/// <param name="Default">As the help prints it.</param>
internal sealed record Option(string Name, string Value, string Default, string Doc)
{
    public bool IsSwitch => Value.Length == 0;
}
