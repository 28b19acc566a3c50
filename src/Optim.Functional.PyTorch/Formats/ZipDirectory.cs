using System.Buffers.Binary;
using System.Text;

namespace Optim.Functional.PyTorch;

/// <summary>Reads where the files of a zip are (PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5.3), and refuses one whose parts overlap, are
/// not there, stand twice, or become more than deflate can make of them.</summary>
/// <remarks>Not System.IO.Compression.ZipArchive, which does not say where a file begins: without that parts that overlap cannot be told,
/// and nothing can be mapped.</remarks>
static class ZipDirectory
{
    const uint EndSignature = 0x06054b50, LocatorSignature = 0x07064b50, End64Signature = 0x06064b50;
    const uint EntrySignature = 0x02014b50, LocalSignature = 0x04034b50;
    const int EndLength = 22, LocatorLength = 20, End64Length = 56, EntryLength = 46, LocalLength = 30;
    const int LongestComment = ushort.MaxValue;

    /// <summary>Bytes that deflate makes of one, at most.</summary>
    const int MostOfDeflate = 1032;

    public static IReadOnlyList<ZipEntry> Read(FileBytes file)
    {
        var (start, length, count) = Central(file);
        if (length > int.MaxValue) throw Fault.Zip(file.Name, $"its directory of {length} bytes is beyond 2 GiB");
        var directory = file.Read(start, (int)length);
        var entries = new List<(ZipEntry Entry, long Header)>();
        var at = 0;
        while (at < directory.Length) entries.Add(Entry(file, directory, ref at, start));
        if ((ulong)entries.Count != count) throw Fault.Zip(file.Name, $"its directory has {entries.Count} entries, and says {count}");
        Distinct(file, entries);
        if (entries.Where(e => e.Entry.IsDeflated).Aggregate((Int128)0, (sum, e) => sum + e.Entry.Length) > Array.MaxLength)
            throw Fault.Zip(file.Name, "its compressed files are of more than 2 GiB");
        return entries.ConvertAll(e => e.Entry);
    }

    /// <summary>Where the directory is, and how many entries it says to have.</summary>
    static (long Start, long Length, ulong Count) Central(FileBytes file)
    {
        if (file.Length < EndLength) throw Fault.NoZipEnd(file.Name);
        var tail = file.Read(Math.Max(0, file.Length - EndLength - LongestComment), (int)Math.Min(file.Length, EndLength + LongestComment));
        var at = tail.Length - EndLength;
        while (at >= 0 && !(U32(tail, at) == EndSignature && at + EndLength + U16(tail, at + 20) == tail.Length)) at--;
        if (at < 0) throw Fault.NoZipEnd(file.Name);
        var end = tail.AsSpan(at);
        var where = file.Length - tail.Length + at;
        var (length, start, count) = ((ulong)U32(end, 12), (ulong)U32(end, 16), (ulong)U16(end, 10));
        if (at >= LocatorLength && U32(tail, at - LocatorLength) == LocatorSignature)
        {
            var place = U64(tail, at - LocatorLength + 8);
            if (place > (ulong)Math.Max(0, where - LocatorLength - End64Length)) throw Fault.Zip(file.Name, "its zip64 end is not there");
            var end64 = file.Read((long)place, End64Length);
            if (U32(end64, 0) != End64Signature) throw Fault.Zip(file.Name, "its zip64 end is not there");
            (length, start, count, where) = (U64(end64, 40), U64(end64, 48), U64(end64, 32), (long)place);
        }
        if (start > (ulong)where || length > (ulong)where - start) throw Fault.Zip(file.Name, "its directory reaches beyond the file");
        return ((long)start, (long)length, count);
    }

    static (ZipEntry, long Header) Entry(FileBytes file, ReadOnlySpan<byte> directory, ref int at, long end)
    {
        if (directory.Length - at < EntryLength || U32(directory, at) != EntrySignature)
            throw Fault.Zip(file.Name, "its directory is damaged");
        var entry = directory[at..];
        var (nameLength, extraLength, commentLength) = (U16(entry, 28), U16(entry, 30), U16(entry, 32));
        var all = EntryLength + nameLength + extraLength + commentLength;
        if (entry.Length < all) throw Fault.Zip(file.Name, "its directory is damaged");
        at += all;
        var bytes = entry.Slice(EntryLength, nameLength);
        var (name, flags, method) = (Encoding.UTF8.GetString(bytes), U16(entry, 8), U16(entry, 10));
        ulong stored = U32(entry, 20), length = U32(entry, 24), header = U32(entry, 42);
        Wide(file, entry.Slice(EntryLength + nameLength, extraLength), ref length, ref stored, ref header);
        if ((flags & 1) != 0) throw Fault.Zip(file.Name, $"'{name}' is encrypted");
        if (method is not (0 or 8)) throw Fault.Zip(file.Name, $"'{name}' is compressed by method {method}, and only deflate (8) is known");
        if (header > (ulong)Math.Max(0, end - LocalLength)) throw Fault.Zip(file.Name, $"'{name}' is not there");
        var local = file.Read((long)header, LocalLength);
        var start = header + LocalLength + U16(local, 26) + U16(local, 28);
        if (U32(local, 0) != LocalSignature || U16(local, 26) != nameLength || start > (ulong)end
            || !file.Read((long)header + LocalLength, nameLength).AsSpan().SequenceEqual(bytes))
            throw Fault.Zip(file.Name, $"'{name}' is not where the directory says");
        if (stored > (ulong)end - start) throw Fault.ZipTooLong(file.Name, name, stored, (ulong)end - start);
        if (method == 0 && stored != length) throw Fault.Zip(file.Name, $"'{name}' has {stored} bytes, and says {length}");
        if (method == 8 && length > (UInt128)stored * MostOfDeflate) throw Fault.ZipBomb(file.Name, name, stored, length);
        return (new(name, method == 8, U32(entry, 16), (long)stored, (long)length, (long)start), (long)header);
    }

    /// <summary>Numbers of 64 bits stand apart, in this order, each where the one of 32 bits is all ones.</summary>
    static void Wide(FileBytes file, ReadOnlySpan<byte> extra, ref ulong length, ref ulong stored, ref ulong header)
    {
        while (extra.Length >= 4)
        {
            var (id, size) = (U16(extra, 0), U16(extra, 2));
            if (size > extra.Length - 4) throw Fault.Zip(file.Name, "its directory is damaged");
            if (id == 1)
            {
                var wide = extra.Slice(4, size);
                Take(ref wide, ref length);
                Take(ref wide, ref stored);
                Take(ref wide, ref header);
            }
            extra = extra[(4 + size)..];
        }

        void Take(ref ReadOnlySpan<byte> wide, ref ulong number)
        {
            if (number != uint.MaxValue) return;
            if (wide.Length < 8) throw Fault.Zip(file.Name, "its directory is damaged");
            number = U64(wide, 0);
            wide = wide[8..];
        }
    }

    static void Distinct(FileBytes file, List<(ZipEntry Entry, long Header)> entries)
    {
        var names = new HashSet<string>();
        foreach (var (entry, _) in entries)
            if (!names.Add(entry.Name)) throw Fault.Zip(file.Name, $"'{entry.Name}' stands twice");
        var sorted = entries.OrderBy(e => e.Header).ToArray();
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i - 1].Entry.Start + sorted[i - 1].Entry.Stored > sorted[i].Header)
                throw Fault.Zip(file.Name, $"'{sorted[i - 1].Entry.Name}' and '{sorted[i].Entry.Name}' overlap");
    }

    static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);
    static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
    static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
