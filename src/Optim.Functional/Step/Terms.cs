namespace Optim.Functional;

/// <summary>A model rule's terms of a tensor, its gradient prepared.</summary>
readonly struct RuleTerms(Recipe recipe, Turn now) : ITerms
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        var rule = recipe.Plan.Model!;
        var mine = new PreparedUse<L, U>(use, recipe, rule.Sums);
        rule.Measure<L, PreparedUse<L, U>>(now, ref mine);
        if (mine.Runs != 1) throw Fault.MeasuredNotOnce(rule, mine.Runs);
        use = mine.Inner;
    }
}

/// <summary>An update stage's terms of a tensor.</summary>
/// <param name="recipe">The plan, and what has been measured so far.</param>
/// <param name="stage">The number of the stage.</param>
/// <param name="sums">How many sums the round makes.</param>
/// <param name="now">The tensor's step.</param>
readonly struct StageTerms(Recipe recipe, int stage, int sums, Turn now) : ITerms
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        var mine = new UpToStage<L, PreparedUse<L, U>>(recipe.Plan.Update, stage, recipe.Measured!, now, new(use, recipe, sums));
        recipe.Plan.Elementwise!.Bind<L, UpToStage<L, PreparedUse<L, U>>>(now, ref mine);
        use = mine.Inner.Inner;
    }
}

/// <summary>Terms that see the gradient as the formula does.</summary>
struct PreparedUse<L, U>(U use, Recipe recipe, int sums) : IUseMeasure<L>
    where L : struct, ILane<L>
    where U : struct, IUseMeasure<L>
{
    public U Inner = use;
    public int Runs;

    public void Run<M>(in M at) where M : struct, IMeasure<L>
    {
        Runs++;
        var rule = recipe.Plan.Elementwise!;
        if (M.SlotCount > rule.Slots.Count) throw Fault.SlotCount(rule, rule.Slots.Count, M.SlotCount);
        if (M.Terms != sums) throw Fault.TermCount(rule, sums, M.Terms);
        if (recipe.Decay != 0) Inner.Run(new PreparedMeasure<L, M, On>(at, L.Of(recipe.Scale), L.Of(recipe.Decay)));
        else if (recipe.Scale != 1) Inner.Run(new PreparedMeasure<L, M, Off>(at, L.Of(recipe.Scale), default));
        else Inner.Run(at);
    }
}
