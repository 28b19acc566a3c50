namespace Optim.Functional.Tests;

/// <summary>L-BFGS's part of a state, under names.</summary>
static class LbfgsMemories
{
    public static LbfgsMemory Memory(this Optimizer optimizer) => Of(optimizer.ModelState);
    public static LbfgsMemory Memory(this State state) => Of(state.ModelState);

    static LbfgsMemory Of(IReadOnlyDictionary<string, object?> e) =>
        e.Count == 0
            ? LbfgsMemory.Empty
            : new(
                (int)(long)e["func_evals"]!,
                (int)(long)e["n_iter"]!,
                (NDArray?)e["d"],
                (double)e["t"]!,
                (NDArray[])e["old_dirs"]!,
                (NDArray[])e["old_stps"]!,
                (double[])e["ro"]!,
                (double)e["H_diag"]!,
                (NDArray?)e["prev_flat_grad"],
                (double)e["prev_loss"]!);
}
