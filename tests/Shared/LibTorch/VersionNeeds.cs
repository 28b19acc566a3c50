using System.Buffers.Binary;
using System.Text;

namespace Optim.Functional.Tests;

/// <summary>The versions of other libraries' symbols that a 64-bit ELF library needs.</summary>
/// <remarks>
/// TorchSharp's library is built with GCC 13 and needs GLIBCXX_3.4.32, which Debian 12 has not.
/// Nothing in it refers to the one symbol of that version, which the compiler's headers name only to ask for the version.
/// With the need marked weak, the loader lets it be.
/// </remarks>
static class VersionNeeds
{
    const uint NeedsSection = 0x6ffffffe;
    const ushort Weak = 2;

    /// <summary>Marks as weak those needs whose name is in <paramref name="names"/>.</summary>
    /// <exception cref="InvalidDataException">It is no such library.</exception>
    public static void Weaken(Span<byte> elf, params string[] names)
    {
        if (elf.Length < 64 || !elf[..6].SequenceEqual((byte[])[0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1]))
            throw new InvalidDataException("not a 64-bit ELF library");
        var (headers, size, count) = ((int)U64(elf, 0x28), U16(elf, 0x3a), U16(elf, 0x3c));
        for (var i = 0; i < count; i++)
        {
            var section = elf.Slice(headers + i * size, size);
            if (U32(section, 4) != NeedsSection) continue;
            var strings = (int)U64(elf.Slice(headers + (int)U32(section, 40) * size, size), 24);
            for (var file = (int)U64(section, 24); ;)
            {
                for (var (at, left) = (file + (int)U32(elf, file + 8), U16(elf, file + 2)); left > 0; left--)
                {
                    if (names.Contains(Text(elf, strings + (int)U32(elf, at + 8))))
                        BinaryPrimitives.WriteUInt16LittleEndian(elf[(at + 4)..], (ushort)(U16(elf, at + 4) | Weak));
                    at += (int)U32(elf, at + 12);
                }
                if (U32(elf, file + 12) is not (> 0 and var next)) break;
                file += (int)next;
            }
        }
    }

    static string Text(Span<byte> elf, int at) => Encoding.ASCII.GetString(elf[at..][..elf[at..].IndexOf((byte)0)]);
    static ushort U16(Span<byte> x, int at) => BinaryPrimitives.ReadUInt16LittleEndian(x[at..]);
    static uint U32(Span<byte> x, int at) => BinaryPrimitives.ReadUInt32LittleEndian(x[at..]);
    static ulong U64(Span<byte> x, int at) => BinaryPrimitives.ReadUInt64LittleEndian(x[at..]);
}
