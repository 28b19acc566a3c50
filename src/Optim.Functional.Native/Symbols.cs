using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>How a library spells its routines: builds with 64-bit indices, and those of SciPy, put something around the names.</summary>
readonly record struct Symbols(nint Handle, string Prefix, string Suffix)
{
    static readonly (string Prefix, string Suffix)[] spellings = [("", ""), ("", "64_"), ("scipy_", ""), ("scipy_", "64_")];

    /// <summary>The spelling under which a library has a function of its C interface, or null.</summary>
    public static Symbols? Of(nint handle, string function)
    {
        foreach (var (prefix, suffix) in spellings)
            if (NativeLibrary.TryGetExport(handle, prefix + function + suffix, out _)) return new(handle, prefix, suffix);
        return null;
    }

    /// <summary>The same spelling in another library.</summary>
    public Symbols In(nint handle) => this with { Handle = handle };

    /// <summary>Address of a function of the C interface; 0, and the name is noted, where there is none.</summary>
    public nint C(string name, ICollection<string>? missing = null) => Address(Prefix + name + Suffix, missing);

    /// <summary>Address of a Fortran routine, whose name ends with an underscore.</summary>
    public nint Fortran(string name, ICollection<string>? missing = null) => Address(Prefix + name + "_" + Suffix, missing);

    nint Address(string name, ICollection<string>? missing)
    {
        if (NativeLibrary.TryGetExport(Handle, name, out var address)) return address;
        missing?.Add(name);
        return 0;
    }
}
