using System.Runtime.InteropServices;
using System.Text;

namespace Optim.Functional;

/// <summary>C's own library.</summary>
static unsafe partial class CLibrary
{
    [LibraryImport("libc")] private static partial int setenv(byte* name, byte* value, int overwrite);
    [LibraryImport("libc")] private static partial int kill(int process, int signal);

    /// <summary>Whether a process of this machine is there.</summary>
    public static bool Has(int process) => kill(process, 0) == 0;

    /// <summary>UCX and Open MPI would take the signals by which .NET notices null references, and print a stack instead. Both read C's
    /// environment, of which .NET's variables are a copy; UCX as soon as it is loaded.</summary>
    public static void KeepSignals()
    {
        if (OperatingSystem.IsWindows()) return;
        Set("UCX_ERROR_SIGNALS", "");
        Set("OMPI_MCA_opal_signal", "");
    }

    static void Set(string name, string value)
    {
        fixed (byte* n = Encoding.UTF8.GetBytes(name + '\0'), v = Encoding.UTF8.GetBytes(value + '\0')) setenv(n, v, 0);
    }
}
