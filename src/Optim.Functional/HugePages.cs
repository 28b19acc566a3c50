using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Asks Linux for pages of 2 MiB behind large arrays: fewer page faults, fewer misses of the address cache. Elsewhere nothing happens.</summary>
static partial class HugePages
{
    const nuint Page = 2 << 20;
    const int AdviseHugePages = 14, AdviseDontNeed = 4;

    /// <summary>Asks for huge pages, which helps where nothing has been written yet.</summary>
    public static T[] Advise<T>(T[] fresh) where T : unmanaged
    {
        if (fresh.LongLength * Unsafe.SizeOf<T>() >= (long)Page) Madvise(fresh, Page, AdviseHugePages);
        return fresh;
    }

    /// <summary>Gives the memory behind a pinned array back to the system. Its elements become 0, or stay as they are where the system does not do that.</summary>
    public static void Release<T>(T[] pinned) where T : unmanaged => Madvise(pinned, (nuint)Environment.SystemPageSize, AdviseDontNeed);

    static unsafe void Madvise<T>(T[] array, nuint page, int advice) where T : unmanaged
    {
        if (!OperatingSystem.IsLinux()) return;
        fixed (T* from = array)
        {
            var start = ((nuint)from + page - 1) / page * page;
            var end = ((nuint)from + (nuint)array.LongLength * (nuint)sizeof(T)) / page * page;
            // Advice: where it is refused (a kernel without huge pages), the memory is as good as before.
            if (end > start) madvise(start, end - start, advice);
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(nuint address, nuint length, int advice);
}
