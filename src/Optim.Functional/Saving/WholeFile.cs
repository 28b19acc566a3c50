using System.Text.RegularExpressions;

namespace Optim.Functional;

/// <summary>Files that are either the old or the new one, whole, whatever happens while they are written.</summary>
static partial class WholeFile
{
    const int Tries = 10;

    /// <summary>Writes beside the file, flushes to the disk, renames, and flushes the folder. On failure the file is as before and nothing
    /// is left beside it; what a process that was ended has left beside it goes.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        var target = Target(path);
        Clear(target);
        using var file = New(target);
        var temporary = file.Name;
        try
        {
            content(file);
            file.Flush(flushToDisk: true);
            // Renamed while it is open: as long as it is, nobody takes it for what was left.
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        FolderFlush.Of(Path.GetDirectoryName(target)!);
    }

    /// <summary>Throws where a file cannot be written to that place. Makes the folder.</summary>
    public static void Try(string path)
    {
        var target = Target(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (Directory.Exists(target)) throw new UnauthorizedAccessException();
        using var file = New(target);
        File.Delete(file.Name);
    }

    /// <summary>Deletes what saves that were ended have left beside a file, or in a folder; not what is being written.</summary>
    public static void Clear(string target)
    {
        var (folder, name) = Directory.Exists(target) ? (target, null) : (Path.GetDirectoryName(target)!, Path.GetFileName(target));
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFiles(folder, "*.tmp"))
        {
            var match = Temporary().Match(Path.GetFileName(path));
            if (!match.Success || name is not null && match.Groups[1].Value != name) continue;
            try
            {
                // Refused where its writer still has it.
                using var left = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, Alone);
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) { }
        }
    }

    /// <summary>A file beside the target, which no other process can open.</summary>
    static FileStream New(string target)
    {
        for (var tries = 1; ; tries++)
            try { return new(Beside(target), FileMode.CreateNew, FileAccess.Write, Alone, bufferSize: 1); }
            // Another process has looked at it between its making and its lock, and has deleted it.
            catch (IOException) when (tries < Tries && Directory.Exists(Path.GetDirectoryName(target))) { }
    }

    /// <summary>On Windows an open file is renamed only where deleting it is shared; elsewhere a lock is of no sharing at all.</summary>
    static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    static string Beside(string target) => $"{target}.{Path.GetRandomFileName()}.tmp";

    [GeneratedRegex(@"^(.+)\.[a-z0-9]{8}\.[a-z0-9]{3}\.tmp$")]
    private static partial Regex Temporary();

    // A rename would put a file in the place of a link or a device.
    static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        if (!OperatingSystem.IsWindows() && full.StartsWith("/dev/", StringComparison.Ordinal))
            throw new IOException("it is a device, wanted a file");
        return File.Exists(full) && File.ResolveLinkTarget(full, returnFinalTarget: true) is { } link ? link.FullName : full;
    }
}
