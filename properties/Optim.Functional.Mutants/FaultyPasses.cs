using System.Numerics;
using Optim.Functional.Rules;

namespace Optim.Functional.Mutants;

public static partial class Faulty
{
    /// <summary>As <see cref="IWholeRule.Step"/>, at another turn, with a fault in one of its passes or sums.</summary>
    public static void Step<T>(IWholeRule rule, in Whole<T> x, in Turn now, Fault? fault, Seen? seen)
        where T : unmanaged, IFloatingPointIeee754<T> => rule.Step(x.Through(new Filter(fault, seen), now));

    /// <summary>As <see cref="IModelRule.Measure"/>, with a fault in its terms.</summary>
    public static void Measure<L, U>(IModelRule rule, in Turn now, ref U use, Fault? fault, Seen? seen)
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L>
    {
        var mine = Begin<L, U>(use, "measure", fault, seen);
        rule.Measure<Mutant<L>, TermUse<L, U>>(now, ref mine);
        use = mine.Inner;
    }

    static TermUse<L, U> Begin<L, U>(U use, string name, Fault? fault, Seen? seen)
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L> => new(use, name, fault, seen, Start(name, fault, seen));

    /// <summary>Passes of one type are told apart up to this number.</summary>
    const int Most = 3;

    sealed class Filter(Fault? fault, Seen? seen) : IPassFilter
    {
        readonly Dictionary<Type, int> counts = [];

        public int Begin(Type of) => counts[of] = counts.GetValueOrDefault(of) + 1;

        static string Name(Type of, int number) => $"{of.Name} {Math.Min(number, Most)}";

        public void Bind<F, L, U>(in F pass, int number, ref U use)
            where F : struct, IPass
            where L : struct, ILane<L>
            where U : struct, IUseStep<L>
        {
            var name = Name(typeof(F), number);
            var mine = new StepUse<L, U>(use, name, fault, seen, Start(name, fault, seen));
            pass.Bind<Mutant<L>, StepUse<L, U>>(ref mine);
            use = mine.Inner;
        }

        public void BindTerms<F, L, U>(in F terms, int number, ref U use)
            where F : struct, ITerms
            where L : struct, ILane<L>
            where U : struct, IUseMeasure<L>
        {
            var mine = Begin<L, U>(use, Name(typeof(F), number), fault, seen);
            terms.Bind<Mutant<L>, TermUse<L, U>>(ref mine);
            use = mine.Inner;
        }
    }

    struct StepUse<L, U>(U use, string name, Fault? fault, Seen? seen, List<Op>? log) : IUseStep<Mutant<L>>
        where L : struct, ILane<L> where U : struct, IUseStep<L>
    {
        public U Inner = use;

        public void Run<S>(in S at) where S : struct, IStep<Mutant<L>>
        {
            Count(name, seen, log);
            Inner.Run(new FaultyStep<L, S>(at, Paths.Of(name, Paths.Flags(typeof(S))), fault, seen));
        }
    }

    readonly struct FaultyStep<L, S>(S at, string path, Fault? fault, Seen? seen) : IStep<L>
        where L : struct, ILane<L>
        where S : struct, IStep<Mutant<L>>
    {
        public static int SlotCount => S.SlotCount;

        public L Step(L θ, L g, ref Slots<L> s)
        {
            var mine = Enter(path, fault, seen, out var log);
            var mutants = Read(s, S.SlotCount, mine);
            var result = at.Step(new(θ), new(g), ref mutants).X;
            s = Written(mutants, s, S.SlotCount, g, mine);
            if (log is not null) seen!.Paths[path] = new([.. log], S.SlotCount, 1);
            return mine is { Site: Site.Result } ? L.Of(0) : result;
        }
    }

    struct TermUse<L, U>(U use, string name, Fault? fault, Seen? seen, List<Op>? log) : IUseMeasure<Mutant<L>>
        where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        public U Inner = use;

        public void Run<M>(in M at) where M : struct, IMeasure<Mutant<L>>
        {
            Count(name, seen, log);
            Inner.Run(new FaultyTerms<L, M>(at, Paths.Of(name, Paths.Flags(typeof(M))), fault, seen));
        }
    }

    readonly struct FaultyTerms<L, M>(M at, string path, Fault? fault, Seen? seen) : IMeasure<L>
        where L : struct, ILane<L>
        where M : struct, IMeasure<Mutant<L>>
    {
        public static int SlotCount => M.SlotCount;
        public static int Terms => M.Terms;

        public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms)
        {
            var mine = Enter(path, fault, seen, out var log);
            Slots<Mutant<L>> sums = default;
            at.Measure(new(θ), new(g), Read(s, M.SlotCount, mine), ref sums);
            for (var k = 0; k < M.Terms; k++) terms[k] = mine is { Site: Site.Result } && mine.Number == k ? L.Of(0) : sums[k].X;
            if (log is not null) seen!.Paths[path] = new([.. log], M.SlotCount, M.Terms, Writes: false);
        }
    }
}
