using System.Diagnostics;
using System.Globalization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Storage;
using Complex = System.Numerics.Complex;

/// <summary>A tensor of <typeparamref name="T"/>, or of complex numbers whose parts are <typeparamref name="T"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed class NDArray<T> : NDArray where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Place<T> place;
    readonly ParameterBuffer<T>? buffer;

    internal NDArray(Place<T> place, int[] shape, bool columnMajor, int[]? indices = null, bool complex = false, Lifetime? lifetime = null)
        : base(shape, columnMajor, indices, complex)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw Fault.ElementType("a tensor", typeof(T), null);
        if (shape.Any(d => d < 0)) throw Fault.NegativeShape(shape);
        (this.place, Stored, Lifetime) = (place, indices?.Length ?? Length, lifetime);
    }

    /// <summary>A part of a buffer.</summary>
    internal NDArray(Place<T> place, NDArray like, ParameterBuffer<T> buffer)
        : this(place, like.Dims, like.ColumnMajor, null, like.IsComplex, buffer.Lifetime) => this.buffer = buffer;

    internal Place<T> Place => Lifetime is { HasEnded: true } ? throw Ended() : place;

    [MethodImpl(MethodImplOptions.NoInlining)]
    Exception Ended()
    {
        Lifetime!.Check();
        throw new UnreachableException();
    }

    /// <summary>How many elements are stored: all, or of a sparse tensor those it names.</summary>
    internal long Stored { get; }

    /// <summary>The shared numbers in storage order: row by row, or column by column where it came from a MathNet matrix; of a sparse
    /// tensor the stored ones;
    /// of complex numbers their real and imaginary parts by turns. Memory outside the runtime's is there as long as the tensor is
    /// reachable.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more than 2,147,483,647 elements.</exception>
    /// <exception cref="ObjectDisposedException">What the tensor is a part of has been disposed.</exception>
    [DebuggerBrowsable(Never)]
    public Span<T> Span =>
        Stored <= int.MaxValue ? Place.Span((int)Stored) : throw Fault.TooLong(this, "a span", int.MaxValue);

    /// <summary>The array behind <see cref="Span"/>, for a tensor that has one of its own.</summary>
    /// <exception cref="InvalidOperationException">The tensor is a part of an array or of a <see cref="ParameterBuffer{T}"/>, of complex
    /// numbers, or over other memory.</exception>
    [DebuggerBrowsable(Never)] public T[] Data => Whole<T>() ?? throw Fault.NoArray(this);

    /// <summary>The array of T that the numbers are in, and where: for a tensor over an array, or a part of one.</summary>
    /// <returns>Whether there is one: not of a sparse tensor, of complex numbers, nor over other memory.</returns>
    /// <exception cref="ObjectDisposedException">What the tensor is a part of has been disposed.</exception>
    public bool TryGetArray(out ArraySegment<T> part)
    {
        var found = !IsSparse && Place.Owner is T[];
        part = found ? new(Place.Array, (int)(Place.Offset / Unsafe.SizeOf<T>()), (int)Length) : default;
        return found;
    }

    /// <inheritdoc/>
    [DebuggerBrowsable(Never)] public override Type ElementType => typeof(T);

    internal static NDArray<T> Over(T[] values, int[] shape, bool columnMajor = false) =>
        Over(new Place<T>(values), values.Length, shape, columnMajor);

    internal static NDArray<T> Over(Place<T> place, int length, int[] shape, bool columnMajor = false)
    {
        var t = new NDArray<T>(place, shape, columnMajor);
        return t.Length == length ? t : throw Fault.ShapeProduct(shape, length);
    }

    internal static NDArray<T> OverComplex(Array values, int[] shape, bool columnMajor = false)
    {
        var t = new NDArray<T>(Place<T>.In(values, 0), shape, columnMajor, complex: true);
        return t.Length == 2L * values.Length ? t : throw Fault.ShapeProduct(shape, values.Length);
    }

    internal static NDArray<T> Outside(nint address, object? owner, Lifetime? lifetime, int[] shape)
    {
        if (address == 0) throw Fault.NullAddress(shape);
        if (address % Unsafe.SizeOf<T>() != 0) throw Fault.Unaligned(address, typeof(T), Unsafe.SizeOf<T>());
        return new(Place<T>.Outside(address, owner), shape, columnMajor: false, lifetime: lifetime);
    }

    static NDArray<T> Sparse(T[] values, int[] indices, int[] shape, bool columnMajor) => new(values, shape, columnMajor, indices);

    internal static NDArray<T> Coalesced(T[] values, int[,] indices, int[] shape)
    {
        var (dimensions, count) = (indices.GetLength(0), indices.GetLength(1));
        if (dimensions < 1 || dimensions > shape.Length) throw Fault.SparseDimensions(dimensions, shape);
        if (Elements(shape, false) > int.MaxValue) throw Fault.SparseTooLong(shape);
        var block = shape.Skip(dimensions).Aggregate(1, (n, d) => n * d);
        if (values.LongLength != (long)count * block) throw Fault.SparseValues(values.Length, count, block, shape);
        var starts = new int[count];
        for (var k = 0; k < count; k++)
        {
            for (var d = 0; d < dimensions; d++)
            {
                if ((uint)indices[d, k] >= (uint)shape[d]) throw Fault.SparseIndex(indices[d, k], d, k, shape);
                starts[k] = starts[k] * shape[d] + indices[d, k];
            }
        }
        var sorted = starts.Distinct().Order().ToArray();
        var (sums, places) = (new T[sorted.Length * block], new int[sorted.Length * block]);
        for (var k = 0; k < count; k++)
            for (int j = 0, at = Array.BinarySearch(sorted, starts[k]) * block; j < block; j++)
            {
                places[at + j] = starts[k] * block + j;
                sums[at + j] += values[k * block + j];
            }
        return Sparse(sums, places, shape, columnMajor: false);
    }

    internal static NDArray<T> Of(Vector<T> vector) => vector.Storage switch
    {
        DenseVectorStorage<T> d => Over(d.Data, [vector.Count]),
        SparseVectorStorage<T> s => Sparse(s.Values[..s.ValueCount], s.Indices[..s.ValueCount], [vector.Count], false),
        _ => throw Fault.NoTensor(vector),
    };

    internal static NDArray<T> Of(Matrix<T> matrix)
    {
        int[] shape = [matrix.RowCount, matrix.ColumnCount];
        if (matrix.Storage is DenseColumnMajorMatrixStorage<T> d) return Over(d.Data, shape, columnMajor: true);
        if (matrix.Storage is DiagonalMatrixStorage<T> l) return Sparse(l.Data, [.. l.Data.Select((_, i) => i * (shape[0] + 1))], shape, true);
        if (matrix.Storage is not SparseCompressedRowMatrixStorage<T> s) throw Fault.NoTensor(matrix);
        var indices = new int[s.ValueCount];
        for (var row = 0; row < shape[0]; row++)
            for (var k = s.RowPointers[row]; k < s.RowPointers[row + 1]; k++) indices[k] = s.ColumnIndices[k] * shape[0] + row;
        return Sparse(s.Values[..s.ValueCount], indices, shape, true);
    }

    internal static NDArray<T> OfComplex<C>(Vector<C> vector) where C : struct, IEquatable<C>, IFormattable =>
        vector.Storage is DenseVectorStorage<C> d ? OverComplex(d.Data, [vector.Count]) : throw Fault.SparseComplex(vector);

    internal static NDArray<T> OfComplex<C>(Matrix<C> matrix) where C : struct, IEquatable<C>, IFormattable =>
        matrix.Storage is DenseColumnMajorMatrixStorage<C> d ? OverComplex(d.Data, [matrix.RowCount, matrix.ColumnCount], columnMajor: true) : throw Fault.SparseComplex(matrix);

    /// <summary>A MathNet vector over the same numbers.</summary>
    /// <exception cref="InvalidOperationException">The tensor has two or more dimensions, is sparse or of complex numbers, or has no array
    /// of its own: see <see cref="Data"/>.</exception>
    public Vector<T> ToVector() =>
        Dims.Length < 2 && !IsSparse && !IsComplex ? Vector<T>.Build.Dense(Data) : throw Fault.NoView(this, "vector", "one dimension");

    /// <summary>A MathNet matrix: over the same numbers where they came from one, else converted from row-major to MathNet's column-major order.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not two dimensions, or is sparse or of complex numbers.</exception>
    public Matrix<T> ToMatrix() => Dims.Length != 2 || IsSparse || IsComplex ? throw Fault.NoView(this, "matrix", "two dimensions")
        : Matrix<T>.Build.Dense(Dims[0], Dims[1], ColumnMajor ? Data : Ordered(columnMajor: true).Array);

    /// <summary>A MathNet vector of complex numbers: over the same numbers where they are in an array of those, else a copy.</summary>
    /// <typeparam name="C">Complex of double, Complex32 of float.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor has two or more dimensions, or its elements are not the parts of such
    /// numbers.</exception>
    public Vector<C> ToVector<C>() where C : struct, IEquatable<C>, IFormattable =>
        Dims.Length > 1 ? throw Fault.NoView(this, "vector", "one dimension")
        : Vector<C>.Build.Dense(Complexes<C>().Whole<C>() ?? ToArray<C>());

    /// <summary>A MathNet matrix of complex numbers: over the same numbers where they came from one, else a copy.</summary>
    /// <typeparam name="C">Complex of double, Complex32 of float.</typeparam>
    /// <exception cref="InvalidOperationException">The tensor has not two dimensions, or its elements are not the parts of such
    /// numbers.</exception>
    public Matrix<C> ToMatrix<C>() where C : struct, IEquatable<C>, IFormattable =>
        Dims.Length != 2 ? throw Fault.NoView(this, "matrix", "two dimensions")
        : Matrix<C>.Build.Dense(Dims[0], Dims[1], (ColumnMajor ? Complexes<C>().Whole<C>() : null) ?? (C[])Complexes<C>().Copied(columnMajor: true).Owner!);

    /// <summary>A new row-major array of all elements; of complex numbers: real and imaginary parts by turns.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array can hold.</exception>
    public T[] ToArray()
    {
        if (Length > Array.MaxLength) throw Fault.TooLong(this, "an array", Array.MaxLength);
        var result = new T[Length];
        CopyTo(result, columnMajor: false);
        return result;
    }

    /// <summary>A new row-major array of all complex numbers.</summary>
    /// <typeparam name="C">Complex of double, Complex32 of float.</typeparam>
    /// <exception cref="InvalidOperationException">The elements are not the parts of such numbers, or there are more than an array can
    /// hold.</exception>
    public C[] ToArray<C>() where C : struct, IEquatable<C>, IFormattable => (C[])Complexes<C>().Copied(columnMajor: false).Owner!;

    /// <summary>This tensor, if its elements are the parts of such complex numbers and an array can hold them.</summary>
    NDArray<T> Complexes<C>() => !IsComplex || typeof(C) != (typeof(T) == typeof(float) ? typeof(Complex32) : typeof(Complex)) ? throw Fault.NoComplex(this, typeof(C))
        : Length / 2 > Array.MaxLength ? throw Fault.TooLong(this, "an array", 2L * Array.MaxLength)
        : this;

    /// <summary>The array, if it holds just this tensor, as elements of that type.</summary>
    E[]? Whole<E>() =>
        Place is { Offset: 0, Owner: E[] array } && (long)array.Length * Unsafe.SizeOf<E>() == Stored * Unsafe.SizeOf<T>() ? array : null;

    /// <summary>The numbers in the order asked for: in their own place where they have that order already.</summary>
    internal Place<T> Ordered(bool columnMajor) => HasOrder(columnMajor) ? Place : Copied(columnMajor);

    /// <summary>Whether the numbers stand in that order.</summary>
    internal bool HasOrder(bool columnMajor) => ColumnMajor == columnMajor || Dims.Length != 2;

    /// <summary>A copy in new memory and in the order asked for.</summary>
    Place<T> Copied(bool columnMajor)
    {
        var copy = Allocation.New<T>(Length, IsComplex, cleared: false);
        CopyTo(copy, columnMajor);
        return copy;
    }

    void CopyTo(Place<T> to, bool columnMajor)
    {
        if (IsSparse) Scattered().CopyTo(to, columnMajor);
        else if (HasOrder(columnMajor)) Place.CopyTo(to, (nint)Length);
        else Transposition.Of(this, to).Write(Execution.Default);
    }

    /// <summary>Where an element of this matrix stands in the order asked for.</summary>
    internal int PlaceOf(int index, bool columnMajor)
    {
        if (HasOrder(columnMajor)) return index;
        var (outer, inner) = ColumnMajor ? (Dims[1], Dims[0]) : (Dims[0], Dims[1]);
        return index % inner * outer + index / inner;
    }

    internal NDArray<T> Scattered()
    {
        var dense = New(Dims, ColumnMajor, IsComplex, cleared: true);
        for (var k = 0; k < Indices!.Length; k++) dense.place.From(Indices[k]) = Place.From(k);
        return dense;
    }

    static NDArray<T> New(int[] shape, bool columnMajor, bool complex, bool cleared) =>
        new(Allocation.New<T>(Elements(shape, complex), complex, cleared), shape, columnMajor, complex: complex);

    internal override Array Storage => Place.Owner!;

    internal override Extent Extent
    {
        get
        {
            var bytes = (nint)Stored * Unsafe.SizeOf<T>();
            return Place.IsOutside ? new(null, Place.Address, bytes) : new(Place.Owner, Place.Offset, bytes);
        }
    }

    internal override NDArray NewLike(double fill)
    {
        var t = buffer?.Another(this) ?? New(Dims, ColumnMajor, IsComplex, cleared: true);
        if (fill != 0) t.Place.Fill(T.CreateTruncating(fill), (nint)t.Length);
        return t;
    }

    internal override NDArray Uninitialised() => New(Dims, ColumnMajor, IsComplex, cleared: false);

    internal override NDArray NewOf(int[] shape, double fill)
    {
        var t = New(shape, columnMajor: false, complex: false, cleared: true);
        if (fill != 0) t.Place.Fill(T.CreateTruncating(fill), (nint)t.Length);
        return t;
    }

    internal override NDArray Clone()
    {
        if (IsSparse) return Sparse(Span.ToArray(), Indices!, Dims, ColumnMajor);
        var copy = New(Dims, ColumnMajor, IsComplex, cleared: false);
        Place.CopyTo(copy.place, (nint)Stored);
        return copy;
    }

    internal override void CopyTo(NDArray other)
    {
        var to = other.As<T>();
        CopyTo(to.Place, to.ColumnMajor);
    }

    internal override NDArray Adopt(NDArray other, int[]? shape)
    {
        var own = shape is null ? (NDArray<T>)NewLike(0) : New(shape, ColumnMajor, complex: false, cleared: false);
        own.Set(other);
        return own;
    }

    internal override void Set(NDArray other)
    {
        if (other is NDArray<T> same) same.CopyTo(this);
        else if (other is NDArray<float> f) f.Converted<T>().CopyTo(this);
        else if (other is NDArray<double> d) d.Converted<T>().CopyTo(this);
    }

    NDArray<U> Converted<U>() where U : unmanaged, IFloatingPointIeee754<U>
    {
        var result = NDArray<U>.New(Dims, ColumnMajor, IsComplex, cleared: false);
        var from = IsSparse ? Scattered().place : Place;
        for (nint i = 0; i < Length; i++) result.place.From(i) = U.CreateTruncating(from.From(i));
        GC.KeepAlive(from.Owner);
        return result;
    }

    /// <summary>The shape and the first elements, row by row; of complex numbers: real and imaginary parts by turns.</summary>
    public override string ToString()
    {
        var text = string.Join(" ", First(6).Select(x => x.ToString("G6", CultureInfo.InvariantCulture))) + (Length > 6 ? " ..." : "");
        GC.KeepAlive(this);
        return $"{TypeName} {Text(Dims)} {text}";
    }

    internal override string TypeName => (typeof(T) == typeof(float), IsComplex) switch
    {
        (true, false) => "float32",
        (false, false) => "float64",
        (true, true) => "complex64",
        (false, true) => "complex128",
    };

    T[] First(int most)
    {
        if (IsSparse) return ToArray()[..(int)Math.Min(Length, most)];
        var (first, parts, from) = (new T[Math.Min(Length, most)], IsComplex ? 2 : 1, Place);
        for (var i = 0; i < first.Length; i++)
        {
            var (number, part) = (i / parts, i % parts);
            var at = HasOrder(false) ? number : (nint)(number % Dims[1]) * Dims[0] + number / Dims[1];
            first[i] = from.From(at * parts + part);
        }
        return first;
    }
}
