namespace Optim.Functional.Rules;

/// <summary>Stands between a whole rule and its passes: so tests bind them to lanes of their own.</summary>
interface IPassFilter
{
    /// <summary>A pass or sum of this type begins.</summary>
    /// <returns>Which of its type it is in this step, from 1 on.</returns>
    int Begin(Type of);

    /// <summary>As <see cref="IPass.Bind"/>.</summary>
    void Bind<F, L, U>(in F pass, int number, ref U use)
        where F : struct, IPass where L : struct, ILane<L> where U : struct, IUseStep<L>;

    /// <summary>As <see cref="ITerms.Bind"/>.</summary>
    void BindTerms<F, L, U>(in F terms, int number, ref U use)
        where F : struct, ITerms where L : struct, ILane<L> where U : struct, IUseMeasure<L>;
}

/// <summary>A pass through a filter, where there is one.</summary>
readonly struct FilteredPass<F>(F pass, IPassFilter? filter) : IPass where F : struct, IPass
{
    readonly int number = filter?.Begin(typeof(F)) ?? 0;

    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
    {
        if (filter is null) pass.Bind<L, U>(ref use);
        else filter.Bind<F, L, U>(pass, number, ref use);
    }
}

/// <summary>Terms through a filter, where there is one.</summary>
readonly struct FilteredTerms<F>(F terms, IPassFilter? filter) : ITerms where F : struct, ITerms
{
    readonly int number = filter?.Begin(typeof(F)) ?? 0;

    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        if (filter is null) terms.Bind<L, U>(ref use);
        else filter.BindTerms<F, L, U>(terms, number, ref use);
    }
}
