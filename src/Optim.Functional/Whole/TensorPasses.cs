namespace Optim.Functional;

/// <summary>Passes over tensors outside of a step, wherever they lie.</summary>
sealed class TensorPasses<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Passes<T> passes = new();

    /// <summary>a ← pass(a, b), of the elements that are stored.</summary>
    public void Run<F>(in F pass, NDArray<T> a, NDArray<T> b, Execution how) where F : struct, IPass
    {
        Operand<T> first = new(a.Where, a.Stored), second = new(b.Where, b.Stored);
        (passes.How, passes.Device) = (how, a.Device?.Engine<T>());
        passes.Run(pass, first, second, first, new Places<T> { θ = first.Place });
    }
}
