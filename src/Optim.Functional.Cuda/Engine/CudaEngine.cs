namespace Optim.Functional.Cuda;

/// <summary>Steps tensors on a device: one launch for all tensors of a step that have the same formula, whichever their group and step
/// count.</summary>
sealed class CudaEngine<T>(CudaDevice device) : IDeviceEngine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Recording recording = new();
    readonly Stages stages = new();
    readonly List<StepLaunch<T>> launches = [];
    readonly StepLaunch<T> pass = new(device);
    readonly CudaSums<T> sums = new(device);
    readonly CudaLines<T> lines = new(device);
    readonly List<(Plan Plan, double Scale, int First, int End)> wholes = [];
    readonly Undo<T> undo = new();
    CudaReports<T>? reports;
    Batch<T> batch = null!;
    int count;

    static bool IsDouble => typeof(T) == typeof(double);

    public long Reserve(IWholeRule rule, IReadOnlyList<int> shape)
    {
        var elements = rule.WorkOf(shape);
        Work.Reserve(elements, device);
        return elements;
    }

    /// <summary>What whole rules work in.</summary>
    WholeWork<T> Work => work ??= new() { Passes = { Device = this } };

    WholeWork<T>? work;

    public void Begin(Batch<T> of)
    {
        (batch, count) = (of, 0);
        wholes.Clear();
        reports?.Begin();
        stages.Begin();
    }

    public void Sum<B>(in B terms, in Streams<T> x, Span<double> into) where B : struct, ITerms
    {
        BeginSums();
        AskSum(terms, x);
        ReadSums(into);
    }

    public void BeginSums() => sums.Begin();

    public void AskSum<B>(in B terms, in Streams<T> x) where B : struct, ITerms =>
        sums.Add(Known(terms), recording, x);

    public void AskProduct(Place<T> x, Place<T> y, nint length) => sums.AddProduct(x, y, length);

    public void AskLargest(Place<T> x, nint length) => sums.AddLargest(x, length);

    KnownCode Known<B>(in B terms) where B : struct, ITerms
    {
        var use = new OfTerms(recording);
        recording.Clear();
        using (recording.Begin()) terms.Bind<RecordingLane, OfTerms>(ref use);
        return use.Known!;
    }

    public void ReadSums(Span<double> into) => sums.Read(into);

    struct OfTerms(Recording recording) : IUseMeasure<RecordingLane>
    {
        public KnownCode? Known;

        public void Run<M>(in M terms) where M : struct, IMeasure<RecordingLane> =>
            Known = KnownCodes<M>.Find(recording, terms, new RunTerms<M>());
    }

    public void Bind(in Recipe recipe, int first, int end)
    {
        if (batch.How.Reports) (reports ??= new(device, sums)).Add(batch, recipe.Scale, first, end);
        if (recipe.Plan.Whole is not null)
        {
            wholes.Add((recipe.Plan, recipe.Scale, first, end));
            return;
        }
        var known = Recorder.Bind(recording, stages, recipe, batch.TurnOf(first));
        var into = batch.Targets(first, end).Span;
        var launch = LaunchOf(known.Code, isApart: !into.IsEmpty);
        var turn = launch.AddTurn(known, recording);
        for (var k = first; k < end; k++) launch.Add(batch[k], into.IsEmpty ? default : into[k - first], turn);
    }

    StepLaunch<T> LaunchOf(StepCode code, bool isApart)
    {
        var kernel = device.Kernels.Find(new(isApart ? KernelKind.StepApart : KernelKind.Step, code, IsDouble));
        for (var k = count - 1; k >= 0; k--)
            if (ReferenceEquals(launches[k].Kernel, kernel) && launches[k].HasRoom) return launches[k];
        if (count == launches.Count) launches.Add(new(device));
        var next = launches[count++];
        next.Begin(kernel, code, isApart);
        return next;
    }

    /// <summary>First all that may fail for want of memory is done, and what rules of others may fail in, whose writing is then taken
    /// back; then the launches, which fail where the device does.</summary>
    public void Run()
    {
        using var within = device.Enter();
        for (var k = 0; k < count; k++) launches[k].Send();
        for (var k = 0; k < wholes.Count; k++)
            if (WholeStep<T>.Throws(wholes[k].Plan)) Undoably(k);
        for (var k = 0; k < count; k++) launches[k].Run(sums.Factor);
        for (var k = 0; k < wholes.Count; k++)
            if (!WholeStep<T>.Throws(wholes[k].Plan)) Whole(k);
        undo.Forget();
        reports?.Take(batch);
    }

    void Undoably(int number) =>
        undo.Run(WholeStep<T>.Written(batch, wholes[number].First, wholes[number].End), () => Whole(number));

    void Whole(int number)
    {
        var (plan, scale, first, end) = wholes[number];
        Work.Passes.Scale = scale;
        for (var k = first; k < end; k++) WholeStep<T>.Step(plan, Work, ref batch[k], batch.TurnOf(k));
    }

    public void Lines<B>(in B terms, Place<T> a, Place<T> b, LineShape shape, Place<T> to, bool across) where B : struct, ITerms
    {
        var known = Known(terms);
        lines.Run(across ? KernelKind.Across : KernelKind.Along, known, recording, [a, b], to, shape, sums.Factor);
    }

    public void EachLine<F>(in F formula, double scale, in Places<T> places, LineShape shape, bool lineIsSecond) where F : struct, IPass
    {
        var known = Known(formula, scale);
        var (first, second) = lineIsSecond ? (places.C, places.D) : (places.D, places.C);
        var kind = lineIsSecond ? KernelKind.EachLineSecond : KernelKind.EachLineFirst;
        lines.Run(kind, known, recording, [places.θ, places.A, first, second], places.B, shape, sums.Factor);
    }

    public void Multiply(double α, MatrixPlace<T> a, MatrixPlace<T> b, double β, MatrixPlace<T> c)
    {
        if (device.Libraries is { } libraries) libraries.Multiply(α, a, b, β, c);
        else CudaProducts.Multiply(device, α, a, b, β, c);
    }

    public double SumOfSquares(IReadOnlyList<Given<T>> gradients) => sums.SumOfSquares(gradients);

    public void MaxAbs(IReadOnlyList<Given<T>> gradients, Span<double> most) => sums.MaxAbs(gradients, most);

    public Func<double> Limit(IReadOnlyList<Given<T>> gradients, double scale, ClipNorm limit) => sums.Limit(gradients, scale, limit);

    public void Pass<F>(in F formula, in Streams<T> x, in Places<T> to, double scale) where F : struct, IPass
    {
        var known = Known(formula, scale);
        var code = known.Code;
        var isApart = to.θ.Address != x.From.θ.Address;
        using var within = device.Enter();
        pass.Begin(device.Kernels.Find(new(isApart ? KernelKind.StepApart : KernelKind.Step, code, IsDouble)), code, isApart);
        pass.Add(x, to, pass.AddTurn(known, recording));
        pass.Send();
        pass.Run(sums.Factor);
    }

    KnownCode Known<F>(in F formula, double scale) where F : struct, IPass
    {
        var use = new OfPass(recording, scale);
        recording.Clear();
        using (recording.Begin()) formula.Bind<RecordingLane, OfPass>(ref use);
        return use.Known!;
    }

    struct OfPass(Recording recording, double scale) : IUseStep<RecordingLane>
    {
        public KnownCode? Known;

        public void Run<S>(in S step) where S : struct, IStep<RecordingLane>
        {
            if (scale == 1) Known = KnownCodes<S>.Find(recording, step, new RunStep<S>());
            else Scaled(new Prepared<RecordingLane, S, Off>(step, RecordingLane.Of(scale), default));
        }

        void Scaled<S>(in S step) where S : struct, IStep<RecordingLane> =>
            Known = KnownCodes<S>.Find(recording, step, new RunStep<S>());
    }
}
