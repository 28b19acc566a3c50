namespace Optim.Functional;

/// <summary>Copies of what the whole rules of others write, so that a step of which one throws has changed nothing.</summary>
sealed class Undo<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(NDArray<T> Of, NDArray<T> Copy)> saved = [];

    /// <param name="written">What is written.</param>
    /// <param name="steps">Writes it.</param>
    public void Run(IEnumerable<NDArray<T>> written, Action steps)
    {
        try
        {
            foreach (var array in written) saved.Add((array, (NDArray<T>)array.Clone()));
            steps();
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
