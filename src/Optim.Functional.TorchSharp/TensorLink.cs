using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Optim.Functional;

/// <summary>A parameter of TorchSharp's and the one that steps over its memory. Its gradient is looked up before each step.</summary>
sealed class TensorLink : IDisposable
{
    const int Cpu = (int)TorchSharp.DeviceType.CPU;

    readonly Layout layout;
    readonly string name;
    readonly nint address;
    readonly ScalarType type;
    readonly NDArray gradient; // over wherever libtorch has it
    readonly Tensor nothing; // of no elements: in place, it counts the parameter's versions
    Tensor? copy; // of gradients that stand otherwise than the parameter
    nint held;

    /// <param name="tensor">TorchSharp's parameter, which this keeps alive.</param>
    /// <param name="called">Its name, or null.</param>
    /// <param name="number">Its number, for messages where it has no name.</param>
    public TensorLink(Modules.Parameter tensor, string? called, int number)
    {
        Tensor = tensor;
        name = called is null ? System.FormattableString.Invariant($"parameter {number}") : $"'{called}'";
        layout = Layout.Of(name, tensor);
        type = tensor.dtype;
        address = Handles.Data(null, tensor.Handle);
        Parameter = new(layout.Over(address, tensor), called);
        gradient = layout.Over(address, null);
        using var scope = NewDisposeScope();
        var flat = tensor.detach();
        nothing = (flat.dim() == 0 ? flat.view(1) : flat).narrow(0, 0, 0).DetachFromDisposeScope();
    }

    public Modules.Parameter Tensor { get; }

    public Parameter Parameter { get; }

    /// <summary>Its shape, as libtorch has it.</summary>
    public IReadOnlyList<int> Shape => layout.Shape;

    public string Name => name;

    /// <summary>Makes libtorch's gradient the parameter's: none where there is none, or where it requires none.</summary>
    /// <exception cref="ArgumentException">The gradient does not fit the parameter.</exception>
    /// <exception cref="InvalidOperationException">The parameter has been disposed, or lies elsewhere.</exception>
    public void Read()
    {
        Release();
        if (Tensor.IsInvalid) throw TorchFault.Disposed(name);
        if (Handles.Data(null, Tensor.Handle) != address) throw TorchFault.Moved(name);
        held = Tensor.requires_grad ? Handles.Gradient(null, Tensor.Handle) : 0;
        Parameter.Grad = held == 0 ? null : Found(held);
    }

    /// <summary>The step was made: tells autograd that the parameter is another one.</summary>
    /// <param name="keeps">Whether the gradient is still to be seen.</param>
    /// <param name="isShared">Whether it may have been stepped by other processes' gradients alone.</param>
    public void Stepped(bool keeps, bool isShared)
    {
        if (isShared || Parameter.Grad is not null) Count();
        if (!keeps) Release();
    }

    /// <summary>Tells autograd that the parameter is another one.</summary>
    public void Count() => Handles.Negate(null, nothing.Handle);

    /// <summary>Lets go of the gradient.</summary>
    public void Release()
    {
        Parameter.Grad = null;
        if (held == 0) return;
        Handles.Dispose(null, held);
        held = 0;
    }

    NDArray Found(nint found)
    {
        var its = (ScalarType)Handles.ElementType(null, found);
        if (its != type) throw TorchFault.GradientType(name, $"{its}", $"{type}");
        if (Handles.Device(null, found) is not Cpu and var device)
            throw TorchFault.GradientDevice(name, $"{(TorchSharp.DeviceType)device}");
        if (!layout.HasShape(found)) throw TorchFault.GradientShape(name, [.. Sizes(found)], layout.Shape);
        if (Handles.IsSparse(null, found)) return SparseGradient.Of(Tensor);
        if (gradient.Length == 0) return gradient;
        var at = layout.IsOf(found) ? Handles.Data(null, found) : Copied();
        if (at == 0) throw TorchFault.GradientLayout(name);
        gradient.MoveTo(at);
        return gradient;
    }

    /// <summary>Copies a gradient of other strides (channels-last, a part of another tensor) into memory that stands as the
    /// parameter does.</summary>
    nint Copied()
    {
        using var isConstant = no_grad();
        using var scope = NewDisposeScope();
        copy ??= empty_like(Tensor).DetachFromDisposeScope();
        copy.copy_(Tensor.grad!);
        return Handles.Data(null, copy.Handle);
    }

    static IEnumerable<long> Sizes(nint tensor)
    {
        for (var d = 0; d < Handles.Dimensions(null, tensor); d++) yield return Handles.Size(null, tensor, d);
    }

    public void Dispose()
    {
        Release();
        nothing.Dispose();
        copy?.Dispose();
    }
}
