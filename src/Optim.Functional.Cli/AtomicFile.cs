namespace Optim.Functional.Cli;

/// <summary>Files that are either the old or the new one, whole, whatever happens while they are written.</summary>
internal static class AtomicFile
{
    public static void Write(string path, byte[] content) => Write(path, file => file.Write(content));

    /// <summary>Writes beside the file, flushes to the disk, then renames.
    /// On failure the file is as before and nothing is left beside it.</summary>
    public static void Write(string path, Action<Stream> content) => Guard(path, target =>
    {
        var temporary = Beside(target);
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                content(file);
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    });

    /// <summary>Finds out before the work whether its result can be written. Makes the folder.</summary>
    public static void Prepare(string path) => Guard(path, target =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (Directory.Exists(target)) throw new UnauthorizedAccessException();
        using (new FileStream(Beside(target), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose)) { }
    });

    static void Guard(string path, Action<string> write)
    {
        try
        {
            write(Target(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Misuse.Unwritable(path, e);
        }
    }

    static string Beside(string target) => $"{target}.{Path.GetRandomFileName()}.tmp";

    // A rename would put a file in the place of a link or a device.
    static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        if (!OperatingSystem.IsWindows() && full.StartsWith("/dev/")) throw new IOException("it is a device, wanted a file");
        return File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } link ? link.FullName : full;
    }
}
