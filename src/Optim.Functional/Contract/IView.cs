namespace Optim.Functional.Rules;

/// <summary>A rule that trains at other parameters than those to be evaluated (Schedule-Free): it says what these are.</summary>
public interface IView : IGradientRule
{
    /// <summary>Binds the formula of the parameters for evaluation: its <see cref="IStep{L}.Step"/> gives them from θ and the slots; g is θ
    /// again.</summary>
    void View<L, U>(ref U use)
        where L : struct, ILane<L>
        where U : struct, IUseStep<L>;
}
