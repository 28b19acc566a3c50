using System.Buffers.Binary;

namespace Optim.Functional.PyTorch.Endurance;

/// <summary>Changes bytes at random: the same ones for the same seed.</summary>
sealed class Mutator(ulong seed, IReadOnlyList<byte[]> others)
{
    static readonly ulong[] Odd =
    [
        0, 1, 2, 7, 8, 16, 64, 127, 128, 255, 256, 1023, 4096, 0x7FFF, 0x8000, 0xFFFF, 0x10000, int.MaxValue, 0x80000000, uint.MaxValue,
        0x100000000, long.MaxValue, 0x8000000000000000, ulong.MaxValue,
    ];

    ulong state = seed == 0 ? 1 : seed;

    /// <summary>A number below a bound: xorshift64*, Vigna 2016 (arXiv:1402.6246).</summary>
    public int Below(int bound)
    {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return (int)((state * 0x2545F4914F6CDD1D >> 33) % (ulong)bound);
    }

    public byte[] Mutate(byte[] bytes)
    {
        var result = new List<byte>(bytes);
        for (var changes = 1 + Below(1 + Below(6)); changes > 0; changes--) Change(result);
        return [.. result];
    }

    void Change(List<byte> bytes)
    {
        const int Longest = 1 << 16;
        if (bytes.Count == 0)
        {
            bytes.AddRange(others[Below(others.Count)]);
            return;
        }
        var at = Below(bytes.Count);
        switch (Below(12))
        {
            case 0: bytes[at] ^= (byte)(1 << Below(8)); break;
            case 1: bytes[at] = (byte)Below(256); break;
            case 2: bytes[at] += (byte)(Below(2) == 0 ? 1 : 255); break;
            case 3: bytes.RemoveRange(at, Math.Min(1 + Below(32), bytes.Count - at)); break;
            case 4: bytes.RemoveRange(at, bytes.Count - at); break;
            case 5: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + Below(64), bytes.Count - at))); break;
            case 6: Number(bytes, at, 1 << Below(4)); break;
            case 7: bytes.InsertRange(at, Seeds.Words[Below(Seeds.Words.Length)]); break;
            case 8: Over(bytes, at, Seeds.Words[Below(Seeds.Words.Length)]); break;
            case 9: Splice(bytes, at); break;
            case 10: bytes.Insert(at, (byte)Below(256)); break;
            case 11: Number(bytes, Math.Max(0, bytes.Count - 1 - Below(100)), 1 << Below(4)); break; // a zip's end
        }
        if (bytes.Count > Longest) bytes.RemoveRange(Longest, bytes.Count - Longest);
    }

    void Number(List<byte> bytes, int at, int width)
    {
        var number = new byte[8];
        var value = Below(4) == 0 ? (ulong)Below(1 << 20) : Odd[Below(Odd.Length)] + (ulong)(Below(3) - 1);
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        Over(bytes, at, number.AsSpan(0, width));
    }

    static void Over(List<byte> bytes, int at, ReadOnlySpan<byte> with)
    {
        for (var i = 0; i < with.Length && at + i < bytes.Count; i++) bytes[at + i] = with[i];
    }

    void Splice(List<byte> bytes, int at)
    {
        var other = others[Below(others.Count)];
        var from = Below(other.Length);
        bytes.InsertRange(at, other.AsSpan(from, Math.Min(1 + Below(256), other.Length - from)));
    }
}
