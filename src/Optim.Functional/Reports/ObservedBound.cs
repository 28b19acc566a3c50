namespace Optim.Functional;

/// <summary>Tensors with the step that they are to make, and to report.</summary>
sealed unsafe class ObservedBound<T, L, S> : Bound<T>, IChunks
    where T : unmanaged, IFloatingPointIeee754<T>
    where L : struct, IMemoryLane<L, T>
    where S : struct, IStep<L>
{
    /// <summary>Elements of a chunk, which are added up as they are stepped; the last one has up to fifteen more or some less, and is added
    /// up when it has been.</summary>
    const int Chunk = 4096, Fewest = 16;

    [ThreadStatic] static T[]? before;

    S step;
    int first, end;
    ulong wider;
    double scale;
    CpuEngine<T> engine = null!;
    int item, chunks;
    double[] parts = [];

    /// <param name="bound">The step.</param>
    /// <param name="from">Its first tensor.</param>
    /// <param name="to">The one after its last.</param>
    /// <param name="next">Elements of the next wider lane: tensors that fill it are not stepped here.</param>
    /// <param name="gradientScale">The factor on gradients.</param>
    public void Set(in S bound, int from, int to, ulong next, double gradientScale) =>
        (step, first, end, wider, scale) = (bound, from, to, next, gradientScale);

    public override void Run(CpuEngine<T> of)
    {
        engine = of;
        for (item = first; item < end; item++)
        {
            ref readonly var x = ref of.Batch[item];
            var n = (long)(x.End - x.Start);
            if (n < L.Width || (ulong)n >= wider) continue;
            chunks = (int)Math.Max(1, (n + Chunk - Fewest) / Chunk);
            if (parts.Length < chunks * StepSums.Terms) parts = new double[chunks * StepSums.Terms];
            parts.AsSpan(0, chunks * StepSums.Terms).Clear();
            this.RunAll(chunks, n, of.Batch.How);
            Report(x);
        }
        engine = null!;
    }

    void Report(in Streams<T> x)
    {
        var sums = x.State!.Sums ??= new();
        var at = Largest(x);
        Pairs.Join(parts, chunks, StepSums.Terms, StepSums.Maxima);
        sums.Set(parts);
        sums.LargestAt = at;
        ref readonly var now = ref engine.Batch.TurnOf(item);
        (sums.Step, sums.Lr, sums.Scale, sums.Count) = (now.Step, now.Lr, Math.Abs(scale), x.End - x.Start);
    }

    /// <summary>The first of the largest elements, row by row.</summary>
    long Largest(in Streams<T> x)
    {
        var (turned, found, most) = (x.ColumnMajor && x.Of!.Dims.Length == 2, long.MaxValue, 0.0);
        for (var c = 0; c < chunks; c++) most = Math.Max(most, parts[c * StepSums.Terms + 5]);
        for (var c = 0; c < chunks && (turned || found == long.MaxValue); c++)
        {
            if (!parts[c * StepSums.Terms + 5].Equals(most)) continue;
            var part = Part(x, c);
            for (var i = part.Start; i < part.End && (turned || found == long.MaxValue); i++)
                if (Math.Abs(double.CreateTruncating(x.G.From(i))).Equals(most))
                    found = Math.Min(found, x.RowByRow(i));
        }
        return found;
    }

    Streams<T> Part(in Streams<T> x, int chunk) => x with
    {
        Start = x.Start + (nint)chunk * Chunk,
        End = chunk == chunks - 1 ? x.End : x.Start + (nint)(chunk + 1) * Chunk,
    };

    static ReadOnlySpan<Places<T>> Twice(ReadOnlySpan<Places<T>> into) => into.IsEmpty ? into : new[] { into[0], into[0] };

    public void Run(int chunk)
    {
        ref readonly var x = ref engine.Batch[item];
        var sums = parts.AsSpan(chunk * StepSums.Terms, StepSums.Terms);
        var part = Part(x, chunk);
        var length = (int)(part.End - part.Start);
        var into = engine.Batch.Targets(item, item + 1).Span;
        ref readonly var to = ref into.IsEmpty ? ref x.From : ref into[0];
        ReadOnlySpan<T> g = part.G.After(part.Start).Span(length), after = to.θ.After(part.Start).Span(length);
        if (length == Chunk)
        {
            var columns = Columns.Cleared<T>();
            // The next chunk, of no length here, is asked for meanwhile: the longer loop looks less far ahead by itself.
            ReadOnlySpan<Streams<T>> both = [part, part with { From = part.From.After(Chunk), G = part.G.After(Chunk), End = part.Start }];
            Loop.Run<L, T, Observed<T, L, S>>(new(step, columns, L.Of(1)), both, Twice(into), wider: 1ul << 63, average: Chunk);
            Columns.AddTo(columns, sums);
            if (double.IsFinite(sums[0]) && double.IsFinite(sums[2])) return;
            var update = sums[1];
            sums.Clear();
            sums[1] = update;
            StepSums.AddAllButUpdate(after, g, sums);
            return;
        }
        var old = (before ??= new T[Chunk + Fewest]).AsSpan(0, length);
        part.From.θ.After(part.Start).Span(length).CopyTo(old);
        Loop.Run<L, T, S>(step, new(ref part), into, wider: 1ul << 63);
        StepSums.Add<T>(old, after, g, sums);
    }
}
