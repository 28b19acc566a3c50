namespace Optim.Functional;

/// <summary>torch's swa_utils.AveragedModel: averages of parameters, taken when it is told to. An average at each step is a stage,
/// <see cref="Plans.Ema"/>.</summary>
/// <remarks>The first update copies. Batch norms' statistics are the model's owner's to compute anew for the averages (torch's update_bn).</remarks>
public sealed class AveragedModel
{
    readonly Parameter[] parameters, buffers;
    readonly NDArray[] averages, kept;
    readonly double? decay;
    readonly bool averagesBuffers;

    /// <param name="parameters">What is averaged.</param>
    /// <param name="emaDecay">Decay of an exponential average, in [0, 1]; null: the mean of all updates.</param>
    /// <param name="buffers">What else the model has, such as running statistics.</param>
    /// <param name="useBuffers">Whether those are averaged too; else the latest ones are taken.</param>
    /// <exception cref="ArgumentException">The decay is out of range.</exception>
    public AveragedModel(
        IEnumerable<Parameter> parameters, double? emaDecay = null, IEnumerable<Parameter>? buffers = null, bool useBuffers = false)
    {
        (this.parameters, this.buffers) = ([.. parameters ?? throw Fault.Null("the parameters")], [.. buffers ?? []]);
        if (emaDecay is { } given) Fault.Within01(nameof(AveragedModel), "decay", given);
        (decay, averagesBuffers) = (emaDecay, useBuffers);
        averages = Array.ConvertAll(this.parameters, p => p.Value.Clone());
        kept = Array.ConvertAll(this.buffers, p => p.Value.Clone());
    }

    /// <summary>Updates so far.</summary>
    public long NAveraged { get; private set; }

    /// <summary>The averages, in the parameters' order; of before the first update what the parameters were when this was made.</summary>
    public IReadOnlyList<NDArray> Averages => averages;

    /// <summary>The buffers that go with them.</summary>
    public IReadOnlyList<NDArray> Buffers => kept;

    /// <summary>Threads and lanes; they do not change the result.</summary>
    public Execution Execution { get; set; } = Execution.Default;

    /// <summary>Takes the parameters as they are now into the averages.</summary>
    public void UpdateParameters()
    {
        for (var i = 0; i < averages.Length; i++) Update(averages[i], parameters[i].Value, copies: NAveraged == 0);
        for (var i = 0; i < kept.Length; i++) Update(kept[i], buffers[i].Value, copies: NAveraged == 0 || !averagesBuffers);
        NAveraged++;
    }

    void Update(NDArray average, NDArray now, bool copies)
    {
        if (copies) now.CopyTo(average);
        else if (average is NDArray<float> f) Update(f, (NDArray<float>)now);
        else Update((NDArray<double>)average, (NDArray<double>)now);
    }

    void Update<T>(NDArray<T> average, NDArray<T> now) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (n, chunk) = ((nint)average.Length, (nint)Sweep<T>.Chunk);
        LaneWork<T>.Run(new Averaging<T>(average.Place, now.Place, n, decay, NAveraged), (int)((n + chunk - 1) / chunk), n, Execution);
    }

    /// <summary>Runs a function while the parameters are the averages, and comes back, whatever happens in it.</summary>
    public R Evaluate<R>(Func<R> function)
    {
        if (function is null) throw Fault.Null("the function");
        Parameter[] all = [.. parameters, .. buffers];
        NDArray[] instead = [.. averages, .. kept];
        var training = Array.ConvertAll(all, p => p.Value.Clone());
        try
        {
            for (var i = 0; i < all.Length; i++) instead[i].CopyTo(all[i].Value);
            return function();
        }
        finally
        {
            for (var i = 0; i < all.Length; i++) training[i].CopyTo(all[i].Value);
        }
    }

    readonly struct Averaging<T>(Place<T> average, Place<T> now, nint n, double? decay, long before) : ILaneWork<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            nint start = (nint)chunk * Sweep<T>.Chunk, end = nint.Min(n, start + Sweep<T>.Chunk);
            var done = Some<L>(start, end);
            Some<Lane1<T>>(done, end);
        }

        nint Some<L>(nint i, nint end) where L : struct, IMemoryLane<L, T>
        {
            var (w, count) = (L.Of(1 - (decay ?? 0)), L.Of(before + 1));
            for (; i + L.Width <= end; i += L.Width)
            {
                ref T to = ref average.From(i);
                var (a, x) = (L.Load(ref to, 0), L.Load(ref now.From(i), 0));
                L.Store(decay is null ? a + (x - a) / count : L.Lerp(a, x, w), ref to, 0);
            }
            return i;
        }
    }
}
