namespace Optim.Functional.Rules;

/// <summary>Stands between a whole rule and its passes: so tests bind them to lanes of their own.</summary>
interface IPassFilter
{
    /// <summary>A pass or sum of this type begins.</summary>
    /// <returns>Which of its type it is in this step, from 1 on.</returns>
    int Begin(Type of);

    /// <summary>As <see cref="IPass.Bind"/>.</summary>
    void Bind<F, L, U>(in F pass, int number, ref U use) where F : struct, IPass where L : struct, ILane<L> where U : struct, IUseStep<L>;

    /// <summary>As <see cref="ITerms.Bind"/>.</summary>
    void BindTerms<F, L, U>(in F terms, int number, ref U use) where F : struct, ITerms where L : struct, ILane<L> where U : struct, IUseMeasure<L>;
}

readonly struct FilteredPass<F>(F pass, IPassFilter filter) : IPass where F : struct, IPass
{
    readonly int number = filter.Begin(typeof(F));

    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => filter.Bind<F, L, U>(pass, number, ref use);
}

readonly struct FilteredTerms<F>(F terms, IPassFilter filter) : ITerms where F : struct, ITerms
{
    readonly int number = filter.Begin(typeof(F));

    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => filter.BindTerms<F, L, U>(terms, number, ref use);
}
