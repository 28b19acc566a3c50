using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Optim.Functional.Cuda;

/// <summary>Runs a plan's step once on <see cref="RecordingLane"/>: the rule's formula, with the stages and what is done to the gradient
/// around it, as the processor's engine puts them.</summary>
struct Recorder(Recording recording, Recipe recipe, Turn now, Stages stages) : IUse<RecordingLane>, IUseStep<RecordingLane>
{
    int updates, afters, runs;
    Recorded? recorded;

    /// <param name="recipe">The plan, and what is done to the gradient.</param>
    /// <param name="now">The step.</param>
    public static Recorded Record(in Recipe recipe, in Turn now)
    {
        var rule = recipe.Plan.Elementwise ?? throw Fault.NotElementwise(recipe.Plan.Rule);
        var recording = new Recording();
        var formula = new OfRule(new(recording, recipe, now, new()));
        using (recording.Begin()) rule.Bind<RecordingLane, OfRule>(now, ref formula);
        return formula.Recorder.recorded ?? throw Fault.NotHanded(recipe.Plan);
    }

    /// <summary>Takes a rule's bound formula.</summary>
    struct OfRule(Recorder recorder) : IUse<RecordingLane>
    {
        public Recorder Recorder = recorder;

        public void Run<A>(in A at) where A : struct, IFormula<RecordingLane> => Recorder.Take(at);
    }

    void Take<A>(in A formula) where A : struct, IFormula<RecordingLane>
    {
        if (++runs > 1) throw Fault.HandedTwice(recipe.Plan);
        Update(new Updating<A>(formula));
    }

    void IUse<RecordingLane>.Run<A>(in A at) => Update(at);

    void IUseStep<RecordingLane>.Run<S>(in S step) => Follow(step);

    void Update<A>(in A formula) where A : struct, IFormula<RecordingLane>
    {
        if (updates == recipe.Plan.Update.Length)
        {
            Follow(new Applied<RecordingLane, A>(formula));
            return;
        }
        var number = updates++;
        stages.Around<RecordingLane, A, Recorder>(recipe.Plan.Update[number], formula, now, recipe.MeasuredBy(number), ref this);
    }

    void Follow<S>(in S step) where S : struct, IStep<RecordingLane>
    {
        if (afters == recipe.Plan.After.Length)
        {
            Prepare(step);
            return;
        }
        var isFresh = now.Creates(recipe.Plan.Elementwise!.Slots.Count + afters);
        stages.Around<RecordingLane, S, Recorder>(recipe.Plan.After[afters++], step, now, isFresh, ref this);
    }

    void Prepare<S>(in S step) where S : struct, IStep<RecordingLane>
    {
        var scale = recipe.Decay != 0 || recipe.Scale != 1 ? RecordingLane.Of(recipe.Scale) : default;
        if (recipe.Decay != 0) Run(new Prepared<RecordingLane, S, On>(step, scale, RecordingLane.Of(recipe.Decay)));
        else if (recipe.Scale != 1) Run(new Prepared<RecordingLane, S, Off>(step, scale, default));
        else Run(step);
    }

    void Run<S>(in S step) where S : struct, IStep<RecordingLane>
    {
        NameConstants(step);
        recording.Bound();
        var slots = new Slots<RecordingLane>();
        for (var slot = 0; slot < S.SlotCount; slot++) slots[slot] = recording.Add(new(Op.Input, 2 + slot));
        var next = step.Step(recording.Add(new(Op.Input, 0)), recording.Add(new(Op.Input, 1)), ref slots);
        recorded = StepCode.Of(recording, [next, .. Enumerable.Range(0, S.SlotCount).Select(slot => slots[slot])]);
    }

    /// <summary>Constants are called what the fields of formulas and stages that hold them are called; the formula within comes
    /// first.</summary>
    readonly void NameConstants(object step)
    {
        var fields = FieldsOf(step.GetType());
        foreach (var field in fields)
            if (field.FieldType != typeof(RecordingLane) && field.FieldType is { IsValueType: true, IsPrimitive: false })
                NameConstants(field.GetValue(step)!);
        foreach (var field in fields)
            if (field.FieldType == typeof(RecordingLane)) recording.Name((RecordingLane)field.GetValue(step)!, Spelling(field.Name));
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Constants whose fields are trimmed away have numbers for names.")]
    static FieldInfo[] FieldsOf(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    /// <summary>Of the field behind a property, or of an F# record, the property's name.</summary>
    static string Spelling(string field) => field.StartsWith('<') ? field[1..field.IndexOf('>')] : field.TrimEnd('@');

    /// <summary>A formula whose update is called u.</summary>
    readonly record struct Updating<A>(A Of) : IFormula<RecordingLane> where A : struct, IFormula<RecordingLane>
    {
        public static int SlotCount => A.SlotCount;

        public RecordingLane Update(RecordingLane θ, RecordingLane g, ref Slots<RecordingLane> s)
        {
            var u = Of.Update(θ, g, ref s);
            Recording.Current.Name(u, "u");
            return u;
        }

        public RecordingLane Apply(RecordingLane θ, RecordingLane u) => Of.Apply(θ, u);
    }
}
