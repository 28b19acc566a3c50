namespace Optim.Functional.PyTorch;

/// <summary>An element type as each format names it; null where a format has it not.</summary>
/// <param name="Dtype">The type.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="Torch">torch's name, without the module.</param>
/// <param name="Storage">torch's class of typed storages.</param>
/// <param name="SafeTensors">In the header of a safetensors file.</param>
/// <param name="Numpy">In the header of an npy file, without the byte order.</param>
sealed record DtypeInfo(Dtype Dtype, int Size, string Torch, string? Storage, string? SafeTensors, string? Numpy)
{
    public static readonly IReadOnlyList<DtypeInfo> All =
    [
        new(Dtype.Float32, 4, "float32", "FloatStorage", "F32", "f4"),
        new(Dtype.Float64, 8, "float64", "DoubleStorage", "F64", "f8"),
        new(Dtype.Float16, 2, "float16", "HalfStorage", "F16", "f2"),
        new(Dtype.BFloat16, 2, "bfloat16", "BFloat16Storage", "BF16", null),
        new(Dtype.Float8E4M3FN, 1, "float8_e4m3fn", null, "F8_E4M3", null),
        new(Dtype.Float8E5M2, 1, "float8_e5m2", null, "F8_E5M2", null),
        new(Dtype.Float8E4M3FNUZ, 1, "float8_e4m3fnuz", null, "F8_E4M3FNUZ", null),
        new(Dtype.Float8E5M2FNUZ, 1, "float8_e5m2fnuz", null, "F8_E5M2FNUZ", null),
        new(Dtype.Int8, 1, "int8", "CharStorage", "I8", "i1"),
        new(Dtype.Int16, 2, "int16", "ShortStorage", "I16", "i2"),
        new(Dtype.Int32, 4, "int32", "IntStorage", "I32", "i4"),
        new(Dtype.Int64, 8, "int64", "LongStorage", "I64", "i8"),
        new(Dtype.UInt8, 1, "uint8", "ByteStorage", "U8", "u1"),
        new(Dtype.UInt16, 2, "uint16", null, "U16", "u2"),
        new(Dtype.UInt32, 4, "uint32", null, "U32", "u4"),
        new(Dtype.UInt64, 8, "uint64", null, "U64", "u8"),
        new(Dtype.Bool, 1, "bool", "BoolStorage", "BOOL", "b1"),
        new(Dtype.Complex64, 8, "complex64", "ComplexFloatStorage", "C64", "c8"),
        new(Dtype.Complex128, 16, "complex128", "ComplexDoubleStorage", null, "c16"),
    ];

    public static DtypeInfo Of(Dtype dtype) => All[(int)dtype];

    public static DtypeInfo? OfStorage(string name) => All.FirstOrDefault(d => d.Storage == name);

    /// <summary>By torch's name, or one of its older ones.</summary>
    public static DtypeInfo? OfTorch(string name) => name switch
    {
        "float" => Of(Dtype.Float32),
        "double" => Of(Dtype.Float64),
        "half" => Of(Dtype.Float16),
        "int" => Of(Dtype.Int32),
        "long" => Of(Dtype.Int64),
        "short" => Of(Dtype.Int16),
        _ => All.FirstOrDefault(d => d.Torch == name),
    };
}
