namespace Optim.Functional.PyTorch;

/// <summary>Element types of tensors in files, by torch's names.</summary>
public enum Dtype
{
    /// <summary>IEEE 754 of 32 bits.</summary>
    Float32,

    /// <summary>IEEE 754 of 64 bits.</summary>
    Float64,

    /// <summary>IEEE 754 of 16 bits.</summary>
    Float16,

    /// <summary>The upper half of a float32.</summary>
    BFloat16,

    /// <summary>8 bits: 4 of exponent, 3 of mantissa, no infinity.</summary>
    Float8E4M3FN,

    /// <summary>8 bits: 5 of exponent, 2 of mantissa.</summary>
    Float8E5M2,

    /// <summary>8 bits: 4 of exponent, 3 of mantissa, no infinity, no negative zero.</summary>
    Float8E4M3FNUZ,

    /// <summary>8 bits: 5 of exponent, 2 of mantissa, no infinity, no negative zero.</summary>
    Float8E5M2FNUZ,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>A byte that is 0 or 1.</summary>
    Bool,

    /// <summary>Two float32: real part, imaginary part.</summary>
    Complex64,

    /// <summary>Two float64: real part, imaginary part.</summary>
    Complex128,
}
