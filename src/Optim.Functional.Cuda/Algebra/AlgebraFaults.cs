using System.Globalization;

namespace Optim.Functional.Cuda;

/// <summary>Of MathNet's linear algebra on a device.</summary>
static partial class Fault
{
    public static NotSupportedException NoCublas(string why) =>
        new($"Products of matrices on a GPU want cuBLAS: {why}. It is part of CUDA's toolkit, and of what PyTorch's and TorchSharp's CUDA "
            + "packages bring; is its folder on LD_LIBRARY_PATH (Windows: PATH)?");

    public static InvalidOperationException Library(string device, string function, int status) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{device}: {function} says {Status(status)}."));

    // cublasStatus_t, whose numbers cusolverStatus_t shares as far as they are here.
    static string Status(int status) => status switch
    {
        1 => "NOT_INITIALIZED (1): the driver is too old for this library, or the device is out of memory",
        2 or 3 => $"ALLOC_FAILED ({status.ToString(CultureInfo.InvariantCulture)}): the device is out of memory",
        7 => "INVALID_VALUE (7)",
        8 => "ARCH_MISMATCH (8): the library knows no such device",
        _ => $"status {status.ToString(CultureInfo.InvariantCulture)}",
    };

    public static ArgumentException NotPositiveDefinite() => new("Matrix must be positive definite.");

    public static ArgumentOutOfRangeException Least(double got) => new(
        null, string.Create(CultureInfo.InvariantCulture, $"MinMultiplications: got {got}, wanted 0 or more."));

    public static ArgumentException ProductLengths(int m, int n, int k, int a, int b, int c) =>
        new(string.Create(
            CultureInfo.InvariantCulture,
            $"A product of {m} x {k} and {k} x {n}: got {a}, {b} and {c} elements for A, B and C, wanted {(long)m * k}, ")
            + string.Create(CultureInfo.InvariantCulture, $"{(long)k * n} and {(long)m * n}, and at least 1 of each."));
}
