using Optim.Functional.Rules;

namespace Optim.Functional.Mutants;

/// <summary>Binds a rule's formula with a fault in it.</summary>
public static partial class Faulty
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
        var mine = new Use<L, U>(use, fault, seen, Start(OwnFormula, fault, seen));
        rule.Bind<Mutant<L>, Use<L, U>>(now, ref mine);
        use = mine.Inner;
    }

    /// <summary>The name of an elementwise rule's own formula, beside which a model rule has one that measures.</summary>
    const string OwnFormula = "";

    /// <summary>A formula is bound: its constants are counted.</summary>
    static List<Op>? Start(string name, Fault? fault, Seen? seen)
    {
        var log = seen is null ? null : new List<Op>();
        Tape.Start(fault is { Site: Site.Constant } && fault.Path == name ? fault : null, log);
        return log;
    }

    static void Count(string name, Seen? seen, List<Op>? log)
    {
        if (seen is not null) seen.Constants[name] = Math.Max(log!.Count, seen.Constants.GetValueOrDefault(name));
    }

    /// <summary>A formula runs, on a path through it: the fault that is there, and what its operations are to be noted in.</summary>
    static Fault? Enter(string path, Fault? fault, Seen? seen, out List<Op>? log)
    {
        var mine = fault?.Path == path ? fault : null;
        log = seen is null || seen.Paths.ContainsKey(path) ? null : [];
        Tape.Start(mine is { Site: Site.Operation } ? mine : null, log);
        return mine;
    }

    /// <summary>The slots as a formula reads them.</summary>
    static Slots<Mutant<L>> Read<L>(in Slots<L> s, int count, Fault? fault) where L : struct, ILane<L>
    {
        var slot = fault is { Site: Site.Slot } ? fault.Number : -1;
        var x = s;
        if (slot >= 0 && fault!.Kind == 3) x[slot] = L.Of(0);
        if (slot >= 0 && fault!.Kind > 3) (x[slot], x[fault.Kind - 4]) = (x[fault.Kind - 4], x[slot]);
        Slots<Mutant<L>> mutants = default;
        for (var k = 0; k < count; k++) mutants[k] = new(x[k]);
        return mutants;
    }

    /// <summary>The slots as a formula leaves them.</summary>
    static Slots<L> Written<L>(in Slots<Mutant<L>> mutants, in Slots<L> before, int count, L g, Fault? fault) where L : struct, ILane<L>
    {
        var slot = fault is { Site: Site.Slot } ? fault.Number : -1;
        var x = before;
        if (slot >= 0 && fault!.Kind > 3) (x[slot], x[fault.Kind - 4]) = (x[fault.Kind - 4], x[slot]);
        for (var k = 0; k < count; k++) x[k] = mutants[k].X;
        if (slot >= 0 && fault!.Kind == 1) x[slot] = before[slot];
        if (slot >= 0 && fault!.Kind == 2) x[slot] = g;
        return x;
    }

    struct Use<L, U>(U use, Fault? fault, Seen? seen, List<Op>? log) : IUse<Mutant<L>> where L : struct, ILane<L> where U : struct, IUse<L>
    {
        public U Inner = use;

        public void Run<A>(in A at) where A : struct, IFormula<Mutant<L>>
        {
            Count(OwnFormula, seen, log);
            Inner.Run(new Bound<L, A>(at, fault, seen));
        }
    }

    readonly struct Bound<L, A>(A at, Fault? fault, Seen? seen) : IFormula<L>
        where L : struct, ILane<L>
        where A : struct, IFormula<Mutant<L>>
    {
        static readonly string path = Paths.Flags(typeof(A));

        public static int SlotCount => A.SlotCount;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            var mine = Enter(path, fault, seen, out var log);
            var mutants = Read(s, A.SlotCount, mine);
            var u = at.Update(new(θ), new(g), ref mutants).X;
            s = Written(mutants, s, A.SlotCount, g, mine);
            if (log is not null) seen!.Paths[path] = new([.. log], A.SlotCount, 1);
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
                seen.Paths[path] = new([.. seen.Paths[path].Operations, .. log!], A.SlotCount, 1);
            }
            return fault is { Site: Site.Result } && fault.Path == path ? θ : next;
        }
    }
}
