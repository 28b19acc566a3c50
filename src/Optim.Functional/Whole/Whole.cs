namespace Optim.Functional.Rules;

/// <summary>One parameter as a whole rule's step sees it, with the passes and sums that it is made of.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct Whole<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly WholeWork<T> work;
    readonly ref readonly Streams<T> x;
    readonly IPassFilter? filter;

    readonly IUpdateStage[] stages;

    internal Whole(WholeWork<T> work, ref readonly Streams<T> x, scoped in Turn now, IUpdateStage[] stages, IPassFilter? filter = null)
    {
        this.work = work;
        this.stages = stages;
        this.filter = filter;
        this.x = ref x;
        Now = now;
        Length = x.End;
        work.Begin(x.State!.Work);
    }

    /// <summary>The same at another turn, with something between the rule and its passes.</summary>
    internal Whole<T> Through(IPassFilter other, scoped in Turn now) => new(work, in x, now, stages, other);

    Whole(scoped in Whole<T> of, LineShape lines, bool columnMajor)
    {
        this = of;
        (seen, seenByColumns) = (lines, columnMajor);
    }

    /// <summary>The same, its rows and columns being those of other matrices.</summary>
    /// <param name="of">The matrices.</param>
    /// <param name="columnMajor">Whether they stand column by column.</param>
    internal Whole<T> As(MatrixShape of, bool columnMajor) =>
        new(this, columnMajor ? new(of.Count, of.Columns, of.Rows) : new(of.Count, of.Rows, of.Columns), columnMajor);

    readonly LineShape? seen;
    readonly bool seenByColumns;

    /// <summary>Threads and lanes.</summary>
    internal Execution How => work.Passes.How;

    /// <summary>Where the parameter stands.</summary>
    public Turn Now { get; }

    /// <summary>The parameter's shape.</summary>
    public IReadOnlyList<int> Shape => x.Of!.Shape;

    /// <summary>Its number of elements.</summary>
    public long Length { get; }

    /// <summary>Whether its numbers stand column by column, as MathNet's matrices do; else row by row.</summary>
    public bool ColumnMajor => x.Of!.ColumnMajor;

    /// <summary>The parameter.</summary>
    public Operand<T> θ => new(x.From.θ, Length);

    /// <summary>The gradient, only to be read: a pass's second operand and sums see it with its scale.</summary>
    public Operand<T> G => new(x.G, Length, isGradient: true);

    /// <summary>The slot of this number, from 0 on.</summary>
    public Operand<T> Slot(int number)
    {
        var slot = (NDArray<T>)x.Slots![number];
        return new(slot.Where, slot.Length);
    }

    /// <summary>Working memory that is not yet taken; what it holds is from before.</summary>
    /// <exception cref="InvalidOperationException">There is more taken than <see cref="IWholeRule.WorkOf"/> says.</exception>
    public Operand<T> Work(long length) => work.Take(length);

    /// <summary>A pass: for each element to ← step(a, b, slots).</summary>
    /// <param name="pass">The formula.</param>
    /// <param name="a">Its θ.</param>
    /// <param name="b">Its g, of the same length; alone may be <see cref="G"/>.</param>
    /// <param name="to">Where the result goes; may be one of the others.</param>
    /// <param name="s1">First slot.</param>
    /// <param name="s2">Second slot.</param>
    /// <param name="s3">Third slot.</param>
    /// <param name="s4">Fourth slot.</param>
    /// <exception cref="InvalidOperationException">The gradient is another operand or the target, or lengths differ.</exception>
    public void Each<F>(in F pass, Operand<T> a, Operand<T> b, Operand<T> to, Operand<T> s1 = default, Operand<T> s2 = default,
        Operand<T> s3 = default, Operand<T> s4 = default) where F : struct, IPass
    {
        if (a.IsGradient) throw Fault.GradientUnscaled();
        Fits(s1, to.Length);
        Fits(s2, to.Length);
        Fits(s3, to.Length);
        Fits(s4, to.Length);
        var places = new Places<T> { θ = a.Place, A = s1.Place, B = s2.Place, C = s3.Place, D = s4.Place };
        work.Passes.Run(new FilteredPass<F>(pass, filter), a, b, to, places);
    }

    /// <summary>The step's last pass: θ ← κθ - γfu, with the plan's update stages between u and θ.</summary>
    /// <param name="u">The update, along the gradient; not <see cref="G"/> itself.</param>
    /// <param name="γ">Its rate.</param>
    /// <param name="factor">f, which belongs to the update.</param>
    /// <param name="shrink">κ.</param>
    public void Move(Operand<T> u, double γ, double factor = 1, double shrink = 1)
    {
        if (u.IsGradient) throw Fault.GradientUnscaled();
        if (stages.Length == 0)
        {
            Each(new Pass.Move(-(γ * factor), shrink), θ, u, to: θ);
            return;
        }
        var measured = UpdateStages.Room(stages, Length);
        var staged = new StagedMove(stages, measured, Now, γ, factor, shrink);
        UpdateStages.Measure(stages, measured, new Measurable(this, staged, u));
        Each(staged, θ, G, to: θ, u);
    }

    /// <summary>The update's last pass, as stages measure it.</summary>
    readonly ref struct Measurable(Whole<T> whole, StagedMove move, Operand<T> u) : UpdateStages.IMeasurable
    {
        readonly Whole<T> whole = whole;

        public void Sum(int stage, scoped Span<double> sums)
        {
            var places = new Places<T> { θ = whole.θ.Place, A = u.Place };
            var terms = new FilteredTerms<StagedTerms>(new(move, stage, sums.Length), whole.filter);
            whole.work.Passes.Sum(terms, whole.θ, whole.G, places, sums);
        }
    }

    /// <summary>A further operand is as long as the others, where there is one, and not the gradient.</summary>
    static void Fits(Operand<T> further, long wanted)
    {
        if (further.IsGradient) throw Fault.GradientUnscaled();
        if (further.Place.Owner is not null && further.Length != wanted) throw Fault.PassLength(further.Length, wanted);
    }

    /// <summary>The sum of a term of each element, in double, in one order for any lanes and threads.</summary>
    public double Sum<F>(in F terms, Operand<T> a, Operand<T> b, Operand<T> s1 = default, Operand<T> s2 = default) where F : struct, ITerms
    {
        Fits(s1, a.Length);
        Fits(s2, a.Length);
        var places = new Places<T> { θ = a.Place, A = s1.Place, B = s2.Place };
        return work.Passes.Sum(new FilteredTerms<F>(terms, filter), a, b, places);
    }

    /// <summary>Σ x², likewise.</summary>
    public double SumOfSquares(Operand<T> x) => Sum(default(Term.Square), x, x);

    /// <summary>max |x|; NaN where one is.</summary>
    internal double Largest(Operand<T> x) => work.Passes.Largest(x);

    /// <summary>The same of rows, in the last two dimensions: a mean, rounded once, for each row of each matrix.</summary>
    public void RowMeans<F>(in F terms, Operand<T> a, Operand<T> b, Operand<T> to) where F : struct, ITerms =>
        Means(terms, a, b, to, ofRows: true);

    /// <summary>The same of columns.</summary>
    public void ColumnMeans<F>(in F terms, Operand<T> a, Operand<T> b, Operand<T> to) where F : struct, ITerms =>
        Means(terms, a, b, to, ofRows: false);

    void Means<F>(in F terms, Operand<T> a, Operand<T> b, Operand<T> to, bool ofRows) where F : struct, ITerms
    {
        var shape = Matrices(a, b);
        var alongLines = ofRows != ByColumns;
        var wanted = (long)shape.Matrices * (alongLines ? shape.Lines : shape.Length);
        if (to.Length != wanted) throw Fault.PassLength(to.Length, wanted);
        var filtered = new FilteredTerms<F>(terms, filter);
        if (alongLines) work.Lines.Along(filtered, a, b, shape, to);
        else work.Lines.Across(filtered, a, b, shape, to);
    }

    /// <summary>A pass whose first slot is a number of the element's row, the second one of its column; both are only read.</summary>
    public void EachInMatrix<F>(in F pass, Operand<T> a, Operand<T> b, Operand<T> to, Operand<T> ofRows, Operand<T> ofColumns)
        where F : struct, IPass
    {
        var shape = Matrices(a, b);
        if (to.IsGradient) throw Fault.GradientWritten();
        if (a.IsGradient) throw Fault.GradientUnscaled();
        if (to.Length != Length) throw Fault.PassLengths(a.Length, b.Length, to.Length);
        Numbers(ofRows, ByColumns ? shape.Length : shape.Lines);
        Numbers(ofColumns, ByColumns ? shape.Lines : shape.Length);
        var filtered = new FilteredPass<F>(pass, filter);
        if (ByColumns) work.Lines.Each(filtered, a, b, to, shape, ofPlaces: ofRows, ofLines: ofColumns, lineIsSecond: true);
        else work.Lines.Each(filtered, a, b, to, shape, ofPlaces: ofColumns, ofLines: ofRows, lineIsSecond: false);

        void Numbers(Operand<T> of, long ofEach)
        {
            if (of.IsGradient) throw Fault.GradientUnscaled();
            if (of.Length != shape.Matrices * ofEach) throw Fault.PassLength(of.Length, shape.Matrices * ofEach);
        }
    }

    /// <summary>A pass over numbers in lines, whose only slot is one for each line, or for each place in a line; it is only read.</summary>
    internal void EachInLines<F>(in F pass, Operand<T> a, Operand<T> to, LineShape lines, Operand<T> numbers, bool ofLines)
        where F : struct, IPass
    {
        var filtered = new FilteredPass<F>(pass, filter);
        if (ofLines) work.Lines.Each(filtered, a, a, to, lines, ofPlaces: a, numbers, lineIsSecond: false);
        else work.Lines.Each(filtered, a, a, to, lines, numbers, ofLines: a, lineIsSecond: true);
    }

    /// <summary>to[i, j] ← from[i, j] of so many rows and columns.</summary>
    internal void Copy(Operand<T> from, Pitch there, Operand<T> to, Pitch here, int rows, int columns)
    {
        if (from.Place.Device is { } device) device.Copy(from.Place, there, to.Place, here, rows, columns);
        else Pitch.Copy(from.Span, there, to.Span, here, rows, columns);
    }

    /// <summary>A matrix that stands line by line, brought into the other order.</summary>
    internal void Turn(Operand<T> from, int lines, int length, Operand<T> to) =>
        Copy(from, new(length, 1), to, new(1, lines), lines, length);

    /// <summary>C ← αAB + βC, the same bits for any lanes and threads; by MathNet's provider where a native one is chosen. With β = 0, C is
    /// not read.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or C lies over A or B.</exception>
    public void Multiply(double α, MatrixOperand<T> a, MatrixOperand<T> b, double β, MatrixOperand<T> c)
    {
        if (work.Passes.Device is { } device) device.Multiply(α, a.Place, b.Place, β, c.Place);
        else MatrixProduct.Run(α, a.Place, b.Place, β, c.Place, work.Passes.How);
    }

    /// <summary>S ← αXXᵀ + βS, symmetric, in about half the time.</summary>
    /// <exception cref="ArgumentException">The shapes do not fit, or S lies over X.</exception>
    public void MultiplySymmetric(double α, MatrixOperand<T> x, double β, MatrixOperand<T> s)
    {
        if (work.Passes.Device is { } device) device.Multiply(α, x.Place, x.Place.Transpose, β, s.Place);
        else MatrixProduct.Symmetric(α, x.Place, β, s.Place, work.Passes.How);
    }

    bool ByColumns => seen is null ? ColumnMajor : seenByColumns;

    /// <summary>The matrices, as long as both operands.</summary>
    LineShape Matrices(Operand<T> a, Operand<T> b)
    {
        var wanted = seen?.Elements ?? Length;
        if (a.Length != wanted || b.Length != wanted) throw Fault.PassLengths(a.Length, b.Length, wanted);
        if (seen is { } others) return others;
        if (Shape.Count < 2) throw Fault.NoRows(Shape);
        var matrices = 1;
        for (var d = 0; d < Shape.Count - 2; d++) matrices *= Shape[d];
        return ColumnMajor ? new(matrices, Shape[^1], Shape[^2]) : new(matrices, Shape[^2], Shape[^1]);
    }
}
