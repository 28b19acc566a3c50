using System.Collections.Immutable;

namespace Optim.Functional.Cuda;

/// <summary>One element's step as straight-line code, without the constants' values: what a kernel is made of.</summary>
/// <remarks>Only nodes that a result needs, in an order in which each comes after its operands. Streams are θ, g, then the slots. Results
/// are what θ and the slots become; or, of terms that are added up, the terms.</remarks>
sealed class StepCode : IEquatable<StepCode>
{
    readonly ImmutableArray<bool> isUniform, isRead;
    readonly int hash;

    StepCode(
        ImmutableArray<Node> nodes,
        ImmutableArray<int> results,
        ImmutableArray<string> arguments,
        IReadOnlyDictionary<int, string> names,
        int? streamsOfTerms)
    {
        (Nodes, Results, ArgumentNames, Names) = (nodes, results, arguments, names);
        (IsTerms, Streams) = (streamsOfTerms is not null, streamsOfTerms ?? results.Length + 1);
        var uniform = new bool[nodes.Length];
        for (var i = 0; i < nodes.Length; i++) uniform[i] = nodes[i].Op != Op.Input && nodes[i].Operands.All(x => uniform[x]);
        isUniform = [.. uniform];
        int[] used =
        [
            .. nodes.SelectMany(n => n.Operands),
            .. IsTerms ? results : Enumerable.Range(0, Streams).Select(s => ResultOf(s) ?? -1),
        ];
        isRead = [.. Enumerable.Range(0, Streams).Select(s => used.Any(x => x >= 0 && nodes[x].Op == Op.Input && nodes[x].A == s))];
        var code = new HashCode();
        foreach (var node in nodes) code.Add(node);
        foreach (var result in results) code.Add(result);
        code.Add(streamsOfTerms);
        hash = code.ToHashCode();
    }

    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The nodes of θ' and of each slot after the step.</summary>
    public ImmutableArray<int> Results { get; }

    /// <summary>The constants that a launch brings, by name.</summary>
    public ImmutableArray<string> ArgumentNames { get; }

    /// <summary>What nodes are called in the formula, as far as that is known.</summary>
    public IReadOnlyDictionary<int, string> Names { get; }

    /// <summary>Whether the results are terms that are added up.</summary>
    public bool IsTerms { get; }

    /// <summary>θ, g and the slots.</summary>
    public int Streams { get; }

    /// <summary>Whether a stream is read at all.</summary>
    public bool Reads(int stream) => isRead[stream];

    /// <summary>The node that is written to a stream; null where it stays as it is.</summary>
    public int? ResultOf(int stream)
    {
        if (stream == 1 || IsTerms) return null;
        var node = Results[stream == 0 ? 0 : stream - 1];
        return Nodes[node] is { Op: Op.Input } input && input.A == stream ? null : node;
    }

    public bool Uses(int stream) => Reads(stream) || ResultOf(stream) is not null;

    /// <summary>Whether a node is the same for all elements.</summary>
    public bool IsUniform(int node) => isUniform[node];

    /// <summary>Takes what the results need out of a recording.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="results">The results.</param>
    /// <param name="streamsOfTerms">Where these are terms: how many streams there are.</param>
    public static Recorded Of(Recording recording, IReadOnlyList<RecordingLane> results, int? streamsOfTerms = null)
    {
        var (all, ends) = (recording.Nodes, results.Select(recording.NumberOf).ToArray());
        var isNeeded = new bool[all.Count];
        foreach (var end in ends) isNeeded[end] = true;
        for (var i = all.Count - 1; i >= 0; i--)
            if (isNeeded[i])
                foreach (var operand in all[i].Operands) isNeeded[operand] = true;

        var (nodes, arguments, argumentNames) = (new List<Node>(), new List<int>(), new List<string>());
        var (numbers, names) = (new int[all.Count], new Dictionary<int, string>());
        for (var i = 0; i < all.Count; i++)
        {
            if (!isNeeded[i]) continue;
            numbers[i] = nodes.Count;
            var name = recording.Names.GetValueOrDefault(i) ?? (all[i].Op == Op.Argument ? $"k{arguments.Count}" : null);
            if (name is not null) names[nodes.Count] = name;
            if (all[i].Op != Op.Argument)
            {
                nodes.Add(all[i].With(numbers));
                continue;
            }
            nodes.Add(new(Op.Argument, arguments.Count));
            argumentNames.Add(name!);
            arguments.Add(all[i].A);
        }
        var code = new StepCode([.. nodes], [.. ends.Select(e => numbers[e])], [.. argumentNames], names, streamsOfTerms);
        return new(code, [.. arguments], [.. arguments.Select(a => recording.Arguments[a])]);
    }

    public bool Equals(StepCode? other) =>
        other is not null && hash == other.hash && IsTerms == other.IsTerms && Streams == other.Streams
        && Nodes.SequenceEqual(other.Nodes) && Results.SequenceEqual(other.Results);

    public override bool Equals(object? other) => Equals(other as StepCode);

    public override int GetHashCode() => hash;
}

/// <summary>A step's code, and the constants of this step.</summary>
/// <param name="Code">The code.</param>
/// <param name="Numbers">Which of the recording's constants those of the code are.</param>
/// <param name="Arguments">Their values.</param>
sealed record Recorded(StepCode Code, ImmutableArray<int> Numbers, ImmutableArray<Argument> Arguments);
