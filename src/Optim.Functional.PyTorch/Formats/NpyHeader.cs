using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Optim.Functional.PyTorch;

/// <summary>The head of an npy file: numpy's mark, a version, a length, and a dictionary of Python's as text.</summary>
/// <param name="Dtype">The element type.</param>
/// <param name="IsFortran">Whether the first dimension runs fastest.</param>
/// <param name="Shape">The shape.</param>
/// <param name="Length">Bytes of the head.</param>
sealed partial record NpyHeader(Dtype Dtype, bool IsFortran, long[] Shape, long Length)
{
    const int Alignment = 64, Longest = 1 << 16, LongestText = 1 << 12;

    static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    public static bool Begins(ReadOnlySpan<byte> file) => file.StartsWith(Mark);

    /// <summary>Reads the head of what begins at <paramref name="start"/> and has <paramref name="length"/> bytes.</summary>
    public static NpyHeader Read(FileBytes file, string name, long start, long length)
    {
        if (length < 12 || !Begins(file.Read(start, 6))) throw Fault.Npy(file.Name, name, "it does not begin as numpy's arrays do");
        var (version, head) = (file.Read(start + 6, 1)[0], file.Read(start + 8, 4));
        if (version is < 1 or > 3) throw Fault.Npy(file.Name, name, $"its version is {version}, and 1 to 3 are known");
        var (before, size) = version == 1 ? (10, BitConverter.ToUInt16(head)) : (12, BitConverter.ToUInt32(head));
        if (size > Math.Min(Longest, length - before)) throw Fault.Npy(file.Name, name, $"its head says {size} bytes, which are not there");
        var text = Encoding.UTF8.GetString(file.Read(start + before, (int)size)).Trim();
        if (text.Length > LongestText || Pattern().Match(text) is not { Success: true } m)
            throw Fault.Npy(file.Name, name, "its head is damaged, or of numbers with names");
        var (order, type) = (m.Groups["order"].Value, m.Groups["type"].Value);
        if (DtypeInfo.All.FirstOrDefault(d => d.Numpy == type) is not { } dtype) throw Fault.UnknownDtype(file.Name, name, order + type);
        if (order == ">" && dtype.Size > 1) throw Fault.ByteOrder(file.Name, "big");
        var shape = m.Groups["shape"].Value
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(d => long.TryParse(d, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n
                : throw Fault.Npy(file.Name, name, "its shape is damaged"))
            .ToArray();
        var wanted = (Int128)Views.Count(shape) * dtype.Size;
        if (wanted != length - before - size) throw Fault.TensorLength(file.Name, name, wanted, length - before - size);
        return new(dtype.Dtype, m.Groups["fortran"].Value == "True", shape, before + size);
    }

    /// <summary>The head of a tensor's file, of version 1, or 2 where it is long.</summary>
    public static byte[] Of(string name, SavedTensor tensor)
    {
        var type = DtypeInfo.Of(tensor.Dtype);
        if (type.Numpy is null) throw Fault.NoDtype("npz", name, tensor.TypeName);
        var shape = string.Concat(tensor.Shape.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d}, ")));
        shape = tensor.Shape.Count == 1 ? shape.TrimEnd() : shape.TrimEnd(',', ' ');
        var text = $"{{'descr': '{(type.Size > 1 ? '<' : '|')}{type.Numpy}', 'fortran_order': False, 'shape': ({shape}), }}";
        var isLong = text.Length > ushort.MaxValue - 2 * Alignment;
        var before = isLong ? 12 : 10;
        var padded = (before + text.Length + 1 + Alignment - 1) / Alignment * Alignment - before;
        text = text.PadRight(padded - 1) + "\n";
        byte[] size = isLong ? BitConverter.GetBytes((uint)padded) : BitConverter.GetBytes((ushort)padded);
        return [.. Mark, (byte)(isLong ? 2 : 1), 0, .. size, .. Encoding.ASCII.GetBytes(text)];
    }

    [GeneratedRegex(
        @"^\{ *'descr' *: *'(?<order>[<>|=])(?<type>[A-Za-z]\d{1,4})' *, *'fortran_order' *: *(?<fortran>True|False) *, "
        + @"*'shape' *: *\((?<shape>[0-9, ]*)\) *(, *)?\}$")]
    private static partial Regex Pattern();
}
