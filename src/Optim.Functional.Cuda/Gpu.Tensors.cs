namespace Optim.Functional.Cuda;

// Tensors on it.
public sealed partial class Gpu
{
    /// <summary>A copy of a tensor on this device: of an array, a MathNet vector or matrix, or a tensor that lies anywhere. It keeps the
    /// shape and the order; what was sparse is dense.</summary>
    /// <exception cref="OutOfMemoryException">The device has not enough memory; nothing is changed.</exception>
    public NDArray Copy(NDArray tensor) => (tensor ?? throw Fault.Null(nameof(tensor))).On(device);

    /// <summary>Copies of several, under the same names.</summary>
    /// <exception cref="OutOfMemoryException">The device has not enough memory.</exception>
    public Params Copy(Params parameters) => Each(parameters, p => p.On(device));

    /// <summary>Copies numbers from one tensor to another, which is there: here or there, of one element type and shape.</summary>
    /// <exception cref="ArgumentException">Element types or shapes differ.</exception>
    public void Copy(NDArray from, NDArray to)
    {
        if (from is null) throw Fault.Null(nameof(from));
        if (to is null) throw Fault.Null(nameof(to));
        if (!from.SameShape(to) || from.ElementType != to.ElementType) throw Fault.Copied(from, to);
        from.CopyTo(to);
    }

    /// <summary>Parameters on this device, copies of these under the same names, with copies of the gradients that they have: for an
    /// optimizer, which then steps them there.</summary>
    /// <exception cref="OutOfMemoryException">The device has not enough memory.</exception>
    public IReadOnlyList<Parameter> Parameters(params IEnumerable<Parameter> parameters) =>
        [.. (parameters ?? throw Fault.Null(nameof(parameters))).Select(Copied)];

    Parameter Copied(Parameter of) => new(of.Value.On(device), of.Name) { Grad = of.Grad?.On(device) };

    /// <summary>The same of named tensors.</summary>
    /// <exception cref="OutOfMemoryException">The device has not enough memory.</exception>
    public IReadOnlyList<Parameter> Parameters(Params parameters) =>
        [.. (parameters ?? throw Fault.Null(nameof(parameters))).Entries.Select(p => new Parameter(p.Value.On(device), p.Key))];

    /// <summary>A tensor of 0 on this device. Without a shape: one number.</summary>
    /// <exception cref="OutOfMemoryException">The device has not enough memory.</exception>
    public NDArray<T> Zeros<T>(params int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray<T>.New(device, NDArray.Copied(shape), columnMajor: false, complex: false, cleared: true);

    /// <summary>A row-major tensor over memory of this device that is another's, such as torch's; it is shared. Without a shape: one
    /// number.</summary>
    /// <param name="address">Of the first element, on the device; a multiple of the element's size.</param>
    /// <param name="owner">What keeps the memory: it stays reachable as long as the tensor is. Null: the caller keeps it as long.</param>
    /// <param name="shape">Its product is the number of elements that are there, which cannot be checked.</param>
    /// <exception cref="ArgumentException">The address is null or not aligned, or the element type is neither float nor double.</exception>
    public NDArray<T> Over<T>(nint address, object? owner, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray<T>.Over(device, address, owner, NDArray.Copied(shape));

    /// <summary>Where a tensor's first element is on this device, for kernels of one's own. It is there as long as the tensor is
    /// reachable.</summary>
    /// <exception cref="ArgumentException">The tensor lies elsewhere.</exception>
    public nint AddressOf(NDArray tensor) => !ReferenceEquals((tensor ?? throw Fault.Null(nameof(tensor))).Device, device)
        ? throw Fault.NotHere(tensor, Name)
        : tensor is NDArray<float> f ? f.Where.Address : tensor.As<double>().Where.Address;

    /// <summary>A copy in this process's memory, when what is under way is done. <c>ToArray()</c> of the tensor gives an array.</summary>
    public NDArray ToHost(NDArray tensor) => (tensor ?? throw Fault.Null(nameof(tensor))).OnHost();

    /// <summary>Copies of several, under the same names.</summary>
    public Params ToHost(Params parameters) => Each(parameters, p => p.OnHost());

    static Params Each(Params parameters, Func<NDArray, NDArray> copy) =>
        Params.Of((parameters ?? throw Fault.Null(nameof(parameters))).Entries.Select(p => (p.Key, copy(p.Value))));
}
