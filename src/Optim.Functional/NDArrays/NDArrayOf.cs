using System.Diagnostics;
using System.Globalization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>A tensor of <typeparamref name="T"/>, or of complex numbers whose parts are <typeparamref name="T"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public sealed partial class NDArray<T> : NDArray where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly ParameterBuffer<T>? buffer;
    Place<T> place;

    internal NDArray(
        Place<T> place,
        int[] shape,
        bool columnMajor,
        int[]? indices = null,
        bool complex = false,
        Lifetime? lifetime = null,
        Device? device = null)
        : base(shape, columnMajor, indices, complex)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw Fault.ElementType("a tensor", typeof(T), null);
        if (shape.Any(d => d < 0)) throw Fault.NegativeShape(shape);
        this.place = place;
        Stored = indices?.Length ?? Length;
        Lifetime = lifetime;
        Device = device;
    }

    /// <summary>A part of a buffer.</summary>
    internal NDArray(Place<T> place, NDArray like, ParameterBuffer<T> buffer)
        : this(place, like.Dims, like.ColumnMajor, null, like.IsComplex, buffer.Lifetime) => this.buffer = buffer;

    /// <summary>The numbers' place, to read and write them here.</summary>
    internal Place<T> Place => Device is null ? Where : throw Fault.OnDevice(this);

    /// <summary>The numbers' place, which may be on a device.</summary>
    internal Place<T> Where
    {
        get
        {
            Lifetime?.Check();
            return place;
        }
    }

    internal override void MoveTo(nint address) => place = place.MovedTo(address);

    /// <summary>How many elements are stored: all, or of a sparse tensor those it names.</summary>
    internal long Stored { get; }

    /// <summary>The shared numbers in storage order: row by row, or column by column where it came from a MathNet matrix; of a sparse
    /// tensor the stored ones; of complex numbers their real and imaginary parts by turns. Memory outside the runtime's is there as long as
    /// the tensor is reachable.</summary>
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
        var found = !IsSparse && Where.Owner is T[];
        part = found ? new(Place.Array, (int)(Place.Offset / Unsafe.SizeOf<T>()), (int)Length) : default;
        return found;
    }

    /// <inheritdoc/>
    [DebuggerBrowsable(Never)] public override Type ElementType => typeof(T);

    internal override Array Storage => Where.Owner!;

    internal override Extent Extent
    {
        get
        {
            var bytes = (nint)Stored * Unsafe.SizeOf<T>();
            return Where.IsOutside ? new(null, Where.Address, bytes) : new(Where.Owner, Where.Offset, bytes);
        }
    }

    /// <summary>The shape and the first elements, row by row; of complex numbers: real and imaginary parts by turns.</summary>
    public override string ToString()
    {
        var text = string.Join(" ", First(6).Select(x => x.ToString("G6", CultureInfo.InvariantCulture))) + (Length > 6 ? " ..." : "");
        GC.KeepAlive(this);
        return $"{TypeName} {Text(Dims)}{(Device is null ? "" : $" on {Device.Name}:")} {text}";
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
        var (first, parts, from) = (new T[Math.Min(Length, most)], IsComplex ? 2 : 1, Where);
        for (var i = 0; i < first.Length; i++)
        {
            var (number, part) = (i / parts, i % parts);
            var at = HasOrder(false) ? number : (nint)(number % Dims[1]) * Dims[0] + number / Dims[1];
            if (Device is null) first[i] = from.From(at * parts + part);
            else Device.Read(from.After(at * parts + part), new(first, i), 1);
        }
        return first;
    }
}
