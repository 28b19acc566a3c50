using System.Diagnostics;
using System.Globalization;

namespace Optim.Functional.PyTorch.Endurance;

/// <summary>Mutated files through every reader. Each is read in full, or refused by one of the exceptions that the readers say they throw,
/// in little time and little memory.</summary>
static class Fuzzing
{
    const long MostBytes = 256 << 20;
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2), Endless = TimeSpan.FromSeconds(30);

    /// <summary>Where the tests' files are, and what is found goes.</summary>
    static string Data => Path.Combine(Checkout.Root, "tests", "Optim.Functional.PyTorch.Tests", "data");
    static string Found => Path.Combine(Checkout.Root, "artifacts", "fuzz");

    static long began;
    static byte[] current = [];

    public static int Run(long executions, ulong seed, TextWriter say)
    {
        var seeds = Seeds.All(Data);
        var mutator = new Mutator(seed, [.. seeds.Select(s => s.Bytes)]);
        var (time, last, read, faults) = (Stopwatch.StartNew(), TimeSpan.Zero, 0L, 0);
        using var watch = new Timer(_ => EndIfEndless(), null, Endless, Endless);
        for (long n = 1; n <= executions; n++)
        {
            var from = seeds[mutator.Below(seeds.Length)];
            var bytes = mutator.Mutate(from.Bytes);
            if (Fault(from, bytes, verify: mutator.Below(8) == 0, ref read) is { } fault)
            {
                say.WriteLine($"execution {n}, {from.Name}: {fault}; kept as {Keep(bytes)}");
                if (++faults == 20) break;
            }
            if (time.Elapsed - last < TimeSpan.FromSeconds(30) && n < executions) continue;
            last = time.Elapsed;
            say.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{n:N0} executions in {time.Elapsed.TotalSeconds:0} s, {read:N0} read in full, the others refused, {faults} faults"));
        }
        return faults == 0 ? 0 : 1;
    }

    /// <summary>Reads what was kept, and says how it goes.</summary>
    public static int ReadOne(string path, TextWriter say)
    {
        var (bytes, faults, read) = (File.ReadAllBytes(path), 0, 0L);
        foreach (var name in new[] { "as a file", "as a pickle.pkl" })
        {
            var time = Stopwatch.StartNew();
            var fault = Fault(new(name, bytes), bytes, verify: true, ref read);
            say.WriteLine(FormattableString.Invariant($"{name}: {fault ?? "well"}, {time.Elapsed.TotalMilliseconds:0.0} ms"));
            if (fault is not null) faults++;
        }
        return faults;
    }

    /// <summary>What is wrong with a reading. One that takes long is repeated: on a machine that does other things, any may wait.</summary>
    static string? Fault(Seeds.Seed from, byte[] bytes, bool verify, ref long read)
    {
        var fault = Once(from, bytes, verify, ref read);
        for (var again = 0; again < 3 && fault?.StartsWith(Slow, StringComparison.Ordinal) == true; again++)
        {
            long none = 0;
            fault = Once(from, bytes, verify, ref none);
        }
        return fault;
    }

    const string Slow = "it takes time: ";

    static string? Once(Seeds.Seed from, byte[] bytes, bool verify, ref long read)
    {
        (current, began) = (bytes, Stopwatch.GetTimestamp());
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (from.IsPickle) ReadPickle(bytes);
            else ReadFile(bytes, verify);
            read++;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or InvalidOperationException && IsOurs(e)) { }
        catch (Exception e)
        {
            return e.ToString();
        }
        var (taken, elapsed) = (GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(began));
        began = 0;
        return elapsed > Longest ? $"{Slow}{elapsed.TotalSeconds:0.0} s" : taken > MostBytes ? $"it takes memory: {taken >> 20} MB" : null;
    }

    /// <summary>Whether one of our messages is in it: what the runtime throws of itself is a fault.</summary>
    static bool IsOurs(Exception e) => e.GetType() == typeof(InvalidDataException) || e.StackTrace is { } trace
        && !trace.AsSpan(0, Math.Max(0, trace.IndexOf('\n'))).TrimStart().StartsWith("at System.");

    static void ReadFile(byte[] bytes, bool verify)
    {
        using var file = Checkpoint.Read(new MemoryBytes("mutated", bytes), verify);
        foreach (var tensor in file.Tensors.Values)
            foreach (var _ in tensor.Doubles()) { }
        if (file.Root is SavedDict root && root.ContainsKey("param_groups")) file.ToStateDict(dtypes: DtypeRule.Widen);
    }

    static void ReadPickle(byte[] bytes)
    {
        const int Storage = 1 << 12;
        var data = new ArrayData(new byte[Storage]);
        PickleReader.Read(
            new(new MemoryBytes("mutated", bytes), 0, bytes.Length),
            id => PersistentId.Read("mutated", id) is var (key, type, _) ? new(key, type.Element, Storage) { Data = data } : null!,
            Storage);
    }

    static string Keep(byte[] bytes)
    {
        Directory.CreateDirectory(Found);
        var name = Convert.ToHexStringLower(System.IO.Hashing.XxHash64.Hash(bytes)) + ".seed";
        File.WriteAllBytes(Path.Combine(Found, name), bytes);
        return name;
    }

    static void EndIfEndless()
    {
        var since = Interlocked.Read(ref began);
        if (since == 0 || Stopwatch.GetElapsedTime(since) < Endless) return;
        Console.Error.WriteLine($"an execution does not end; its bytes are kept as {Keep(current)}");
        Environment.Exit(1);
    }
}
