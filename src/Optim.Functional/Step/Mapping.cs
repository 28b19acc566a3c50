namespace Optim.Functional;

/// <summary>Makes other gradients of a step's, in memory that is kept from step to step.</summary>
sealed class Mapping<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<NDArray<T>?> made = [];
    readonly WholeWork<T> work = new();
    readonly ParameterState reserved = new();

    /// <summary>Who runs passes over tensors on a device; null: they are this process's.</summary>
    public IDeviceEngine<T>? Device
    {
        get => work.Passes.Device;
        set => work.Passes.Device = value;
    }

    /// <summary>What a map makes of a gradient, which may be what one before has made.</summary>
    /// <param name="map">The map.</param>
    /// <param name="of">The gradient, and its parameter.</param>
    /// <param name="scale">The factor that is still to be put on the gradient.</param>
    /// <param name="step">The optimizer's step, 1 at the first.</param>
    /// <param name="how">Threads and lanes.</param>
    public NDArray<T> Run(IGradientMap map, in Given<T> of, double scale, long step, Execution how)
    {
        var (θ, g, to) = (of.θ, of.G!, Made(of.Number, of.θ));
        if (g.IsSparse || !g.HasOrder(θ.ColumnMajor))
        {
            g.CopyTo(to);
            g = to;
        }
        reserved.Work = map.WorkOf(θ.Shape);
        work.Reserve(reserved.Work, θ.Device);
        (work.Passes.How, work.Passes.Scale) = (how, scale);
        var x = new Streams<T> { From = Places<T>.Of(θ, []), G = g.Where, End = (nint)θ.Length, Of = θ, Slots = [], State = reserved };
        map.Map(new Whole<T>(work, in x, new(step, double.NaN) { Step = step }, []), new(to.Where, to.Length), of.Key);
        return to;
    }

    /// <summary>The sum of a gradient and those before it.</summary>
    /// <param name="before">The others; null: none.</param>
    /// <param name="g">The gradient; null: none.</param>
    /// <param name="scale">The factor on it.</param>
    /// <param name="to">Where the sum goes; may be <paramref name="before"/>.</param>
    /// <param name="how">Threads and lanes.</param>
    public void Add(NDArray<T>? before, NDArray<T>? g, double scale, NDArray<T> to, Execution how)
    {
        if (g is null)
        {
            if (!ReferenceEquals(before, to)) before!.CopyTo(to);
            return;
        }
        if (g.IsSparse) g = g.Scattered();
        (work.Passes.How, work.Passes.Scale) = (how, scale);
        Operand<T> of = new((before ?? to).Where, to.Length), all = new(to.Where, to.Length);
        var own = new Operand<T>(g.Standing(to.ColumnMajor), g.Length, isGradient: true);
        if (before is null) work.Passes.Run(new Pass.CopySecond(), own, own, all, new Places<T> { θ = own.Place });
        else work.Passes.Run(new Pass.Move(1, 1), of, own, all, new Places<T> { θ = of.Place });
    }

    /// <summary>Memory for a parameter's gradient.</summary>
    public NDArray<T> Made(int number, NDArray<T> θ)
    {
        while (made.Count <= number) made.Add(null);
        if (made[number] is { } kept && kept.SameShape(θ) && kept.ColumnMajor == θ.ColumnMajor && ReferenceEquals(kept.Device, θ.Device))
            return kept;
        var fresh = (NDArray<T>)θ.Uninitialised();
        made[number] = fresh;
        return fresh;
    }

    public void Forget() => made.Clear();
}
