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
    readonly TensorPasses<float> singles = new();
    readonly TensorPasses<double> doubles = new();

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
        else if (average is NDArray<float> f) Update(singles, f, (NDArray<float>)now);
        else Update(doubles, (NDArray<double>)average, (NDArray<double>)now);
    }

    void Update<T>(TensorPasses<T> passes, NDArray<T> average, NDArray<T> now) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (decay is { } given) passes.Run(new Pass.Lerp(1 - given), average, now, Execution);
        else passes.Run(new Mean(NAveraged + 1), average, now, Execution);
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

    /// <summary>The mean of n numbers, of that of all but the last and the last.</summary>
    readonly record struct Mean(double Count) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(Count)));

        readonly record struct At<L>(L n) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Step(L mean, L x, ref Slots<L> s) => mean + (x - mean) / n;
        }
    }
}
