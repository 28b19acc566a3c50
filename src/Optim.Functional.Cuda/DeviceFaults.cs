using System.Globalization;

namespace Optim.Functional.Cuda;

/// <summary>Of devices, their memory and their driver.</summary>
static partial class Fault
{
    public static OutOfMemoryException NoMemory(string device, long bytes) =>
        new($"{device} has no {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes left, also after what nothing refers to was "
            + "given back; nothing was changed. Do other processes use it? Pure steps take new memory each time: donate: true does not.");

    public static InvalidOperationException Driver(string device, string function, string error) =>
        new($"{device}: {function} of the CUDA driver says {error}.");

    public static InvalidOperationException Broken(string device, string function, string error) =>
        new($"{device}: {function} of the CUDA driver says {error}. A kernel has failed, perhaps an earlier one: numbers on the device "
            + "may be wrong, and this process cannot use it any more. Was memory of another's given back too early?");

    public static InvalidOperationException FailedBefore(string device, string what) =>
        new($"{device} failed before, in {what}; this process cannot use it any more. "
            + "Begin a new one, from the last state that was saved.");

    public static InvalidOperationException NotLoaded(InvalidOperationException driver, string log) =>
        log.Length == 0 ? driver : new($"{driver.Message} Its compiler says: {log}");

    public static ArgumentException ProductShapes(string a, string b, string c) =>
        new($"A product of matrices of shapes {a} and {b} does not fit into {c}.");

    public static ArgumentException Copied(NDArray from, NDArray to) =>
        new($"Copy: got a tensor of {from.TypeName} and shape {from.ShapeText}, "
            + $"wanted {to.TypeName} and shape {to.ShapeText}, as the target has.");

    public static ArgumentException NotHere(NDArray got, string device) =>
        new($"A tensor of shape {got.ShapeText} lies {(got.Device is { } other ? $"on {other.Name}" : "in this process's memory")}, "
            + $"not on {device}. Copy it there first.");
}
