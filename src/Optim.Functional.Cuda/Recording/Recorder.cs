namespace Optim.Functional.Cuda;

/// <summary>Runs a plan's step once on <see cref="RecordingLane"/>: the rule's formula, with the stages and what is done to the gradient
/// around it, as the processor's engine puts them.</summary>
struct Recorder(Recording recording, Recipe recipe, Turn now, Stages stages) : IUse<RecordingLane>, IUseStep<RecordingLane>
{
    int updates, afters, runs;
    KnownCode? known;

    /// <param name="recipe">The plan, and what is done to the gradient.</param>
    /// <param name="now">The step.</param>
    public static Recorded Record(in Recipe recipe, in Turn now)
    {
        var recording = new Recording();
        return Bind(recording, new(), recipe, now).Now(recording);
    }

    /// <summary>The same, in a recording that is used again: a formula that is known is bound, and not run.</summary>
    /// <param name="recording">The recording, which holds the constants of the step then.</param>
    /// <param name="stages">The stages' objects.</param>
    /// <param name="recipe">The plan, and what is done to the gradient.</param>
    /// <param name="now">The step.</param>
    public static KnownCode Bind(Recording recording, Stages stages, in Recipe recipe, in Turn now)
    {
        var rule = recipe.Plan.Elementwise ?? throw Fault.NotElementwise(recipe.Plan.Rule);
        recording.Clear();
        var formula = new OfRule(new(recording, recipe, now, stages));
        using (recording.Begin()) rule.Bind<RecordingLane, OfRule>(now, ref formula);
        return formula.Recorder.known ?? throw Fault.NotHanded(recipe.Plan);
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

    void Run<S>(in S step) where S : struct, IStep<RecordingLane> => known = KnownCodes<S>.Find(recording, step, new RunStep<S>());

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
