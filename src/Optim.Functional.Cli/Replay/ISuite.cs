namespace Optim.Functional.Cli;

/// <summary>Problems that others have published to try optimizers on.</summary>
internal interface ISuite
{
    /// <summary>As the command line names it.</summary>
    string Key { get; }

    /// <summary>A few words, as a title.</summary>
    string Name { get; }

    /// <summary>Who published it and where.</summary>
    string Citation { get; }

    /// <summary>What it is tried with. Ours first; the others are compared with it.</summary>
    IReadOnlyList<IMinimizer> Minimizers { get; }

    /// <summary>Problems and starts, in the order of the publication.</summary>
    IReadOnlyList<ReplayCase> Cases { get; }
}
