using System.Runtime.InteropServices;
using System.Text;

namespace Optim.Functional.Tests.Cuda;

/// <summary>The first device of the machine's OpenCL, where it has one: as much of it as running a kernel takes.</summary>
sealed unsafe class OpenCl
{
    const int CopyHost = 1 << 5;
    const uint NameOfDevice = 0x102B, BuildLog = 0x1183;

    static readonly nint library = Found();

    readonly nint device, context, queue;

    OpenCl(nint device, string name)
    {
        (this.device, Name) = (device, name);
        int code;
        context = Call<nint>("clCreateContext", 0, 1, (nint)(&device), 0, 0, (nint)(&code));
        queue = Call<nint>("clCreateCommandQueue", context, device, 0, (nint)(&code));
    }

    public string Name { get; }

    static nint Found() => ((string[])["libOpenCL.so.1", "OpenCL.dll"])
        .Select(name => NativeLibrary.TryLoad(name, out var found) ? found : 0).FirstOrDefault(x => x != 0);

    public static OpenCl? TryOpen(out string why)
    {
        why = "no libOpenCL.so.1";
        if (library == 0) return null;
        nint platform, device;
        uint count = 0;
        why = "no platform or device of OpenCL";
        if (Call<int>("clGetPlatformIDs", 1, (nint)(&platform), (nint)(&count)) != 0 || count == 0) return null;
        var anyKind = unchecked((nint)uint.MaxValue);
        if (Call<int>("clGetDeviceIDs", platform, anyKind, 1, (nint)(&device), (nint)(&count)) != 0 || count == 0) return null;
        var name = stackalloc byte[256];
        Call<int>("clGetDeviceInfo", device, (nint)NameOfDevice, 256, (nint)name, 0);
        return new(device, Marshal.PtrToStringUTF8((nint)name)!);
    }

    /// <summary>Runs a kernel over n elements of streams, which it changes, and numbers that follow them.</summary>
    public void Run<T>(string source, string kernel, T[][] streams, T[] constants, int n) where T : unmanaged
    {
        int code;
        var text = Encoding.UTF8.GetBytes(source + "\0");
        nint program;
        fixed (byte* at = text)
        {
            var start = at;
            program = Call<nint>("clCreateProgramWithSource", context, 1, (nint)(&start), 0, (nint)(&code));
        }
        var options = sizeof(T) == 4 ? "-cl-fp32-correctly-rounded-divide-sqrt\0"u8 : "\0"u8;
        var one = device;
        fixed (byte* with = options)
            if (Call<int>("clBuildProgram", program, 1, (nint)(&one), (nint)with, 0, 0) != 0)
                throw new InvalidOperationException(Log(program) + source);
        var name = Encoding.ASCII.GetBytes(kernel + "\0");
        nint made;
        fixed (byte* at = name) made = Call<nint>("clCreateKernel", program, (nint)at, (nint)(&code));
        var buffers = new List<nint>();
        uint argument = 0;
        foreach (var stream in streams)
            fixed (T* at = stream)
            {
                var buffer = Call<nint>("clCreateBuffer", context, (nint)(1 | CopyHost), n * sizeof(T), (nint)at, (nint)(&code));
                buffers.Add(buffer);
                Check(Call<int>("clSetKernelArg", made, (nint)argument++, sizeof(nint), (nint)(&buffer)));
            }
        foreach (var constant in constants) Check(Call<int>("clSetKernelArg", made, (nint)argument++, sizeof(T), (nint)(&constant)));
        ulong length = (ulong)n;
        Check(Call<int>("clSetKernelArg", made, (nint)argument, sizeof(ulong), (nint)(&length)));
        var global = (nuint)n;
        var launch = (delegate* unmanaged<nint, nint, uint, nuint*, nuint*, nuint*, uint, nint, nint, int>)Export("clEnqueueNDRangeKernel");
        Check(launch(queue, made, 1, null, &global, null, 0, 0, 0));
        var read = (delegate* unmanaged<nint, nint, uint, nuint, nuint, void*, uint, nint, nint, int>)Export("clEnqueueReadBuffer");
        for (var s = 0; s < streams.Length; s++)
            fixed (T* to = streams[s])
                Check(read(queue, buffers[s], 1, 0, (nuint)(n * sizeof(T)), to, 0, 0, 0));
        foreach (var buffer in buffers) Call<int>("clReleaseMemObject", buffer);
        Call<int>("clReleaseKernel", made);
        Call<int>("clReleaseProgram", program);
    }

    string Log(nint program)
    {
        const int Longest = 4000;
        var log = stackalloc byte[Longest];
        Call<int>("clGetProgramBuildInfo", program, device, (nint)BuildLog, Longest, (nint)log, 0);
        return Marshal.PtrToStringUTF8((nint)log)!;
    }

    static void Check(int code)
    {
        if (code != 0) throw new InvalidOperationException($"OpenCL says {code}");
    }

    static nint Export(string function) => NativeLibrary.GetExport(library, function);

    // All arguments of these functions are handed over in registers or slots of a word.
    static R Call<R>(string function, nint a, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0) where R : unmanaged =>
        ((delegate* unmanaged<nint, nint, nint, nint, nint, nint, R>)Export(function))(a, b, c, d, e, f);
}
