namespace Optim.Functional.Cli;

/// <summary>Problems that others have published to try optimizers on.</summary>
internal interface ISuite
{
    /// <summary>A few words, as a title.</summary>
    string Name { get; }

    /// <summary>Who published it and where.</summary>
    string Citation { get; }

    /// <summary>Problems and starts, in the order of the publication.</summary>
    IReadOnlyList<ReplayCase> Cases { get; }
}
