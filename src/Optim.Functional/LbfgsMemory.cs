namespace Optim.Functional;

/// <summary>What L-BFGS remembers of all parameters together, in torch's names. Vectors hold the parameters one after another, each row by row.</summary>
/// <param name="FuncEvals">func_evals: evaluations of the loss so far.</param>
/// <param name="NIter">n_iter: iterations so far.</param>
/// <param name="D">d: the last direction; null before the first iteration.</param>
/// <param name="T">t: the last step length.</param>
/// <param name="OldDirs">old_dirs: differences y of gradients, oldest first.</param>
/// <param name="OldStps">old_stps: differences s of parameters, oldest first.</param>
/// <param name="Ro">ro: 1/(y·s) of each pair.</param>
/// <param name="HDiag">H_diag: the scale of the first inverse Hessian.</param>
/// <param name="PrevFlatGrad">prev_flat_grad: the gradient at the last iteration's start; null before the first.</param>
/// <param name="PrevLoss">prev_loss: the loss there.</param>
public sealed record LbfgsMemory(int FuncEvals, int NIter, NDArray? D, double T, IReadOnlyList<NDArray> OldDirs, IReadOnlyList<NDArray> OldStps,
    IReadOnlyList<double> Ro, double HDiag, NDArray? PrevFlatGrad, double PrevLoss)
{
    /// <summary>Before the first step.</summary>
    public static LbfgsMemory Empty { get; } = new(0, 0, null, 0, [], [], [], 1, null, 0);

    /// <summary>The same numbers in arrays of its own.</summary>
    internal LbfgsMemory Copy() => this with
    {
        D = D?.Clone(),
        OldDirs = [.. OldDirs.Select(y => y.Clone())],
        OldStps = [.. OldStps.Select(s => s.Clone())],
        Ro = [.. Ro],
        PrevFlatGrad = PrevFlatGrad?.Clone(),
    };

    /// <summary>Counters, the number of pairs, and the last loss.</summary>
    public override string ToString() => $"n_iter {NIter}, func_evals {FuncEvals}, {OldDirs.Count} pairs, t {T:G6}, prev_loss {PrevLoss:G6}";
}
