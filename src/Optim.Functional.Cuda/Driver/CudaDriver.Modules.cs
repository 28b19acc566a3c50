using System.Text;

namespace Optim.Functional.Cuda;

// Code that is loaded: PTX, which the driver compiles, or what it was compiled to.
sealed unsafe partial class CudaDriver
{
    const int ErrorLog = 5, ErrorLogBytes = 6, LogBytes = 8192; // CU_JIT_ERROR_LOG_BUFFER and its size
    const int Ptx = 1; // CU_JIT_INPUT_PTX

    /// <summary>Loads a module, and finds its kernel.</summary>
    /// <param name="image">PTX, with a 0 at its end, or compiled code.</param>
    /// <param name="entry">The kernel's name.</param>
    /// <param name="module">The module.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="log">What the compiler has to say against it.</param>
    public int Load(ReadOnlySpan<byte> image, string entry, out nint module, out nint kernel, out string log)
    {
        var options = stackalloc int[] { ErrorLog, ErrorLogBytes };
        var text = stackalloc byte[LogBytes];
        var values = stackalloc void*[] { text, (void*)LogBytes };
        *text = 0;
        nint loaded = 0, found = 0;
        int code;
        fixed (byte* data = image) code = moduleLoad(&loaded, data, 2, options, values);
        log = Encoding.ASCII.GetString(new ReadOnlySpan<byte>(text, LogBytes)).Split('\0')[0].Trim();
        if (code == Success)
            fixed (byte* name = Encoding.ASCII.GetBytes(entry + "\0")) code = moduleFunction(&found, loaded, name);
        if (code != Success && loaded != 0) moduleUnload(loaded);
        (module, kernel) = (loaded, found);
        return code;
    }

    /// <summary>Compiles PTX for the current device; null where the driver does not.</summary>
    public byte[]? Compile(ReadOnlySpan<byte> ptx)
    {
        nint link;
        if (linkCreate(0, null, null, &link) != Success) return null;
        try
        {
            fixed (byte* data = ptx, name = "formula\0"u8)
                if (linkAdd(link, Ptx, data, (nuint)ptx.Length, name, 0, null, null) != Success) return null;
            void* made;
            nuint bytes;
            return linkComplete(link, &made, &bytes) == Success ? new ReadOnlySpan<byte>(made, (int)bytes).ToArray() : null;
        }
        finally { linkDestroy(link); }
    }
}
