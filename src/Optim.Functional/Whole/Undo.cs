namespace Optim.Functional;

/// <summary>Copies of what the whole rules of others write, so that a step of which one throws has changed nothing.</summary>
sealed class Undo<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(NDArray<T> Of, NDArray<T> Copy)> saved = [];

    public void Run(CpuEngine<T> engine, Bound<T> bound)
    {
        try
        {
            foreach (var array in bound.Written(engine)) saved.Add((array, (NDArray<T>)array.Clone()));
            bound.Run(engine);
        }
        catch
        {
            foreach (var (array, copy) in saved) copy.CopyTo(array);
            Forget();
            throw;
        }
    }

    public void Forget() => saved.Clear();
}
