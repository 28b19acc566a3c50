namespace Optim.Functional;

/// <summary>Of the memory that tensors lie in.</summary>
static partial class Fault
{
    public static ObjectDisposedException Disposed(string what) =>
        new(
            null,
            $"The {what} that holds these numbers has been disposed; they are gone. "
            + "Was a tensor or an optimizer used longer than the 'using' around it?");

    public static InvalidOperationException TooLong(NDArray got, string what, long most) =>
        new($"This tensor of shape {got.ShapeText} has {Thousands(got.Length)} elements, more than {what} can hold, "
            + $"{Thousands(most)}. Use its memory where it is, part by part.");

    public static OutOfMemoryException TooLarge(long got, long most) =>
        new($"ParameterBuffer: the parameters have {Thousands(got)} elements, one allocation holds {Thousands(most)} at most. "
            + "Use two buffers, in two groups of the optimizer.");

    public static ArgumentException NoArrayMemory(int length) =>
        new($"A Memory of {Thousands(length)} elements is not an array's, so it need not stay where it is. "
            + "Pin it, and give its address and owner.");

    public static ArgumentException NullAddress(int[] shape) =>
        new($"A tensor of shape {NDArray.Text(shape)} over memory of one's own: got a null address.");

    public static ArgumentException Unaligned(nint address, Type type, int size) =>
        new($"A tensor of {Words(type)} needs an address that is a multiple of {size}, got 0x{address:x}, "
            + $"which is {address % size} bytes beyond one.");

    public static ArgumentException ReadOnlyView() =>
        new("MappedFile: the view cannot be both read and written. "
            + "Make it with MemoryMappedFileAccess.ReadWrite, or with CopyOnWrite where the file is to stay as it is.");

    public static ArgumentException BeyondView(int[] shape, long offset, double bytes, long most) =>
        new($"MappedFile: a tensor of shape {NDArray.Text(shape)} takes {Thousands(bytes)} bytes; "
            + $"from byte {Thousands(offset)} on it does not fit the view's {Thousands(most)}.");
}
