using System.Globalization;
using System.Text.RegularExpressions;

namespace Optim.Functional.PyTorch;

/// <summary>A folder of the last saves of a run. Each is written beside its place and renamed, so that a save that is interrupted leaves
/// the ones before it as they are; what it leaves itself is cleared by the next.</summary>
/// <example><code>
/// var saves = new CheckpointFolder("run", keep: 3);
/// saves.Save(step, new Dictionary&lt;string, object?&gt; { ["optimizer"] = optimizer.StateDict() });
/// using var last = saves.OpenLatest();
/// </code></example>
public sealed partial class CheckpointFolder
{
    readonly string folder, ending;
    readonly int keep;
    readonly Lock writing = new();
    Task<string>? background;

    /// <summary>A folder, which is made where it is not there. Nothing in it is looked at or cleared until something is saved.</summary>
    /// <param name="folder">Its path.</param>
    /// <param name="keep">Saves that stay, 1 or more; older ones are deleted when a newer one is whole.</param>
    /// <param name="ending">Of the files' names: it says the format, as in <see cref="Checkpoint.Save(string, StateDict)"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="keep"/> is less than 1, or the ending says no format.</exception>
    public CheckpointFolder(string folder, int keep = 3, string ending = ".pt")
    {
        if (keep < 1) throw Fault.Keep(keep);
        if (Checkpoint.FormatOf("x" + ending) is null) throw Fault.NoFormat("x" + ending);
        (this.folder, this.keep, this.ending) = (Path.GetFullPath(folder ?? throw Fault.Null("the folder")), keep, ending);
        Directory.CreateDirectory(this.folder);
    }

    /// <summary>The saves that are there, the newest first: <c>step-000000012.pt</c>.</summary>
    public IReadOnlyList<string> Files =>
        [.. Directory.GetFiles(folder).Where(path => StepOf(path) is not null).OrderByDescending(StepOf)];

    /// <summary>The step that a file of the folder was saved at; null of another file.</summary>
    public long? StepOf(string path) =>
        Name().Match(Path.GetFileName(path)) is { Success: true } m && m.Groups[2].Value == ending
            && long.TryParse(m.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;

    /// <summary>Saves, and deletes what is older than the last ones that stay.</summary>
    /// <param name="step">Of the run, from 0: the file's name has it, and the largest is the newest.</param>
    /// <param name="content">As in <see cref="Checkpoint.Save(string, IReadOnlyDictionary{string, object})"/>.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">It cannot be written; the saves before it are as they were.</exception>
    public string Save(long step, IReadOnlyDictionary<string, object?> content)
    {
        if (step < 0) throw Fault.Step(step);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"step-{step:000000000}{ending}"));
        lock (writing)
        {
            WholeFile.Clear(folder);
            Checkpoint.Save(path, content);
            foreach (var old in Files.Skip(keep)) File.Delete(old);
        }
        return path;
    }

    /// <summary>The same on another thread, while the run goes on. A save begins when the one before it is done.</summary>
    /// <param name="step">As in <see cref="Save"/>.</param>
    /// <param name="content">Nobody may write to its numbers until it is saved: nobody does to parameters and states of the pure face, nor
    /// to <c>optimizer.StateDict()</c>, which is a copy. Parameters that are stepped in place are to be copied
    /// (<see cref="Params.Copy"/>).</param>
    /// <returns>The file, when it is saved.</returns>
    public Task<string> SaveInBackground(long step, IReadOnlyDictionary<string, object?> content)
    {
        if (step < 0) throw Fault.Step(step);
        lock (writing) return background = After(background, () => Save(step, content));
    }

    static async Task<string> After(Task? before, Func<string> save)
    {
        // Whoever asked for that save is told of its failure.
        if (before is not null) await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await Task.Factory.StartNew(save, TaskCreationOptions.LongRunning).ConfigureAwait(false);
    }

    /// <summary>Opens the newest save that is whole: all its numbers have been read, and their checksums verified.</summary>
    /// <param name="skipped">One sentence for each newer one that is not.</param>
    /// <returns>Null where there is none.</returns>
    public Checkpoint? OpenLatest(out IReadOnlyList<string> skipped)
    {
        var damaged = new List<string>();
        skipped = damaged;
        foreach (var path in Files)
        {
            Checkpoint? file = null;
            try
            {
                file = Checkpoint.Open(path);
                file.Verify();
                return file;
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                file?.Dispose();
                damaged.Add(e.Message);
            }
        }
        return null;
    }

    /// <inheritdoc cref="OpenLatest(out IReadOnlyList{string})"/>
    public Checkpoint? OpenLatest() => OpenLatest(out _);

    [GeneratedRegex(@"^step-(\d{9,18})(\..+)$")]
    private static partial Regex Name();
}
