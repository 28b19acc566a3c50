using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>The gradients of a step, all together.</summary>
sealed partial class Scan<T> : GradientScan where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<Given<T>> gradients = [];
    readonly Mapping<T> mapping = new();
    IExchange<T>? exchange;
    ICombine combine = Alone.One;
    bool isSummed;
    double largest;
    int exponent, split;
    Execution how = Execution.Default;
    IDeviceEngine<T>? device;
    double? sum;

    /// <summary>The other processes that make the step; null where there are none.</summary>
    public IExchange<T>? Exchange
    {
        get => exchange;
        set => (exchange, combine) = (value, value?.Combine ?? Alone.One);
    }

    /// <summary>A step begins.</summary>
    /// <param name="execution">Threads and lanes.</param>
    /// <param name="engine">Who sums up the gradients, where they lie on a device.</param>
    public void Begin(Execution execution, IDeviceEngine<T>? engine = null)
    {
        gradients.Clear();
        isSummed = false;
        (how, device, mapping.Device) = (execution, engine, engine);
        (sum, exponent, largest) = (null, 0, 0);
        (Skip, Waits, IsScaledThere) = (false, false, false);
        (Reported, ReportedLater) = (double.NaN, null);
    }

    public void Add(in Given<T> gradient) => gradients.Add(gradient);

    /// <summary>What the stages decide: whether the step is made.</summary>
    /// <param name="plan">The stages.</param>
    /// <param name="scale">The factor on the gradients to begin with.</param>
    /// <param name="at">Where the optimizer stands.</param>
    public bool Decide(Plan plan, double scale, Progress at)
    {
        Scale = scale;
        var isJoint = exchange is null;
        foreach (var stage in plan.Gradient)
        {
            if (stage is Accumulate accumulate)
            {
                if (!SumUp(accumulate, at)) return false;
                isJoint = true;
                continue;
            }
            if (!isJoint && !ActsOnOwn(stage))
            {
                Join();
                Scale /= exchange!.Size;
                isJoint = true;
            }
            if (stage is IGradientMap map) Map(map, at.Steps + 1);
            else if (!LimitsThere(plan, stage)) ((IGradientStage)stage).Decide(this);
        }
        if (!isJoint)
        {
            Join();
            Scale /= exchange!.Size;
        }
        var isTiny = Scale != 0 && Math.Abs(Scale) < (typeof(T) == typeof(float) ? SmallestNormal : 0);
        // On a device the one who makes the factor splits it.
        if (isTiny && device is not null && !IsScaledThere)
        {
            device.Limit([], Scale, new(double.PositiveInfinity));
            IsScaledThere = true;
        }
        split = isTiny && device is null ? Math.ILogB(Scale) / 2 : 0;
        return !Skip;
    }

    /// <summary>Has the norm limited on the device, where the limit is the last that is decided: neither the norm nor the factor that it
    /// makes comes here. Of doubles it does, as their squares may be too large or too small to be added up as they are.</summary>
    bool LimitsThere(Plan plan, IStage stage)
    {
        if (device is null || typeof(T) == typeof(double) || stage is not ClipNorm limit || stage != plan.Gradient[^1]) return false;
        if (!double.IsPositiveInfinity(limit.MaxNorm)) (IsScaledThere, ReportedLater) = (true, device.Limit(gradients, Scale, limit));
        return true;
    }

    /// <summary>Whether the factor on the gradients is on the device.</summary>
    bool IsScaledThere { get; set; }

    /// <summary>Reads <see cref="GradientScan.Reported"/> on the device where it is; else null.</summary>
    public Func<double>? ReportedLater { get; private set; }

    /// <summary>Whether the step waits for more gradients.</summary>
    public bool Waits { get; private set; }

    /// <summary>Whether a stage is asked before the gradients are those of all processes: it undoes what was done to the loss.</summary>
    static bool ActsOnOwn(IStage stage) => stage is IGradientStage { Order: < Accumulate.Place };

    /// <summary>Makes the gradients those of all processes.</summary>
    void Join()
    {
        var (scale, skip) = (Scale, Skip);
        exchange!.Reduce(CollectionsMarshal.AsSpan(gradients), ref scale, ref skip);
        (Scale, Skip) = (scale, skip);
        gradients.RemoveAll(x => x.G is null);
    }

    /// <summary>Sums the gradients up with those of calls before.</summary>
    /// <returns>Whether there are enough of them for a step.</returns>
    bool SumUp(Accumulate accumulate, Progress at)
    {
        Waits = at.MicroSteps + 1 < accumulate.Steps;
        if (exchange is { EachCall: true } && accumulate.Buffers)
        {
            isSummed = true;
            Join();
        }
        if (Waits) return false;
        if (!isSummed && accumulate.Buffers) SumUp();
        if (!isSummed && exchange is not null) Join();
        if (accumulate.Average) Scale /= (double)accumulate.Steps * (exchange?.Size ?? 1);
        else if (exchange is not null) Scale /= exchange.Size;
        return true;
    }

    /// <summary>Replaces each gradient by what a map makes of it.</summary>
    void Map(IGradientMap map, long step)
    {
        foreach (ref var x in CollectionsMarshal.AsSpan(gradients))
        {
            if (x.G!.Length != x.θ.Length) // another process's
            {
                if (x.G.Length > 0) throw Fault.MapOverParts(map, x.Label);
                continue;
            }
            if (x.θ.IsComplex && map.IsOfRows)
                throw Fault.ShapeRefused(x.Rule, x.Label, x.θ, $"{map} looks at rows, and these numbers are complex");
            x.G = mapping.Run(map, x, Scale, step, how);
        }
        (Scale, sum, exponent) = (1, null, 0);
    }

    /// <summary>Replaces each gradient by its sum with those before it.</summary>
    void SumUp()
    {
        foreach (ref var x in CollectionsMarshal.AsSpan(gradients))
        {
            if (x.G is null && x.Before is null) continue;
            var to = mapping.Made(x.Number, x.θ);
            mapping.Add(x.Before, x.G, Scale, to, how);
            x.G = to;
        }
        Scale = 1;
    }

    /// <summary>Adds the gradients to the sums of states.</summary>
    /// <param name="plan">The plan, which may not want sums.</param>
    /// <param name="stateOf">The state of the parameter at a place.</param>
    public void Keep(Plan plan, Func<int, ParameterState> stateOf)
    {
        if (!plan.Sums) return;
        foreach (ref var x in CollectionsMarshal.AsSpan(gradients))
            if (x.G is not null) stateOf(x.Number).MakeSum(isSummed ? x.G : x.θ);
        foreach (ref var x in CollectionsMarshal.AsSpan(gradients))
        {
            if (x.G is null) continue;
            var state = stateOf(x.Number);
            mapping.Add(isSummed ? null : state.OpenSum<T>(), x.G, isSummed ? 1 : Scale, state.Sum<T>(), how);
            state.HasSum = true;
        }
    }

    /// <summary>The gradients that the step is made with, one after another, in the order in which they were given.</summary>
    public ReadOnlySpan<Given<T>> Gradients => CollectionsMarshal.AsSpan(gradients);

    /// <summary>Of float.</summary>
    public const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>Whether the scale is less than the element type holds, so that the gradients take a part of it before the step.</summary>
    public bool IsSplit => split != 0;

    /// <summary>What is left of the scale for the step.</summary>
    public double Rest => IsScaledThere ? Device.Factor : split == 0 ? Scale : Math.ScaleB(Scale, -split);

    /// <summary>A gradient with its part of the scale: a copy.</summary>
    public NDArray<T> Part(NDArray<T> g)
    {
        var part = (NDArray<T>)g.Clone();
        for (nint i = 0; i < (nint)g.Stored; i++) part.Place.From(i) = T.ScaleB(g.Place.From(i), split);
        return part;
    }

    public void End() => gradients.Clear();

    /// <summary>Lets go of what maps have made.</summary>
    public void Forget() => mapping.Forget();

    /// <summary>Whether a gradient is so large that its square, or a sum with it, may be more than the element type holds. Known where the
    /// plan asks for finite gradients.</summary>
    public bool IsLarge => Math.Abs(Scale) * largest >= Large;

    /// <summary>The square of less than this cannot lift a finite number to infinity: it is less than half of the largest one's last
    /// digit.</summary>
    static readonly double Large = typeof(T) == typeof(float) ? Math.ScaleB(1, 51) : Math.ScaleB(1, 485);
}
