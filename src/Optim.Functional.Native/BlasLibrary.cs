using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>A loaded library whose BLAS, and perhaps LAPACK, answers what it should.</summary>
/// <remarks>
/// The width of its indices is found by a call, since one name stands for either on different distributions: n = 1 with a higher half of
/// ones is 1 to a routine that reads 32 bits, and less than 0 to one that reads 64.
/// It is never unloaded: its threads go on.
/// </remarks>
sealed unsafe class BlasLibrary
{
    readonly Dictionary<char, BlasRoutines> blas = [];
    readonly Dictionary<char, LapackRoutines> lapack = [];
    readonly LibrarySettings settings;

    BlasLibrary(string name, Symbols symbols, int indexBits)
    {
        (Name, IndexBits) = (name, indexBits);
        settings = new(symbols);
    }

    /// <summary>The name or the path under which it was found.</summary>
    public string Name { get; }

    public int IndexBits { get; }

    /// <summary>What it says of itself, or that it says nothing.</summary>
    public string Version => settings.Version ?? "its version is not said";

    /// <summary>Its threads, or null where it does not say.</summary>
    public int? Threads
    {
        get => settings.Threads;
        set
        {
            if (value is not { } threads || threads < 1) throw Fault.Threads(value ?? 0);
            if (!settings.TrySetThreads(threads)) throw Fault.NoThreads(Name);
        }
    }

    /// <summary>The library that LAPACK is in, or null where there is none.</summary>
    public string? LapackName { get; private set; }

    /// <summary>Why there is no LAPACK, or null.</summary>
    public string? NoLapack { get; private set; }

    /// <summary>Whether a value of type float that Fortran returns arrives as one.</summary>
    public bool FloatsReturn { get; private set; }

    public BlasRoutines Blas(NumberKind kind) => blas[kind.Letter];

    public LapackRoutines? Lapack(NumberKind kind) => lapack.TryGetValue(kind.Letter, out var found) ? found : null;

    /// <summary>The library of this name or path.</summary>
    /// <returns>Null, with the reason, where it is not found or is not what is wanted.</returns>
    public static BlasLibrary? Load(string name, out string? why)
    {
        if (!BitConverter.IsLittleEndian) return None(Fault.BigEndian(), out why);
        if (!Opened(name, out var handle, out why)) return null;
        if (Symbols.Of(handle, "cblas_ddot") is not { } symbols) return None(Fault.NoDot(name), out why);
        List<string> missing = [];
        var routines = NumberKind.All.Select(kind => (kind.Letter, Of: new BlasRoutines(symbols, kind, missing))).ToArray();
        if (missing.Count > 0) return None(Fault.Lacks(name, missing), out why);
        if (Width(symbols, out var got) is not { } bits) return None(Fault.WrongDot(name, got), out why);

        var library = new BlasLibrary(name, symbols, bits);
        foreach (var (letter, of) in routines) library.blas[letter] = of;
        if (library.WrongProduct() is { } product) return None(Fault.WrongProduct(name, product), out why);
        if (!library.FindLapack(symbols, out why)) return null;
        return library;
    }

    static BlasLibrary? None(string reason, out string? why)
    {
        why = reason;
        return null;
    }

    static bool Opened(string name, out nint handle, out string? why)
    {
        try
        {
            handle = NativeLibrary.Load(name, typeof(BlasLibrary).Assembly, null);
            why = null;
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            handle = 0;
            why = Fault.NotLoaded(name, e.Message);
            return false;
        }
    }

    static int? Width(Symbols symbols, out double got)
    {
        const long OneOr = unchecked((long)0xFFFF_FFFF_0000_0001);
        double x = 2, y = 3;
        got = ((delegate* unmanaged<long, double*, long, double*, long, double>)symbols.C("cblas_ddot"))(OneOr, &x, 1, &y, 1);
        return got switch { 6 => 32, 0 => 64, _ => null };
    }

    /// <summary>(2 3)·(6 9)ᵀ is 39; what it is instead, or null.</summary>
    double? WrongProduct()
    {
        double[] a = [2, 3], b = [6, 9], c = [0];
        fixed (double* pa = a, pb = b, pc = c) blas['d'].Multiply('N', 'N', 1, 1, 2, 1.0, pa, 1, pb, 2, 0, pc, 1);
        return c[0] == 39 ? null : c[0];
    }

    /// <summary>LAPACK in the library itself, or in one of those beside it.</summary>
    /// <returns>False, with the reason, where the library's own has indices of another width: then it is not to be trusted.</returns>
    bool FindLapack(Symbols symbols, out string? why)
    {
        List<string> reasons = [];
        why = null;
        if (HasLapack(Name, symbols, reasons) is { } own)
        {
            if (own != IndexBits) why = Fault.OtherWidth(Name, own, IndexBits);
            return own == IndexBits;
        }
        foreach (var name in LibraryNames.Lapack)
            if (Opened(name, out var handle, out _) && HasLapack(name, symbols.In(handle), reasons) == IndexBits) return true;
        NoLapack = string.Join(" ", reasons);
        return true;
    }

    /// <summary>The width of a LAPACK's indices; it is kept where that is this library's.</summary>
    int? HasLapack(string name, Symbols symbols, List<string> reasons)
    {
        List<string> missing = [];
        var version = symbols.Fortran("ilaver", missing);
        var routines = NumberKind.All.Select(kind => (kind.Letter, Of: new LapackRoutines(symbols, kind, missing))).ToArray();
        if (missing.Count > 0)
        {
            reasons.Add(Fault.Lacks(name, missing));
            return null;
        }
        // Of its three numbers, which are small, it writes the lower halves only where its integers have 32 bits.
        long major = -1, minor = -1, patch = -1;
        ((delegate* unmanaged<long*, long*, long*, void>)version)(&major, &minor, &patch);
        var bits = major < 0 ? 32 : 64;
        if (bits != IndexBits)
        {
            reasons.Add(Fault.OtherWidth(name, bits, IndexBits));
            return bits;
        }
        foreach (var (letter, of) in routines) lapack[letter] = of;
        var (one, part) = (1.5f, 0f);
        FloatsReturn = lapack['s'].Norm<float, float>('M', 1, 1, &one, &part) == one;
        LapackName = name;
        return bits;
    }
}
