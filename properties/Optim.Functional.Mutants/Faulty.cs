using Optim.Functional.Rules;

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
    public static void Bind<L, U>(IElementwiseRule rule, in Turn now, ref U use, Fault? fault, Seen? seen)
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

        public void Run<A>(in A at) where A : struct, IFormula<Mutant<L>>
        {
            if (seen is not null) seen.Constants = log!.Count;
            Inner.Run(new Bound<L, A>(at, fault, seen));
        }
    }

    readonly struct Bound<L, A>(A at, Fault? fault, Seen? seen) : IFormula<L> where L : struct, ILane<L> where A : struct, IFormula<Mutant<L>>
    {
        /// <summary>The flags among the formula's type arguments.</summary>
        static readonly string path = string.Join(' ', typeof(A).GetGenericArguments().Skip(1).Select(flag => flag.Name));

        public static int SlotCount => A.SlotCount;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            var mine = fault?.Path == path ? fault : null;
            var log = seen is null || seen.Paths.ContainsKey(path) ? null : new List<Op>();
            var slot = mine is { Site: Site.Slot } ? mine.Number : -1;
            var x = s;
            if (slot >= 0 && mine!.Kind == 3) x[slot] = L.Of(0);
            if (slot >= 0 && mine!.Kind > 3) (x[slot], x[mine.Kind - 4]) = (x[mine.Kind - 4], x[slot]);

            Tape.Start(mine is { Site: Site.Operation } ? mine : null, log);
            Slots<Mutant<L>> mutants = default;
            for (var k = 0; k < A.SlotCount; k++) mutants[k] = new(x[k]);
            var u = at.Update(new(θ), new(g), ref mutants).X;
            for (var k = 0; k < A.SlotCount; k++) x[k] = mutants[k].X;

            if (slot >= 0 && mine!.Kind == 1) x[slot] = s[slot];
            if (slot >= 0 && mine!.Kind == 2) x[slot] = g;
            s = x;
            if (log is not null) seen!.Paths[path] = ([.. log], A.SlotCount);
            return u;
        }

        /// <summary>Goes on counting where the update ended.</summary>
        public L Apply(L θ, L u)
        {
            var isFirst = seen is not null && !seen.Applied.Contains(path);
            var log = isFirst ? new List<Op>() : null;
            if (isFirst) Tape.Start(null, log); else Tape.GoOn();
            var next = at.Apply(new(θ), new(u)).X;
            if (isFirst)
            {
                seen!.Applied.Add(path);
                seen.Paths[path] = ([.. seen.Paths[path].Operations, .. log!], A.SlotCount);
            }
            return fault is { Site: Site.Parameter } && fault.Path == path ? θ : next;
        }
    }
}
