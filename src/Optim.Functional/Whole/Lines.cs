using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>Means along and across the lines of matrices (rows, or columns where these stand together), and passes that know an element's line and place.</summary>
/// <remarks>Sums are made in double, along a line as <see cref="BlockSum"/> does, across the lines from the first to the last: so neither threads nor lanes change a bit.</remarks>
sealed class Lines<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a line that are worked on at a time.</summary>
    const int Strip = 1024;

    /// <summary>Elements that a thread takes at a time.</summary>
    const int Chunk = 64 * 1024;

    public Execution How { get; set; } = Execution.Default;

    /// <summary>The factor on the gradient.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>to[k] ← the mean over line k.</summary>
    public void Along<F>(in F terms, Operand<T> a, Operand<T> b, int lines, int length, Operand<T> to) where F : struct, ITerms
    {
        var some = Math.Max(1, Chunk / Math.Max(1, length));
        Run(new AlongWork<F>(Scaled(terms, a, b), a.Place, b.Place, to.Place, lines, length, some), (lines + some - 1) / some, (long)lines * length);
    }

    /// <summary>to[m·length + j] ← the mean over all lines of matrix m at j.</summary>
    public void Across<F>(in F terms, Operand<T> a, Operand<T> b, int matrices, int lines, int length, Operand<T> to) where F : struct, ITerms
    {
        var strips = (length + Strip - 1) / Strip;
        Run(new AcrossWork<F>(Scaled(terms, a, b), a.Place, b.Place, to.Place, lines, length, strips), matrices * strips, (long)matrices * lines * length);
    }

    /// <summary>A pass over each line: one of its slots is the line's number, the other its elements' places'.</summary>
    /// <param name="pass">The formula.</param>
    /// <param name="a">First operand.</param>
    /// <param name="b">Second operand.</param>
    /// <param name="to">Target.</param>
    /// <param name="matrices">How many matrices.</param>
    /// <param name="lines">Lines of each.</param>
    /// <param name="length">Elements of a line.</param>
    /// <param name="ofPlaces">A number for each place in a line, for each matrix.</param>
    /// <param name="ofLines">A number for each line.</param>
    /// <param name="lineIsSecond">Whether the line's number is the second slot and not the first.</param>
    public void Each<F>(in F pass, Operand<T> a, Operand<T> b, Operand<T> to, int matrices, int lines, int length,
        Operand<T> ofPlaces, Operand<T> ofLines, bool lineIsSecond) where F : struct, IPass
    {
        var some = Math.Max(1, Chunk / Math.Max(1, length));
        var work = new EachWork<F>(pass, b.IsGradient ? Scale : 1, a.Place, b.Place, to.Place, ofPlaces.Place, ofLines.Place, matrices * lines, lines, length, lineIsSecond, some);
        Run(work, (matrices * lines + some - 1) / some, (long)matrices * lines * length);
    }

    Scaled<F> Scaled<F>(in F terms, Operand<T> a, Operand<T> b) where F : struct, ITerms => new(terms, a.IsGradient ? Scale : 1, b.IsGradient ? Scale : 1);

    interface IWork
    {
        void Run<L, D, W>(int chunk) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>;
    }

    void Run<B>(in B body, int chunks, long elements) where B : struct, IWork
    {
        if (elements == 0) return;
        var job = Job<B>.Mine ??= new();
        (job.Body, job.Bits) = (body, How.LaneBits);
        if (How.Threads > 1 && elements > How.SerialUpTo) Crew.Mine.Run(How.Threads, chunks, job);
        else for (var c = 0; c < chunks; c++) job.Run(c);
        job.Body = default;
    }

    sealed class Job<B> : IChunks where B : struct, IWork
    {
        [ThreadStatic] public static Job<B>? Mine;
        public B Body;
        public int Bits;

        public void Run(int chunk)
        {
            if (Bits >= 512) Body.Run<Lane512<T>, Lane512<double>, Widen512<T>>(chunk);
            else if (Bits >= 256) Body.Run<Lane256<T>, Lane256<double>, Widen256<T>>(chunk);
            else if (Bits >= 128) Body.Run<Lane128<T>, Lane128<double>, Widen128<T>>(chunk);
            else Body.Run<Lane1<T>, Lane1<double>, Widen1<T>>(chunk);
        }
    }

    readonly struct AlongWork<F>(Scaled<F> terms, Place<T> a, Place<T> b, Place<T> to, int lines, int length, int some) : IWork where F : struct, ITerms
    {
        public void Run<L, D, W>(int chunk) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            Span<double> sum = stackalloc double[1];
            for (var k = chunk * some; k < Math.Min(lines, (chunk + 1) * some); k++)
            {
                sum[0] = 0;
                Measuring<T>.Line<Scaled<F>, L, D, W>(terms, a, b, (nint)k * length, length, sum);
                to.From(k) = T.CreateTruncating(sum[0] / length);
            }
        }
    }

    readonly struct AcrossWork<F>(Scaled<F> terms, Place<T> a, Place<T> b, Place<T> to, int lines, int length, int strips) : IWork where F : struct, ITerms
    {
        public void Run<L, D, W>(int chunk) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var (matrix, start) = (chunk / strips, chunk % strips * Strip);
            var n = Math.Min(Strip, length - start);
            Span<double> sums = stackalloc double[Strip];
            sums[..n].Clear();
            for (var line = 0; line < lines; line++)
            {
                ref var made = ref Measuring<T>.Terms<Scaled<F>, L>(terms, a, b, ((nint)matrix * lines + line) * length + start, n);
                Add<D, W>(ref made, sums, n);
            }
            for (var j = 0; j < n; j++) to.From(matrix * length + start + j) = T.CreateTruncating(sums[j] / lines);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Add<D, W>(ref T made, Span<double> sums, int n) where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            ref var sum = ref sums[0];
            var i = 0;
            for (; i + W.Width <= n; i += W.Width) D.Store(D.Load(ref sum, (nuint)i) + W.Load(ref made, (nuint)i), ref sum, (nuint)i);
            for (; i < n; i++) sums[i] += double.CreateTruncating(Unsafe.Add(ref made, i));
        }
    }

    readonly struct EachWork<F>(F pass, double scaleOfB, Place<T> a, Place<T> b, Place<T> to, Place<T> ofPlaces, Place<T> ofLines,
        int all, int lines, int length, bool lineIsSecond, int some) : IWork where F : struct, IPass
    {
        readonly double scale = scaleOfB;

        public void Run<L, D, W>(int chunk) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var (first, end) = (chunk * some, Math.Min(all, (chunk + 1) * some));
            if (length >= L.Width) Bind<L>(first, end);
            else Bind<Lane1<T>>(first, end);
        }

        void Bind<L>(int first, int end) where L : struct, IMemoryLane<L, T>
        {
            var use = new Use<L>(this, first, end);
            pass.Bind<L, Use<L>>(ref use);
        }

        readonly struct Use<L>(EachWork<F> work, int first, int end) : IUseStep<L> where L : struct, IMemoryLane<L, T>
        {
            public void Run<S>(in S step) where S : struct, IStep<L>
            {
                if (work.scale != 1) work.Go<L, Prepared<L, S, Off>>(new(step, L.Of(work.scale), default), first, end);
                else work.Go<L, S>(step, first, end);
            }
        }

        /// <summary>Each line but its last elements in whole lanes, these in one that overlaps: computed before anything of the line is written.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Go<L, S>(in S step, int first, int end) where L : struct, IMemoryLane<L, T> where S : struct, IStep<L>
        {
            var at = step;
            var (w, last) = (L.Width, length - L.Width);
            for (var k = first; k < end; k++)
            {
                ref T x = ref a.From((nint)k * length), y = ref b.From((nint)k * length), z = ref to.From((nint)k * length);
                ref T p = ref ofPlaces.From((nint)(k / lines) * length);
                var line = L.Of(double.CreateTruncating(ofLines.From(k)));
                L rest = default;
                if (length % w != 0) rest = One(at, line, ref x, ref y, ref p, last);
                for (var i = 0; i <= last; i += w) L.Store(One(at, line, ref x, ref y, ref p, i), ref z, (nuint)i);
                if (length % w != 0) L.Store(rest, ref z, (nuint)last);
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
