using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Optim.Functional.Bench;

/// <summary>Products that C code has OpenBLAS make: compiled here, by the machine's C compiler.</summary>
static unsafe class CProducts
{
    const string Source = """
        void cblas_sgemm(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*, int);
        void cblas_dgemm(int, int, int, int, int, int, double, const double*, int, const double*, int, double, double*, int);
        void single(int n, const float* a, const float* b, float* c) { cblas_sgemm(102, 111, 111, n, n, n, 1, a, n, b, n, 0, c, n); }
        void twice(int n, const double* a, const double* b, double* c) { cblas_dgemm(102, 111, 111, n, n, n, 1, a, n, b, n, 0, c, n); }
        """;

    static readonly delegate* unmanaged<int, float*, float*, float*, void> single;
    static readonly delegate* unmanaged<int, double*, double*, double*, void> twice;

    /// <summary>Why there are none, or null.</summary>
    public static string? Missing { get; }

    static CProducts()
    {
        if ((Missing = OpenBlas.Missing) is not null) return;
        var folder = Directory.CreateTempSubdirectory("optim-bench");
        try
        {
            var (source, library) = (Path.Combine(folder.FullName, "products.c"), Path.Combine(folder.FullName, "products.so"));
            File.WriteAllText(source, Source);
            string[] arguments = ["-O2", "-shared", "-fPIC", "-o", library, source, "-Wl,--no-as-needed", $"-l:{OpenBlas.Name}"];
            using var process = Process.Start(new ProcessStartInfo("cc", arguments) { RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                Missing = $"cc: {errors.Trim()}";
                return;
            }
            var handle = NativeLibrary.Load(library);
            single = (delegate* unmanaged<int, float*, float*, float*, void>)NativeLibrary.GetExport(handle, nameof(single));
            twice = (delegate* unmanaged<int, double*, double*, double*, void>)NativeLibrary.GetExport(handle, nameof(twice));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Missing = "there is no C compiler (apt-get install gcc)";
        }
        finally { folder.Delete(recursive: true); }
    }

    /// <summary>C ← AB, of n × n, column by column.</summary>
    public static void Multiply(int n, float[] a, float[] b, float[] c)
    {
        fixed (float* A = a, B = b, C = c) single(n, A, B, C);
    }

    /// <summary>C ← AB, of n × n, column by column.</summary>
    public static void Multiply(int n, double[] a, double[] b, double[] c)
    {
        fixed (double* A = a, B = b, C = c) twice(n, A, B, C);
    }
}
