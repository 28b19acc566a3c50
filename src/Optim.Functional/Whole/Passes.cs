namespace Optim.Functional;

/// <summary>Runs the passes and sums of whole rules through the one loop: its lanes, its threads, its bits.</summary>
sealed class Passes<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Streams<T>[] items = new Streams<T>[1];
    readonly Places<T>[] into = new Places<T>[1];
    readonly InOrder<T> none = new();
    int given; // further operands

    public Execution How { get; set; } = Execution.Default;

    /// <summary>The factor on the gradient.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Who runs them where the operands lie on a device; null: they are this process's.</summary>
    public IDeviceEngine<T>? Device { get; set; }

    /// <param name="pass">The formula.</param>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    /// <param name="to">Target.</param>
    /// <param name="slots">Further operands, with the first one in θ.</param>
    public void Run<F>(in F pass, Operand<T> a, Operand<T> b, Operand<T> to, in Places<T> slots) where F : struct, IPass
    {
        given = Given(slots);
        if (a.Length != to.Length || b.Length != to.Length) throw Fault.PassLengths(a.Length, b.Length, to.Length);
        if (to.IsGradient) throw Fault.GradientWritten();
        var n = to.Length;
        if (n == 0) return;
        items[0] = new() { From = slots, G = b.Place, End = (nint)n };
        into[0] = slots with { θ = to.Place };
        var scale = ScaleOf(b);
        if (Device is not null) Device.Pass(pass, items[0], into[0], scale);
        else if (How.LaneBits >= 512 && n >= Lane512<T>.Width) Bind<F, Lane512<T>>(pass, scale);
        else if (How.LaneBits >= 256 && n >= Lane256<T>.Width) Bind<F, Lane256<T>>(pass, scale);
        else if (How.LaneBits >= 128 && n >= Lane128<T>.Width) Bind<F, Lane128<T>>(pass, scale);
        else Bind<F, Lane1<T>>(pass, scale);
        (items[0], into[0]) = (default, default);
    }

    void Bind<F, L>(in F pass, double scale) where F : struct, IPass where L : struct, IMemoryLane<L, T>
    {
        var use = new Use<L>(this, scale);
        pass.Bind<L, Use<L>>(ref use);
    }

    readonly struct Use<L>(Passes<T> passes, double scale) : IUseStep<L> where L : struct, IMemoryLane<L, T>
    {
        public void Run<S>(in S step) where S : struct, IStep<L>
        {
            if (S.SlotCount > passes.given) throw Fault.PassSlots(S.SlotCount, passes.given);
            if (scale != 1) Go(new Prepared<L, S, Off>(step, L.Of(scale), default));
            else Go(step);
        }

        void Go<S>(in S step) where S : struct, IStep<L>
        {
            var how = passes.How;
            if (how.Threads > 1 && passes.items[0].End > how.SerialUpTo)
                Shares<T>.Mine.Run<L, S>(step, passes.items, passes.into, 1ul << 63, 0, how.Threads, how.ChunkLength, passes.none);
            else Loop.Run<L, T, S>(step, passes.items, passes.into, 1ul << 63);
        }
    }

    static int Given(in Places<T> slots) =>
        slots.A.Owner is null ? 0 : slots.B.Owner is null ? 1 : slots.C.Owner is null ? 2 : slots.D.Owner is null ? 3 : 4;

    /// <summary>The sum of the terms of each element.</summary>
    public double Sum<F>(in F terms, Operand<T> a, Operand<T> b, in Places<T> slots) where F : struct, ITerms
    {
        var sum = 0.0;
        Sum(terms, a, b, slots, new(ref sum));
        return sum;
    }

    /// <summary>The sums of several terms.</summary>
    public void Sum<F>(in F terms, Operand<T> a, Operand<T> b, in Places<T> slots, Span<double> sums) where F : struct, ITerms
    {
        if (a.Length != b.Length) throw Fault.PassLengths(a.Length, b.Length, a.Length);
        var scaled = new Scaled<F>(terms, ScaleOf(a), ScaleOf(b), Given(slots));
        var x = new Streams<T> { From = slots, G = b.Place, End = (nint)a.Length };
        if (Device is not null) Device.Sum(scaled, x, sums);
        else Measuring<T>.Run(scaled, x, sums, How);
    }

    /// <summary>max |x|.</summary>
    public double Largest(Operand<T> x)
    {
        if (Device is null) return Reduce.MaxAbs(x.Place, (nint)x.Length, How);
        var most = 0.0;
        Device.BeginSums();
        Device.AskLargest(x.Place, (nint)x.Length);
        Device.ReadSums(new(ref most));
        return most;
    }

    /// <summary>The factor that is still to be put on an operand.</summary>
    public double ScaleOf(Operand<T> operand) => operand.IsGradient ? Scale : 1;
}

/// <summary>Terms whose operands are scaled, where they are the gradient.</summary>
readonly struct Scaled<F>(F terms, double scaleOfFirst, double scaleOfSecond, int given = 0) : ITerms where F : struct, ITerms
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        var mine = new Use<L, U>(use, scaleOfFirst, scaleOfSecond, given);
        terms.Bind<L, Use<L, U>>(ref mine);
        use = mine.Inner;
    }

    struct Use<L, U>(U use, double first, double second, int given) : IUseMeasure<L>
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L>
    {
        public U Inner = use;

        public void Run<M>(in M at) where M : struct, IMeasure<L>
        {
            if (M.SlotCount > given) throw Fault.PassSlots(M.SlotCount, given);
            if (first == 1 && second == 1) Inner.Run(at);
            else Inner.Run(new At<L, M>(at, L.Of(first), L.Of(second)));
        }
    }

    readonly record struct At<L, M>(M Of, L First, L Second) : IMeasure<L> where L : struct, ILane<L> where M : struct, IMeasure<L>
    {
        public static int SlotCount => M.SlotCount;
        public static int Terms => M.Terms;
        public void Measure(L x, L y, Slots<L> s, ref Slots<L> terms) => Of.Measure(First * x, Second * y, s, ref terms);
    }
}
