namespace Optim.Functional;

/// <summary>Matrices as they lie in memory: lines one after another, which are rows, or columns where these stand together.</summary>
/// <param name="Matrices">How many matrices.</param>
/// <param name="Lines">Lines of each.</param>
/// <param name="Length">Elements of a line.</param>
readonly record struct LineShape(int Matrices, int Lines, int Length)
{
    /// <summary>Elements that a thread takes at a time.</summary>
    const int Chunk = 64 * 1024;

    /// <summary>Lines of all matrices.</summary>
    public int All => Matrices * Lines;

    public long Elements => (long)All * Length;

    /// <summary>Lines that a thread takes at a time.</summary>
    public int AtATime => Math.Max(1, Chunk / Math.Max(1, Length));

    /// <summary>How often that is.</summary>
    public int Chunks => (All + AtATime - 1) / AtATime;
}

/// <summary>Means along and across lines of matrices, and passes that know an element's line and place.</summary>
/// <remarks>Sums are made in double, along a line as <see cref="BlockSum"/> does, across the lines from the first to the last: so neither
/// threads nor lanes change a bit.</remarks>
/// <param name="passes">Says the threads, the lanes, and the gradient's scale.</param>
sealed class Lines<T>(Passes<T> passes) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a line that are worked on at a time.</summary>
    const int Strip = 1024;

    /// <summary>to[k] ← the mean over line k.</summary>
    public void Along<F>(in F terms, Operand<T> a, Operand<T> b, LineShape shape, Operand<T> to) where F : struct, ITerms
    {
        if (passes.Device is { } device) device.Lines(Scaled(terms, a, b), a.Place, b.Place, shape, to.Place, across: false);
        else Run(new AlongWork<F>(Scaled(terms, a, b), a.Place, b.Place, to.Place, shape), shape.Chunks, shape);
    }

    /// <summary>to[m·length + j] ← the mean over all lines of matrix m at j.</summary>
    public void Across<F>(in F terms, Operand<T> a, Operand<T> b, LineShape shape, Operand<T> to) where F : struct, ITerms
    {
        var strips = (shape.Length + Strip - 1) / Strip;
        if (passes.Device is { } device) device.Lines(Scaled(terms, a, b), a.Place, b.Place, shape, to.Place, across: true);
        else Run(new AcrossWork<F>(Scaled(terms, a, b), a.Place, b.Place, to.Place, shape, strips), shape.Matrices * strips, shape);
    }

    /// <summary>A pass over each line: one of its slots is the line's number, the other its elements' places'.</summary>
    /// <param name="pass">The formula.</param>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    /// <param name="to">Target.</param>
    /// <param name="shape">The matrices.</param>
    /// <param name="ofPlaces">A number for each place in a line, for each matrix.</param>
    /// <param name="ofLines">A number for each line.</param>
    /// <param name="lineIsSecond">Whether the line's number is the second slot and not the first.</param>
    public void Each<F>(in F pass, Operand<T> a, Operand<T> b, Operand<T> to, LineShape shape,
        Operand<T> ofPlaces, Operand<T> ofLines, bool lineIsSecond) where F : struct, IPass
    {
        var places = new Places<T> { θ = a.Place, A = b.Place, B = to.Place, C = ofPlaces.Place, D = ofLines.Place };
        if (passes.Device is { } device) device.EachLine(pass, passes.ScaleOf(b), places, shape, lineIsSecond);
        else Run(new EachWork<F>(pass, passes.ScaleOf(b), places, shape, lineIsSecond), shape.Chunks, shape);
    }

    Scaled<F> Scaled<F>(in F terms, Operand<T> a, Operand<T> b) where F : struct, ITerms =>
        new(terms, passes.ScaleOf(a), passes.ScaleOf(b));

    void Run<B>(in B body, int chunks, LineShape shape) where B : struct, ILaneWork<T>
    {
        if (shape.Elements > 0) LaneWork<T>.Run(body, chunks, shape.Elements, passes.How);
    }

    readonly struct AlongWork<F>(Scaled<F> terms, Place<T> a, Place<T> b, Place<T> to, LineShape shape) : ILaneWork<T>
        where F : struct, ITerms
    {
        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var end = Math.Min(shape.All, (chunk + 1) * shape.AtATime);
            for (var k = chunk * shape.AtATime; k < end; k++)
            {
                var sum = 0.0;
                Measuring<T>.Line<Scaled<F>, L, D, W>(terms, a, b, (nint)k * shape.Length, shape.Length, new(ref sum));
                to.From(k) = T.CreateTruncating(sum / shape.Length);
            }
        }
    }

    readonly struct AcrossWork<F>(Scaled<F> terms, Place<T> a, Place<T> b, Place<T> to, LineShape shape, int strips) : ILaneWork<T>
        where F : struct, ITerms
    {
        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            int matrix = chunk / strips, start = chunk % strips * Strip;
            var n = Math.Min(Strip, shape.Length - start);
            Span<double> sums = stackalloc double[Strip];
            sums[..n].Clear();
            for (var line = 0; line < shape.Lines; line++)
            {
                var from = ((nint)matrix * shape.Lines + line) * shape.Length + start;
                ref var made = ref Measuring<T>.Terms<Scaled<F>, L>(terms, a, b, from, n);
                Add<D, W>(ref made, sums, n);
            }
            for (var j = 0; j < n; j++) to.From(matrix * shape.Length + start + j) = T.CreateTruncating(sums[j] / shape.Lines);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Add<D, W>(ref T made, Span<double> sums, int n) where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            ref var sum = ref sums[0];
            var i = 0;
            for (; i + W.Width <= n; i += W.Width)
                D.Store(D.Load(ref sum, (nuint)i) + W.Load(ref made, (nuint)i), ref sum, (nuint)i);
            for (; i < n; i++) sums[i] += double.CreateTruncating(Unsafe.Add(ref made, i));
        }
    }

    readonly struct EachWork<F>(F pass, double scale, Places<T> places, LineShape shape, bool lineIsSecond) : ILaneWork<T>
        where F : struct, IPass
    {
        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            int first = chunk * shape.AtATime, end = Math.Min(shape.All, first + shape.AtATime);
            if (shape.Length >= L.Width) Bind<L>(first, end);
            else Bind<Lane1<T>>(first, end);
        }

        void Bind<L>(int first, int end) where L : struct, IMemoryLane<L, T>
        {
            var use = new Use<L>(this, scale, first, end);
            pass.Bind<L, Use<L>>(ref use);
        }

        readonly struct Use<L>(EachWork<F> work, double scale, int first, int end) : IUseStep<L> where L : struct, IMemoryLane<L, T>
        {
            public void Run<S>(in S step) where S : struct, IStep<L>
            {
                if (scale != 1) work.Go<L, Prepared<L, S, Off>>(new(step, L.Of(scale), default), first, end);
                else work.Go<L, S>(step, first, end);
            }
        }

        /// <summary>Each line but its last elements in whole lanes, these in one that overlaps: computed before anything of the line is
        /// written.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Go<L, S>(in S step, int first, int end) where L : struct, IMemoryLane<L, T> where S : struct, IStep<L>
        {
            var at = step;
            int w = L.Width, last = shape.Length - w;
            for (var k = first; k < end; k++)
            {
                var start = (nint)k * shape.Length;
                ref T x = ref places.θ.From(start), y = ref places.A.From(start), z = ref places.B.From(start);
                ref T p = ref places.C.From((nint)(k / shape.Lines) * shape.Length);
                var line = L.Of(double.CreateTruncating(places.D.From(k)));
                L rest = default;
                if (shape.Length % w != 0) rest = One(at, line, ref x, ref y, ref p, last);
                for (var i = 0; i <= last; i += w) L.Store(One(at, line, ref x, ref y, ref p, i), ref z, (nuint)i);
                if (shape.Length % w != 0) L.Store(rest, ref z, (nuint)last);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        L One<L, S>(in S at, L line, ref T x, ref T y, ref T p, int i) where L : struct, IMemoryLane<L, T> where S : struct, IStep<L>
        {
            var place = L.Load(ref p, (nuint)i);
            var s = lineIsSecond ? new Slots<L> { S1 = place, S2 = line } : new Slots<L> { S1 = line, S2 = place };
            return at.Step(L.Load(ref x, (nuint)i), L.Load(ref y, (nuint)i), ref s);
        }
    }
}
