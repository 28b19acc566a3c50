using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary>Files that a user names: what is wrong with one is a line for the user.</summary>
internal static class Opened
{
    public static T Do<T>(string path, Func<Checkpoint, T> use)
    {
        try
        {
            using var file = Checkpoint.Open(path);
            return use(file);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException)
        {
            throw Misuse.BadFile(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Misuse.Unreadable(path, e);
        }
    }
}
