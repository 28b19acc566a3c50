using System.Text.Json;
using System.Text.Json.Serialization;

namespace Optim.Functional.Cli;

/// <summary>A run at the end of an epoch, as JSON.</summary>
internal sealed record SaveFile(
    string Format,
    Settings Settings,
    int Epoch,
    IReadOnlyList<EpochResult> History,
    IReadOnlyDictionary<string, NDArray> Model,
    StateDict Optimizer)
{
    public const string Kind = "optim train, version 1";

    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public void Write(string path) => AtomicFile.Write(path, file => JsonSerializer.Serialize(file, this, Json));

    public static SaveFile Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Check(path, () => Read(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Misuse.Unreadable(path, e);
        }
    }

    static SaveFile Read(Stream file)
    {
        var saved = JsonSerializer.Deserialize<SaveFile>(file, Json) ?? throw new ArgumentException("it is empty.");
        if (saved.Format != Kind) throw new ArgumentException($"its format is '{saved.Format}', wanted '{Kind}'.");
        if (saved.Settings.Batch is < 1 or > Digits.TrainCount) throw new ArgumentException($"its batch is {saved.Settings.Batch}.");
        if (saved.History.Count != saved.Epoch + 1)
            throw new ArgumentException($"it is at epoch {saved.Epoch} but has {saved.History.Count} lines of history.");
        return saved;
    }

    /// <summary>Runs what may find the content of a save file wrong.</summary>
    public static T Check<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (JsonException e)
        {
            throw Misuse.NotASave(
                path,
                $"it is not whole or not JSON of this kind{(e.Path is { Length: > 1 } at ? $" (at {at})" : "")}.",
                e);
        }
        catch (Exception e)
            when (e
                    is ArgumentException
                        or InvalidOperationException
                        or FormatException
                        or NotSupportedException
                        or KeyNotFoundException
                        or OverflowException)
        {
            throw Misuse.NotASave(path, e.Message, e);
        }
    }
}
