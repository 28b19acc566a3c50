using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>TorchSharp's own calls into libtorch, by a native tensor's handle.</summary>
/// <remarks>
/// A property like <c>tensor.grad</c> makes an object with a finalizer each time it is read, and a step reads one for each parameter.
/// The calls beneath it are TorchSharp's, and internal there: so libtorch is found as TorchSharp found it.
/// </remarks>
static class Handles
{
    const string Calls = "TorchSharp.PInvoke.NativeMethods, TorchSharp";

    /// <summary>A new handle of the gradient, which is to be disposed; 0 where there is none.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_grad")]
    public static extern nint Gradient([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_dispose")]
    public static extern void Dispose([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    /// <summary>The address of the first element; 0 where there is none.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_data")]
    public static extern nint Data([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_type")]
    public static extern sbyte ElementType([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_device_type")]
    public static extern int Device([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_is_sparse")]
    public static extern bool IsSparse([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_ndimension")]
    public static extern long Dimensions([UnsafeAccessorType(Calls)] object? calls, nint tensor);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_size")]
    public static extern long Size([UnsafeAccessorType(Calls)] object? calls, nint tensor, long dimension);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_stride")]
    public static extern long Stride([UnsafeAccessorType(Calls)] object? calls, nint tensor, long dimension);

    /// <summary>Which tensor it is: a handle points to a pointer to it, and a tensor may have several.</summary>
    public static unsafe nint Identity(nint tensor) => *(nint*)tensor;

    /// <summary>Negates in place: of a tensor of no elements this only counts a version.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "THSTensor_neg_")]
    public static extern void Negate([UnsafeAccessorType(Calls)] object? calls, nint tensor);
}
