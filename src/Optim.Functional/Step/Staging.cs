namespace Optim.Functional;

/// <summary>What is done with a step that has all its stages.</summary>
interface IStaged<L> where L : struct, ILane<L>
{
    void Staged<S>(in S step) where S : struct, IStep<L>;
}

/// <summary>Puts the stages of a plan around a formula: those of the update one after another, then its application, then those that follow.</summary>
static class Staging
{
    public static void Around<L, A, U>(Stages stages, in A formula, in Recipe recipe, in Turn now, ref U use)
        where L : struct, ILane<L> where A : struct, IFormula<L> where U : struct, IStaged<L>
    {
        if (recipe.Plan.Update.Length == 0)
        {
            Follow<L, Applied<L, A>, U>(stages, new(formula), recipe, now, ref use);
            return;
        }
        var next = new UpdateUse<L, U>(use, stages, recipe, now, 1);
        stages.Around<L, A, UpdateUse<L, U>>(recipe.Plan.Update[0], formula, now, recipe.Measured, ref next);
        use = next.Inner;
    }

    static void Follow<L, S, U>(Stages stages, in S step, in Recipe recipe, in Turn now, ref U use)
        where L : struct, ILane<L> where S : struct, IStep<L> where U : struct, IStaged<L>
    {
        if (recipe.Plan.After.Length == 0)
        {
            use.Staged(step);
            return;
        }
        var next = new AfterUse<L, U>(use, stages, recipe, now, 1);
        stages.Around<L, S, AfterUse<L, U>>(recipe.Plan.After[0], step, IsFresh(recipe, now, 0), ref next);
        use = next.Inner;
    }

    static bool IsFresh(in Recipe recipe, in Turn now, int stage) => now.Creates(recipe.Plan.Elementwise!.Slots.Count + stage);

    /// <summary>Takes a formula with some update stages around it, and puts the next one around that.</summary>
    struct UpdateUse<L, U>(U use, Stages stages, Recipe recipe, Turn now, int stage) : IUse<L> where L : struct, ILane<L> where U : struct, IStaged<L>
    {
        public U Inner = use;

        public void Run<A>(in A at) where A : struct, IFormula<L>
        {
            var all = recipe.Plan.Update;
            if (stage == all.Length)
            {
                Follow<L, Applied<L, A>, U>(stages, new(at), recipe, now, ref Inner);
                return;
            }
            var next = new UpdateUse<L, U>(Inner, stages, recipe, now, stage + 1);
            stages.Around<L, A, UpdateUse<L, U>>(all[stage], at, now, recipe.Measured, ref next);
            Inner = next.Inner;
        }
    }

    /// <summary>The same of stages after the step.</summary>
    struct AfterUse<L, U>(U use, Stages stages, Recipe recipe, Turn now, int stage) : IUseStep<L> where L : struct, ILane<L> where U : struct, IStaged<L>
    {
        public U Inner = use;

        public void Run<S>(in S step) where S : struct, IStep<L>
        {
            var all = recipe.Plan.After;
            if (stage == all.Length)
            {
                Inner.Staged(step);
                return;
            }
            var next = new AfterUse<L, U>(Inner, stages, recipe, now, stage + 1);
            stages.Around<L, S, AfterUse<L, U>>(all[stage], step, IsFresh(recipe, now, stage), ref next);
            Inner = next.Inner;
        }
    }
}
