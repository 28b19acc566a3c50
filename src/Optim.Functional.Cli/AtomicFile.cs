namespace Optim.Functional.Cli;

/// <summary>Files that are either the old or the new one, whole; where they cannot be written, in a line for the user.</summary>
internal static class AtomicFile
{
    public static void Write(string path, byte[] content) => Write(path, file => file.Write(content));

    /// <summary>On failure the file is as before and nothing is left beside it.</summary>
    public static void Write(string path, Action<Stream> content) => Guard(path, () => WholeFile.Write(path, content));

    /// <summary>Finds out before the work whether its result can be written. Makes the folder.</summary>
    public static void Prepare(string path) => Guard(path, () => WholeFile.Try(path));

    static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Misuse.Unwritable(path, e);
        }
    }
}
