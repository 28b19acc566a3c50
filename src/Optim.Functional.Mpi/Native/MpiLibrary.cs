using System.Runtime.InteropServices;
using System.Text;

namespace Optim.Functional;

/// <summary>The MPI library of this process, and the handles that it knows things by.</summary>
/// <remarks>Open MPI's are addresses of what it exports, MPICH's are numbers that its ABI fixes, for MVAPICH and Intel MPI too.</remarks>
sealed unsafe class MpiLibrary
{
    // MPICH's; Open MPI writes less.
    const int MostText = 8192;

    static MpiLibrary? loaded;

    MpiLibrary(string file, nint handle)
    {
        File = file;
        IsOpenMpi = NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out var world);
        World = IsOpenMpi ? world : 0x44000000;
        Byte = Handle("ompi_mpi_byte", 0x4c00010d);
        Int = Handle("ompi_mpi_int", 0x4c000405);
        Float = Handle("ompi_mpi_float", 0x4c00040a);
        Double = Handle("ompi_mpi_double", 0x4c00080b);
        Max = Handle("ompi_mpi_op_max", 0x58000001);
        Sum = Handle("ompi_mpi_op_sum", 0x58000003);
        ReturnErrors = Handle("ompi_mpi_errors_return", 0x54000001);
        (InPlace, NoStatus) = IsOpenMpi ? (1, 0) : (-1, 1);
        AnySource = IsOpenMpi ? -1 : -2;

        nint Handle(string name, nint number) => IsOpenMpi ? NativeLibrary.GetExport(handle, name) : number;
    }

    /// <summary>The name under which it was found.</summary>
    public string File { get; }

    public bool IsOpenMpi { get; }
    public nint World { get; }
    public nint Byte { get; }
    public nint Int { get; }
    public nint Float { get; }
    public nint Double { get; }
    public nint Max { get; }
    public nint Sum { get; }
    public nint ReturnErrors { get; }
    public nint InPlace { get; }
    public nint NoStatus { get; }
    public int AnySource { get; }

    /// <summary>The type of T.</summary>
    public nint Of<T>() => typeof(T) == typeof(float) ? Float : Double;

    /// <summary>Loads the first of these that can be loaded. Once one is, it is this process's.</summary>
    /// <returns>Null, with the reason, where there is none.</returns>
    public static MpiLibrary? Load(IReadOnlyList<string> names, out string why)
    {
        why = "";
        if (loaded is not null) return loaded;
        CLibrary.KeepSignals();
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var handle)) continue;
            if (!NativeLibrary.TryGetExport(handle, nameof(Routines.MPI_Iallreduce), out _))
            {
                why = MpiFault.NotMpi3(name);
                continue;
            }
            NativeLibrary.SetDllImportResolver(
                typeof(MpiLibrary).Assembly, (library, _, _) => library == Routines.Library ? handle : 0);
            return loaded = new(name, handle);
        }
        if (why.Length == 0) why = MpiFault.NoLibrary(names);
        return null;
    }

    /// <summary>Its name and version, such as "Open MPI v4.1.4". It may be asked before MPI is begun.</summary>
    public string Version()
    {
        var (text, length) = (new byte[MostText], 0);
        fixed (byte* to = text) Routines.MPI_Get_library_version(to, &length);
        var first = Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, MostText)).Split(',', '\n')[0].Trim('\0', ' ');
        return string.Join(' ', first.Replace("Version:", "").Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Throws where a function has failed.</summary>
    public static void Check(int code, [CallerArgumentExpression(nameof(code))] string call = "")
    {
        if (code == 0) return;
        var (text, length) = (new byte[MostText], 0);
        fixed (byte* to = text) Routines.MPI_Error_string(code, to, &length);
        throw MpiFault.Failed(call.Split('(')[0].Replace("Routines.", ""), code, Encoding.UTF8.GetString(text, 0, length));
    }
}
