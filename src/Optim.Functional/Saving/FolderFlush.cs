using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Has a folder's names written to the disk, so that a rename outlasts a power cut. Windows writes them by itself.</summary>
static partial class FolderFlush
{
    const int ReadOnly = 0;

    public static void Of(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = open(folder, ReadOnly);
        if (handle < 0) return;
        // Refused by file systems that have nothing to flush: then the rename is as safe as they make it.
        fsync(handle);
        close(handle);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int fsync(int handle);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
