namespace Optim.Functional;

/// <summary>Means of tensors of all processes, made part by part in the order of ranks.</summary>
sealed class Means(Session session)
{
    /// <summary>Numbers of each process that are there at a time.</summary>
    const int Most = 1 << 20;

    public Params Of(Params gradients) => gradients.With(Array.ConvertAll(gradients.Values, g => g is NDArray<float> single ? Of(single)
        : (NDArray)Of((NDArray<double>)g)));

    NDArray<T> Of<T>(NDArray<T> g) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var own = g.IsSparse ? g.Scattered() : g;
        var (mean, adding) = ((NDArray<T>)own.Uninitialised(), new Mapping<T>());
        var (each, to) = ((nint)Most / session.Size, mean.Place);
        for (nint at = 0; at < (nint)own.Length; at += each)
        {
            var n = nint.Min(each, (nint)own.Length - at);
            var all = new Buffer<T>(n * session.Size);
            own.Place.After(at).CopyTo(all.Place.After(n * session.Rank), n);
            session.Together<T>(all.At(), (int)n);
            var sum = Parts.Of(to.After(at), n);
            for (var r = 0; r < session.Size; r++) adding.Add(r == 0 ? null : sum, all.Part(n * r, n), 1, sum, Execution.Default);
            for (nint i = 0; i < n; i++) sum.Place.From(i) /= T.CreateChecked(session.Size);
        }
        return mean;
    }
}
