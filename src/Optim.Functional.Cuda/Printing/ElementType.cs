namespace Optim.Functional.Cuda;

/// <summary>The element type of a kernel.</summary>
readonly record struct ElementType(bool IsDouble)
{
    public static ElementType Of<T>() where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) ? new(true) : typeof(T) == typeof(float) ? new(false) : throw Fault.Type(typeof(T));

    /// <summary>In bytes.</summary>
    public int Size => IsDouble ? 8 : 4;

    /// <summary>Elements of an access of 128 bits.</summary>
    public int Wide => 16 / Size;

    /// <summary>In PTX.</summary>
    public string Ptx => IsDouble ? "f64" : "f32";

    /// <summary>In OpenCL C.</summary>
    public string C => IsDouble ? "double" : "float";

    /// <summary>A number in PTX, by its bits.</summary>
    public string PtxLiteral(double x) =>
        IsDouble ? $"0d{BitConverter.DoubleToInt64Bits(x):X16}" : $"0f{BitConverter.SingleToInt32Bits((float)x):X8}";
}
