using System.Runtime.InteropServices;
using System.Text;

namespace Optim.Functional.Tests.Saving;

/// <summary>State dicts of one tensor, and their texts.</summary>
static class Saved
{
    /// <summary>More than are written as numbers.</summary>
    public const int Many = 1001;

    public static StateDict Of(NDArray tensor) => new(
        new Dictionary<int, IReadOnlyDictionary<string, object?>> { [0] = new Dictionary<string, object?> { ["m"] = tensor } },
        [new Dictionary<string, object?> { ["params"] = new[] { 0 } }]);

    public static NDArray Tensor(StateDict saved) => (NDArray)saved.State[0]["m"]!;

    /// <summary>Any bits there are: NaN of every kind, infinities, denormals.</summary>
    public static T[] Bits<T>(int n, int seed = 1) where T : unmanaged
    {
        var numbers = new T[n];
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    public static byte[] Bytes<T>(ReadOnlySpan<T> numbers) where T : unmanaged => MemoryMarshal.AsBytes(numbers).ToArray();

    public static byte[] Text(StateDict saved)
    {
        using var stream = new MemoryStream();
        saved.Save(stream);
        return stream.ToArray();
    }

    public static StateDict Again(StateDict saved) => StateDict.Load(new MemoryStream(Text(saved)));

    /// <summary>A state dict's text around that of a tensor.</summary>
    public static byte[] Around(string tensor) =>
        Encoding.UTF8.GetBytes("{\"state\":{\"0\":{\"m\":" + tensor + "}},\"param_groups\":[{\"params\":[0]}]}");

    public static NDArray Read(string tensor) => Tensor(StateDict.Load(new MemoryStream(Around(tensor))));
}

/// <summary>A stream that cannot be sought in, and gives so many bytes at a time.</summary>
sealed class Dripping(byte[] bytes, int atOnce) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, atOnce)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, atOnce));
}
