using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Asks Linux for pages of 2 MiB behind large arrays: fewer page faults, fewer misses of the address cache. Elsewhere nothing
/// happens.</summary>
static partial class HugePages
{
    const nuint Page = 2 << 20;
    const int AdviseHugePages = 14, AdviseDontNeed = 4;

    /// <summary>Asks for huge pages, which helps where nothing has been written yet.</summary>
    /// <remarks>Those at its ends too, which it shares with the arrays beside it: of an array of 4 MB they are half. They only are advised,
    /// so that changes nothing there but speed.</remarks>
    public static unsafe T[] Advise<T>(T[] fresh) where T : unmanaged
    {
        var bytes = (nuint)fresh.LongLength * (nuint)sizeof(T);
        if (bytes >= Page && OperatingSystem.IsLinux())
            fixed (T* from = fresh) Madvise(Down((nuint)from, Page), Down((nuint)from + bytes + Page - 1, Page), AdviseHugePages);
        return fresh;
    }

    /// <summary>Gives the memory behind a pinned array back to the system. Its elements become 0, or stay as they are where the system does
    /// not do that.</summary>
    public static unsafe void Release<T>(T[] pinned) where T : unmanaged
    {
        var (bytes, page) = ((nuint)pinned.LongLength * (nuint)sizeof(T), (nuint)Environment.SystemPageSize);
        if (!OperatingSystem.IsLinux()) return;
        fixed (T* from = pinned) Madvise(Down((nuint)from + page - 1, page), Down((nuint)from + bytes, page), AdviseDontNeed);
    }

    static nuint Down(nuint address, nuint page) => address / page * page;

    static void Madvise(nuint start, nuint end, int advice)
    {
        // Advice: where it is refused (a kernel without huge pages), the memory is as good as before.
        if (end > start) madvise(start, end - start, advice);
    }

    [LibraryImport("libc")]
    private static partial int madvise(nuint address, nuint length, int advice);
}
