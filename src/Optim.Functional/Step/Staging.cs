namespace Optim.Functional;

/// <summary>What is done with a step that has all its stages.</summary>
interface IStaged<L> where L : struct, ILane<L>
{
    void Staged<S>(in S step) where S : struct, IStep<L>;
}

/// <summary>Puts the stages of a plan around a formula: those of the update one after another, then its application, then those that follow.</summary>
static class Staging
{
    public static void Around<L, A, U>(in A formula, in Recipe recipe, in Turn now, ref U use)
        where L : struct, ILane<L> where A : struct, IFormula<L> where U : struct, IStaged<L>
    {
        if (recipe.Plan.Update.Length == 0)
        {
            Follow<L, Applied<L, A>, U>(new(formula), recipe, now, ref use);
            return;
        }
        var next = new UpdateUse<L, U>(use, recipe, now, 1);
        recipe.Plan.Update[0].Around<L, A, UpdateUse<L, U>>(formula, now, recipe.Measured, ref next);
        use = next.Inner;
    }

    static void Follow<L, S, U>(in S step, in Recipe recipe, in Turn now, ref U use)
        where L : struct, ILane<L> where S : struct, IStep<L> where U : struct, IStaged<L>
    {
        if (recipe.Plan.After.Length == 0)
        {
            use.Staged(step);
            return;
        }
        var next = new AfterUse<L, U>(use, recipe, now, 1);
        recipe.Plan.After[0].Around<L, S, AfterUse<L, U>>(step, IsFresh(recipe, now, 0), ref next);
        use = next.Inner;
    }

    static bool IsFresh(in Recipe recipe, in Turn now, int stage) => now.Creates(recipe.Plan.Elementwise!.Slots.Count + stage);

    /// <summary>Takes a formula with some update stages around it, and puts the next one around that.</summary>
    struct UpdateUse<L, U>(U use, Recipe recipe, Turn now, int stage) : IUse<L> where L : struct, ILane<L> where U : struct, IStaged<L>
    {
        public U Inner = use;

        public void Run<A>(in A at) where A : struct, IFormula<L>
        {
            var stages = recipe.Plan.Update;
            if (stage == stages.Length)
            {
                Follow<L, Applied<L, A>, U>(new(at), recipe, now, ref Inner);
                return;
            }
            var next = new UpdateUse<L, U>(Inner, recipe, now, stage + 1);
            stages[stage].Around<L, A, UpdateUse<L, U>>(at, now, recipe.Measured, ref next);
            Inner = next.Inner;
        }
    }

    /// <summary>The same of stages after the step.</summary>
    struct AfterUse<L, U>(U use, Recipe recipe, Turn now, int stage) : IUseStep<L> where L : struct, ILane<L> where U : struct, IStaged<L>
    {
        public U Inner = use;

        public void Run<S>(in S step) where S : struct, IStep<L>
        {
            var stages = recipe.Plan.After;
            if (stage == stages.Length)
            {
                Inner.Staged(step);
                return;
            }
            var next = new AfterUse<L, U>(Inner, recipe, now, stage + 1);
            stages[stage].Around<L, S, AfterUse<L, U>>(step, IsFresh(recipe, now, stage), ref next);
            Inner = next.Inner;
        }
    }
}
