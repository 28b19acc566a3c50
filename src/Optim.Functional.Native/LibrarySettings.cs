using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>What libraries say of themselves and have set, each by functions of its own.</summary>
sealed unsafe class LibrarySettings(Symbols symbols)
{
    const int MostText = 256;

    /// <summary>The library's own words, or null.</summary>
    public string? Version
    {
        get
        {
            if (Own("openblas_get_config") is var config and not 0) return Text(((delegate* unmanaged<byte*>)config)());
            if (Own("bli_info_get_version_str") is var blis and not 0) return "BLIS " + Text(((delegate* unmanaged<byte*>)blis)());
            if (Own("MKL_Get_Version_String") is not (var mkl and not 0)) return null;
            var buffer = stackalloc byte[MostText];
            ((delegate* unmanaged<byte*, int, void>)mkl)(buffer, MostText);
            buffer[MostText - 1] = 0;
            return Text(buffer);
        }
    }

    /// <summary>How many it uses, or null where it does not say.</summary>
    public int? Threads
    {
        get
        {
            var answer = Own("openblas_get_num_threads") is var open and not 0 ? ((delegate* unmanaged<int>)open)()
                : Own("MKL_Get_Max_Threads") is var mkl and not 0 ? ((delegate* unmanaged<int>)mkl)()
                : Own("bli_thread_get_num_threads") is var blis and not 0 ? ((delegate* unmanaged<long>)blis)() : 0;
            // BLIS: -1 where nobody has set it.
            return answer > 0 ? (int)answer : null;
        }
    }

    public bool TrySetThreads(int threads)
    {
        if (Own("openblas_set_num_threads") is var open and not 0) ((delegate* unmanaged<int, void>)open)(threads);
        else if (Own("MKL_Set_Num_Threads") is var mkl and not 0) ((delegate* unmanaged<int, void>)mkl)(threads);
        else if (Own("bli_thread_set_num_threads") is var blis and not 0) ((delegate* unmanaged<long, void>)blis)(threads);
        else return false;
        return true;
    }

    nint Own(string name) => symbols.C(name);

    static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text)?.Trim();
}
