namespace Optim.Functional;

/// <summary>Files that are either the old or the new one, whole, whatever happens while they are written.</summary>
static class WholeFile
{
    /// <summary>Writes beside the file, flushes to the disk, then renames. On failure the file is as before and nothing is left beside
    /// it.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        var target = Target(path);
        var temporary = Beside(target);
        try
        {
            using (var file = New(temporary, FileOptions.None))
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
    }

    /// <summary>Throws where a file cannot be written to that place. Makes the folder.</summary>
    public static void Try(string path)
    {
        var target = Target(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (Directory.Exists(target)) throw new UnauthorizedAccessException();
        using (New(Beside(target), FileOptions.DeleteOnClose)) { }
    }

    static FileStream New(string path, FileOptions options) =>
        new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, options);

    static string Beside(string target) => $"{target}.{Path.GetRandomFileName()}.tmp";

    // A rename would put a file in the place of a link or a device.
    static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        if (!OperatingSystem.IsWindows() && full.StartsWith("/dev/", StringComparison.Ordinal))
            throw new IOException("it is a device, wanted a file");
        return File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } link ? link.FullName : full;
    }
}
