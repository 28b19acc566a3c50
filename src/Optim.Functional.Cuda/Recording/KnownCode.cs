using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Runs a bound formula once, in a recording.</summary>
interface IRunOnce<S>
{
    Recorded Run(Recording recording, in S formula);
}

/// <summary>The code of a formula, and where its constants come from: so a formula that is bound anew need not be run.</summary>
/// <param name="code">The code.</param>
/// <param name="numbers">Which of the recording's constants each is.</param>
/// <param name="own">Constants that the formula itself has made, where the number is beyond those of the binding.</param>
/// <param name="bound">Constants of the binding.</param>
sealed class KnownCode(StepCode code, int[] numbers, Argument[] own, int bound)
{
    public StepCode Code => code;

    /// <summary>A constant of the step that a recording has been bound for.</summary>
    public Argument At(Recording recording, int k) => numbers[k] < bound ? recording.Arguments[numbers[k]] : own[k];

    /// <summary>How many constants there are.</summary>
    public int Count => numbers.Length;

    /// <summary>The code with this step's constants.</summary>
    public Recorded Now(Recording recording) => new(code, [.. numbers], [.. Enumerable.Range(0, Count).Select(k => At(recording, k))]);
}

/// <summary>The codes of a type of formula, by what its fields hold and by the operations on constants that binding it has made.</summary>
static class KnownCodes<S> where S : struct
{
    /// <summary>So many are kept, as a formula may hold numbers that are others at each step.</summary>
    const int Most = 64;

    static readonly Lock entry = new();
    static int added;
    static volatile (byte[] Fields, Node[] Bound, KnownCode Code)[] all = [];

    /// <summary>The code of a formula, which is run where it is not known.</summary>
    public static KnownCode Find<R>(Recording recording, in S formula, R run) where R : struct, IRunOnce<S>
    {
        recording.Bound();
        if (RuntimeHelpers.IsReferenceOrContainsReferences<S>()) return Of(recording, run.Run(recording, formula));
        var copy = formula;
        var fields = MemoryMarshal.AsBytes(new Span<S>(ref copy));
        WithoutNumber(MemoryMarshal.Cast<byte, int>(fields), recording);
        var bound = CollectionsMarshal.AsSpan(recording.Nodes);
        foreach (var known in all)
            if (known.Fields.AsSpan().SequenceEqual(fields) && known.Bound.AsSpan().SequenceEqual(bound)) return known.Code;
        var before = bound.ToArray();
        var code = Of(recording, run.Run(recording, formula));
        lock (entry)
        {
            var next = all.Length < Most ? [.. all, default] : all.ToArray();
            next[added++ % Most] = (fields.ToArray(), before, code);
            all = next;
        }
        return code;
    }

    static KnownCode Of(Recording recording, Recorded recorded) =>
        new(recorded.Code, [.. recorded.Numbers], [.. recorded.Arguments], recording.BoundArguments);

    /// <summary>Lanes hold the number of their node, then that of the recording, which is another one each time.</summary>
    static void WithoutNumber(Span<int> words, Recording recording)
    {
        for (var i = 1; i < words.Length; i++)
            if (words[i] == recording.Number && (uint)words[i - 1] < (uint)recording.BoundNodes) words[i] = 0;
    }
}

/// <summary>Runs a step.</summary>
readonly struct RunStep<S> : IRunOnce<S> where S : struct, IStep<RecordingLane>
{
    public Recorded Run(Recording recording, in S step)
    {
        ConstantNames.Give(recording, step);
        var slots = new Slots<RecordingLane>();
        for (var slot = 0; slot < S.SlotCount; slot++) slots[slot] = recording.Add(new(Op.Input, 2 + slot));
        var next = step.Step(recording.Add(new(Op.Input, 0)), recording.Add(new(Op.Input, 1)), ref slots);
        return StepCode.Of(recording, [next, .. Enumerable.Range(0, S.SlotCount).Select(slot => slots[slot])]);
    }
}

/// <summary>Runs terms that are added up.</summary>
readonly struct RunTerms<M> : IRunOnce<M> where M : struct, IMeasure<RecordingLane>
{
    public Recorded Run(Recording recording, in M terms)
    {
        var (slots, sums) = (new Slots<RecordingLane>(), new Slots<RecordingLane>());
        for (var slot = 0; slot < M.SlotCount; slot++) slots[slot] = recording.Add(new(Op.Input, 2 + slot));
        terms.Measure(recording.Add(new(Op.Input, 0)), recording.Add(new(Op.Input, 1)), slots, ref sums);
        return StepCode.Of(recording, [.. Enumerable.Range(0, M.Terms).Select(term => sums[term])], streamsOfTerms: 2 + M.SlotCount);
    }
}
