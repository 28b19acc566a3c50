using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Reads parts of tensors out of the files of a sharded state, wherever they were cut.</summary>
sealed class ShardReader(string path, ShardIndex index) : IDisposable
{
    readonly Dictionary<string, FileStream> files = [];
    readonly ILookup<(string Name, string Slot), Piece> pieces = index.Pieces.ToLookup(p => (p.Name, p.Slot));

    public IEnumerable<string> Names => index.Pieces.Where(p => p.Slot.Length == 0).Select(p => p.Name).Distinct();

    /// <summary>The slots of a parameter.</summary>
    public IEnumerable<string> SlotsOf(string name) =>
        index.Pieces.Where(p => p.Name == name && p.Slot.Length > 0).Select(p => p.Slot).Distinct();

    /// <summary>What a tensor is; null where there is none.</summary>
    public Piece? Of(string name, string slot) => pieces[(name, slot)].Select(p => (Piece?)p).FirstOrDefault();

    /// <summary>A tensor, whole.</summary>
    public NDArray Read(string name, string slot)
    {
        var of = Of(name, slot)!.Value;
        return of.IsFloat ? Read<float>(of) : Read<double>(of);
    }

    NDArray<T> Read<T>(Piece of) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = NDArray.Elements(of.Shape, of.IsComplex);
        var place = Allocation.New<T>(length, of.IsComplex, cleared: false);
        var whole = new NDArray<T>(place, of.Shape, of.ColumnMajor, complex: of.IsComplex);
        Read(of.Name, of.Slot, whole, 0);
        return whole;
    }

    /// <summary>The numbers of a tensor from one on, into another.</summary>
    public void Read(string name, string slot, NDArray to, nint start)
    {
        if (to is NDArray<float> single) Read(name, slot, single, start);
        else Read(name, slot, (NDArray<double>)to, start);
    }

    void Read<T>(string name, string slot, NDArray<T> to, nint start) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (end, found) = (start + (nint)to.Length, 0L);
        foreach (var p in pieces[(name, slot)])
        {
            var (first, last) = (Math.Max(start, p.Start), Math.Min(end, p.Start + p.Length));
            if (first >= last) continue;
            found += last - first;
            var file = Open(p.File);
            file.Position = p.At + (first - p.Start) * Unsafe.SizeOf<T>();
            const int Most = 1 << 20;
            for (nint at = (nint)(first - start), n; at < (nint)(last - start); at += n)
            {
                n = nint.Min(Most, (nint)(last - start) - at);
                file.ReadExactly(MemoryMarshal.AsBytes(to.Place.After(at).Span((int)n)));
            }
        }
        if (found != to.Length) throw MpiFault.NotShards(path, $"of '{name}' {slot} it has {found} of {to.Length} numbers.");
    }

    FileStream Open(string name)
    {
        if (!files.TryGetValue(name, out var file)) files[name] = file = File.OpenRead(Path.Combine(path, index.Folder, name));
        return file;
    }

    public void Dispose()
    {
        foreach (var file in files.Values) file.Dispose();
    }
}
