using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary>Files that a user names: what is wrong with one is a line for the user.</summary>
internal static class Opened
{
    public static T Do<T>(string path, Func<Checkpoint, T> use)
    {
        string? gathered = null;
        try
        {
            if (File.Exists(Path.Combine(path, "index.json"))) gathered = Gathered(path);
            using var file = Checkpoint.Open(gathered ?? path);
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
        finally
        {
            if (gathered is not null) File.Delete(gathered);
        }
    }

    /// <summary>What several processes have written into a folder, as one file.</summary>
    static string Gathered(string folder)
    {
        var state = ShardedState.Read(folder);
        var content = new Dictionary<string, object?> { ["model"] = state.Parameters, ["optimizer"] = state.State };
        if (state.Note is { } note) content["note"] = note;
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Checkpoint.Save(file + ".pt", content);
        return file + ".pt";
    }
}
