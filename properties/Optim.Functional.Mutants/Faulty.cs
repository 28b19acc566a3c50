using System.Runtime.CompilerServices;

namespace Optim.Functional.Mutants;

/// <summary>Binds a rule's formula with a fault in it.</summary>
public static class Faulty
{
    /// <summary>As <see cref="IElementwiseRule.Bind"/>.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="now">Where the parameter stands.</param>
    /// <param name="use">What is done with the bound formula.</param>
    /// <param name="fault">What is wrong with it, if anything.</param>
    /// <param name="seen">What it is to be noted in, if anywhere.</param>
    public static void Bind<L, U>(IElementwiseRule rule, Clock now, ref U use, Fault? fault, Seen? seen)
        where L : struct, ILane<L>
        where U : struct, IUse<L>
    {
        var log = seen is null ? null : new List<Op>();
        Tape.Start(fault is { Site: Site.Constant } ? fault : null, log);
        var mine = new Use<L, U>(use, fault, seen, log);
        rule.Bind<Mutant<L>, Use<L, U>>(now, ref mine);
        use = mine.Inner;
    }

    struct Use<L, U>(U use, Fault? fault, Seen? seen, List<Op>? log) : IUse<Mutant<L>> where L : struct, ILane<L> where U : struct, IUse<L>
    {
        public U Inner = use;

        public void Run<A>(in A at) where A : struct, IStep<Mutant<L>>
        {
            if (seen is not null) seen.Constants = log!.Count;
            Inner.Run(new Bound<L, A>(at, fault, seen));
        }
    }

    readonly struct Bound<L, A>(A at, Fault? fault, Seen? seen) : IStep<L> where L : struct, ILane<L> where A : struct, IStep<Mutant<L>>
    {
        /// <summary>The flags among the formula's type arguments.</summary>
        static readonly string path = string.Join(' ', typeof(A).GetGenericArguments().Skip(1).Select(flag => flag.Name));

        public static int SlotCount => A.SlotCount;

        public L Step(L θ, L g, ref Slots<L> s)
        {
            var mine = fault?.Path == path ? fault : null;
            var log = seen is null || seen.Paths.ContainsKey(path) ? null : new List<Op>();
            var slot = mine is { Site: Site.Slot } ? mine.Number : -1;
            var x = s;
            if (slot >= 0 && mine!.Kind == 3) Of(ref x, slot) = L.Of(0);
            if (slot >= 0 && mine!.Kind > 3) (Of(ref x, slot), Of(ref x, mine.Kind - 4)) = (Of(ref x, mine.Kind - 4), Of(ref x, slot));

            Tape.Start(mine is { Site: Site.Operation } ? mine : null, log);
            var mutants = new Slots<Mutant<L>> { S1 = new(x.S1), S2 = new(x.S2), S3 = new(x.S3), S4 = new(x.S4) };
            var θ2 = at.Step(new(θ), new(g), ref mutants).X;
            x = new() { S1 = mutants.S1.X, S2 = mutants.S2.X, S3 = mutants.S3.X, S4 = mutants.S4.X };

            if (slot >= 0 && mine!.Kind == 1) Of(ref x, slot) = Of(ref s, slot);
            if (slot >= 0 && mine!.Kind == 2) Of(ref x, slot) = g;
            s = x;
            if (log is not null) seen!.Paths[path] = ([.. log], A.SlotCount);
            return mine is { Site: Site.Parameter } ? θ : θ2;
        }

        static ref L Of(ref Slots<L> s, int slot) => ref Unsafe.Add(ref s.S1, slot);
    }
}
