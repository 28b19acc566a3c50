namespace Optim.Functional;

/// <summary>What L-BFGS remembers of all parameters together, in torch's names. Vectors hold the parameters one after another, each row by
/// row.</summary>
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
sealed record LbfgsMemory(int FuncEvals, int NIter, NDArray? D, double T, IReadOnlyList<NDArray> OldDirs, IReadOnlyList<NDArray> OldStps,
    IReadOnlyList<double> Ro, double HDiag, NDArray? PrevFlatGrad, double PrevLoss)
{
    /// <summary>Before the first step.</summary>
    public static LbfgsMemory Empty { get; } = new(0, 0, null, 0, [], [], [], 1, null, 0);

    /// <summary>What a saved state holds; what does not fit is noted.</summary>
    public static LbfgsMemory Read<T>(SavedEntries<T> saved, ICollection<string> differences) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var memory = new LbfgsMemory(
            (int)saved.Count("func_evals", int.MaxValue), (int)saved.Count("n_iter", int.MaxValue),
            saved.Vector("d"), saved.Number("t"),
            saved.Vectors("old_dirs"), saved.Vectors("old_stps"), saved.Numbers("ro"), saved.Number("H_diag", 1),
            saved.Vector("prev_flat_grad"), saved.Number("prev_loss"));
        var (dirs, steps, ro) = (memory.OldDirs.Count, memory.OldStps.Count, memory.Ro.Count);
        if (dirs != steps || dirs != ro)
            differences.Add($"the saved state has {dirs} old_dirs, {steps} old_stps and {ro} ro, wanted the same number of each");
        saved.End(ignored: "al"); // the loops' own factors, which torch keeps and never reads
        return memory;
    }

    /// <summary>The same arrays under torch's keys.</summary>
    /// <param name="products">sᵢ·y of each pair with the older ones, for a solver that is given these very entries.</param>
    public IReadOnlyDictionary<string, object?> ToEntries(double[][] products) => new LbfgsEntries(products)
    {
        ["func_evals"] = (long)FuncEvals,
        ["n_iter"] = (long)NIter,
        ["d"] = D,
        ["t"] = T,
        ["old_dirs"] = OldDirs.ToArray(),
        ["old_stps"] = OldStps.ToArray(),
        ["ro"] = Ro.ToArray(),
        ["H_diag"] = HDiag,
        ["prev_flat_grad"] = PrevFlatGrad,
        ["prev_loss"] = PrevLoss,
    };
}

/// <summary>Entries that carry what can be made of them.</summary>
/// <param name="products">sᵢ·y of each pair with the older ones; of a pair that they are not known of, none.</param>
sealed class LbfgsEntries(double[][] products) : Dictionary<string, object?>
{
    public double[][] Products => products;
}
