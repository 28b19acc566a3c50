using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;
using static System.FormattableString;

namespace Optim.Functional;

using MathNet.Numerics.LinearAlgebra;

/// <summary>The parameters, gradients and state of a whole model, each kind side by side in one large allocation, behind huge pages where
/// the system has them.</summary>
/// <remarks>
/// Steps over it run at the speed of memory: every tensor begins at a cache line, the kinds are set off against each other, and the address
/// cache misses less. An optimizer over <see cref="Parameters"/> keeps its state here too. Plain arrays work everywhere as well; this is
/// for large models, and for lengths that are powers of two: plain arrays of those lie so that AdamW was measured up to 1.6 times slower.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
/// <example><code>
/// using var model = new ParameterBuffer&lt;float&gt;(("W", [784, 10]), ("b", [10]));
/// var optimizer = optim.AdamW(model.Parameters);
/// model.Gradients["b"].As&lt;float&gt;().Span[0] = 1;
/// optimizer.Step();
/// </code></example>
public sealed class ParameterBuffer<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Page = 4096, Pages = 8 * Page, Apart = Page + 9 * CacheLine.Bytes, Places = Pages / Apart;
    static readonly int Line = CacheLine.Bytes / Unsafe.SizeOf<T>(), Spare = Pages / Unsafe.SizeOf<T>();
    readonly List<Slab> slabs = []; // by whoever holds its lock: two optimizers may make their first step at the same time
    readonly int length;

    sealed record Slab(T[] Array, int Begin, Dictionary<int, WeakReference<NDArray<T>>> Handed);

    /// <summary>Parameters of these names and shapes, all 0, with gradients of 0.</summary>
    /// <exception cref="ArgumentException">There is none, a name is null or stands twice, or a shape has a negative dimension.</exception>
    /// <exception cref="OutOfMemoryException">There are more elements than an array can hold, or than there is memory for.</exception>
    public ParameterBuffer(params IEnumerable<(string Name, int[] Shape)> parameters)
        : this([.. (parameters ?? throw Fault.Null(nameof(parameters))).Select(p => (p.Name, Like(p.Name, p.Shape, complex: false)))]) { }

    ParameterBuffer((string Name, NDArray<T> Like)[] list)
    {
        if (list.Length == 0) throw Fault.EmptyList(nameof(ParameterBuffer<>));
        var starts = new int[list.Length];
        var at = 0L;
        for (var i = 0; i < list.Length; i++)
        {
            starts[i] = (int)Math.Min(int.MaxValue, at);
            at += (Math.Clamp(list[i].Like.Length, 1, 1L << 32) + Line - 1) / Line * Line;
        }
        if (at > Array.MaxLength - 2 * Spare) throw Fault.TooLarge(at, Array.MaxLength);
        length = (int)at;
        var first = NewSlab();
        Values = Params.Of(list.Select((p, i) => (p.Name, (NDArray)Part(first, starts[i], p.Like))));
        Gradients = Values.With(Array.ConvertAll(Values.Values, v => (NDArray)Another((NDArray<T>)v)));
        Parameters = [.. Values.Entries.Select((p, i) => new Parameter(p.Value, p.Key) { Grad = Gradients[i] })];
    }

    /// <summary>What a part is to look like; it has no place.</summary>
    static NDArray<T> Like(string name, int[]? shape, bool complex)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double)) throw Fault.ElementType("a parameter buffer", typeof(T), null);
        var dims = NDArray.Copied(shape ?? throw Fault.Null($"the shape of '{name}'"));
        return new(default(Place<T>), dims, columnMajor: false, complex: complex);
    }

    /// <summary>A copy of these parameters, with gradients of 0.</summary>
    /// <exception cref="ArgumentException">An element type is not <typeparamref name="T"/>, or there is no parameter.</exception>
    public ParameterBuffer(Params parameters)
        : this([.. (parameters ?? throw Fault.Null(nameof(parameters))).Entries.Select(p => (p.Key, Like(p.Key, p.Value.As<T>())))])
    {
        for (var i = 0; i < parameters.Count; i++) parameters[i].CopyTo(Values[i]);
    }

    static NDArray<T> Like(string name, NDArray<T> value) => Like(name, value.Dims, value.IsComplex);

    /// <summary>The values by name, in order: views, to be read and written through <see cref="NDArray{T}.Span"/>.</summary>
    [DebuggerBrowsable(Never)] public Params Values { get; }

    /// <summary>The gradients by the same names: views.</summary>
    [DebuggerBrowsable(Never)] public Params Gradients { get; }

    /// <summary>Values with their gradients, for an optimizer. After <c>ZeroGrad()</c>, which makes gradients absent, set
    /// <see cref="Parameter.Grad"/> again, or call <c>ZeroGrad(setToNull: false)</c>.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>All values as one MathNet vector over the same memory, for work on the whole model: the parameters in order, with zeros
    /// before, between and after them, since each begins at a cache line.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been disposed.</exception>
    [DebuggerBrowsable(Never)] public Vector<T> FlatValues => Flat(0);

    /// <summary>All gradients as one MathNet vector over the same memory, as <see cref="FlatValues"/>; with other zeros before them, so the
    /// two cannot be added.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been disposed.</exception>
    [DebuggerBrowsable(Never)] public Vector<T> FlatGradients => Flat(1);

    internal Lifetime Lifetime { get; } = new("ParameterBuffer");

    /// <summary>Gives the memory back to the system at once. The views must not be used any more; whatever reads or writes them says
    /// so.</summary>
    public void Dispose()
    {
        lock (slabs)
        {
            if (Lifetime.HasEnded) return;
            Lifetime.End();
            foreach (var slab in slabs) HugePages.Release(slab.Array);
            slabs.Clear();
        }
    }

    /// <summary>A tensor of 0 like <paramref name="part"/>, at the same place of the first allocation where that is free.</summary>
    internal NDArray<T> Another(NDArray<T> part)
    {
        lock (slabs)
        {
            Lifetime.Check();
            var own = slabs.First(slab => slab.Array == part.Storage);
            var start = (int)(part.Place.Offset / Unsafe.SizeOf<T>()) - own.Begin;
            var slab = slabs.FirstOrDefault(slab => !(slab.Handed.TryGetValue(start, out var t) && t.TryGetTarget(out _))) ?? NewSlab();
            var another = Part(slab, start, part);
            another.Span.Clear();
            return another;
        }
    }

    Vector<T> Flat(int slab)
    {
        lock (slabs)
        {
            Lifetime.Check();
            return Vector<T>.Build.Dense(slabs[slab].Array);
        }
    }

    NDArray<T> Part(Slab slab, int start, NDArray like)
    {
        var part = new NDArray<T>(new Place<T>(slab.Array, slab.Begin + start), like, this);
        slab.Handed[start] = new(part);
        return part;
    }

    Slab NewSlab()
    {
        // A load waits for a store just before it that goes to the same place of another page, and memory for streams at the same places of
        // large pieces. So each allocation begins a page and so many lines further than the last one.
        // It is one element longer too: MathNet refuses to add up flat vectors, whose tensors stand at different places.
        var number = slabs.Count;
        var array = HugePages.Advise(GC.AllocateUninitializedArray<T>(length + Spare + number, pinned: true));
        array.AsSpan().Clear();
        var slab = new Slab(array, CacheLine.Ahead(new Place<T>(array), Pages, number % Places * Apart), []);
        slabs.Add(slab);
        return slab;
    }

    /// <summary>How many bytes in how many allocations, then the values.</summary>
    /// <exception cref="ObjectDisposedException">The buffer has been disposed.</exception>
    public override string ToString()
    {
        lock (slabs)
        {
            Lifetime.Check();
            return Invariant($"{slabs.Sum(s => s.Array.LongLength) * Unsafe.SizeOf<T>():N0} bytes in {slabs.Count} allocations: {Values}");
        }
    }
}
