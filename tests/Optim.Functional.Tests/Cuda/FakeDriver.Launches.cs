using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Optim.Functional.Tests.Cuda;

// Its modules and launches.
sealed unsafe partial class FakeDriver
{
    /// <summary>Compiled code is the text with another beginning.</summary>
    const string Compiled = "CUBIN ";

    [UnmanagedCallersOnly]
    static int Load(nint* module, byte* image, uint count, int* options, void** values)
    {
        if (Enter("cuModuleLoadDataEx", out var driver) is not 0 and var code) return code;
        var text = Marshal.PtrToStringUTF8((nint)image)!;
        if (text.StartsWith(Compiled)) text = text[Compiled.Length..];
        try { modules[*module = Next()] = machines.GetOrAdd(text, ptx => new(ptx)); }
        catch (Exception e)
        {
            Encoding.ASCII.GetBytes($"{e.Message}\0").CopyTo(new Span<byte>(values[0], 200));
            return InvalidPtx;
        }
        driver.Loads++;
        return 0;
    }

    [UnmanagedCallersOnly]
    static int Unload(nint module)
    {
        if (Enter("cuModuleUnload", out var driver) is not 0 and var code) return code;
        driver.Unloads++;
        return modules.TryRemove(module, out _) ? 0 : 1;
    }

    [UnmanagedCallersOnly]
    static int Function(nint* function, nint module, byte* name)
    {
        *function = module;
        return Marshal.PtrToStringUTF8((nint)name) == "optim_step" ? Enter("cuModuleGetFunction", out _) : 500;
    }

    [UnmanagedCallersOnly]
    static int Launch(nint function, uint x, uint y, uint z, uint threads, uint ty, uint tz, uint shared, nint stream, void** arguments,
        void** extra)
    {
        if (Enter("cuLaunchKernel", stream, out var driver) is not 0 and var code) return code;
        if (arguments != null || (nint)extra[0] != 1 || (nint)extra[2] != 2 || extra[4] != null || x == 0 || y != 1 || z != 1) return 1;
        if (++driver.Launches == driver.FailsAt.Launch)
        {
            if (driver.FailsAt.Code == 700) driver.lasting = 700;
            return driver.FailsAt.Code;
        }
        if (driver.IsIdle) return 0;
        if (!modules.TryGetValue(function, out var machine)) return 400;
        driver.Ran[machine.Ptx] = true;
        var given = new ReadOnlySpan<byte>(extra[1], (int)*(nuint*)extra[3]);
        machine.Launch((int)x, machine.NeedsAll ? (int)threads : Math.Min((int)threads, FewThreads), given);
        return 0;
    }

    static readonly ConcurrentDictionary<nint, byte[]> links = new();

    [UnmanagedCallersOnly]
    static int LinkCreate(uint count, int* options, void** values, nint* link)
    {
        links[*link = Next()] = [];
        return Enter("cuLinkCreate", out _);
    }

    [UnmanagedCallersOnly]
    static int LinkAdd(nint link, int kind, void* data, nuint bytes, byte* name, uint count, int* options, void** values)
    {
        links[link] = [.. Encoding.ASCII.GetBytes(Compiled), .. new ReadOnlySpan<byte>(data, (int)bytes)];
        return kind == 1 ? Enter("cuLinkAddData", out _) : 1;
    }

    [UnmanagedCallersOnly]
    static int LinkComplete(nint link, void** made, nuint* bytes)
    {
        var image = links[link];
        *made = NativeMemory.Alloc((nuint)image.Length);
        image.CopyTo(new Span<byte>(*made, image.Length));
        *bytes = (nuint)image.Length;
        links[-link] = BitConverter.GetBytes((nint)(*made));
        return 0;
    }

    [UnmanagedCallersOnly]
    static int LinkDestroy(nint link)
    {
        links.TryRemove(link, out _);
        if (links.TryRemove(-link, out var made)) NativeMemory.Free((void*)BitConverter.ToInt64(made));
        return 0;
    }
}
