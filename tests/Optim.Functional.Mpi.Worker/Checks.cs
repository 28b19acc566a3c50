namespace Optim.Functional.Tests;

/// <summary>What holds of steps by several processes. Each check is made by all of them; the first prints how it went.</summary>
static class Checks
{
    static readonly (string Name, Action<World> Run)[] all =
        [.. LawsOfSums.All, .. LawsOfFaults.All, .. LawsOfFiles.All, .. LawsOfTransport.All];

    public static int Count => all.Length;

    public static int Run(World world, string[] names)
    {
        var failed = 0;
        foreach (var (name, run) in all)
        {
            if (names.Length > 0 && !names.Any(n => name.Contains(n, StringComparison.OrdinalIgnoreCase))) continue;
            var fault = "";
            try { run(world); }
            catch (Exception e) { fault = $"rank {world.Rank}: {e}"; }
            var faults = world.Size > 1 ? world.Session.AllGather(fault, "the end of a check") : [fault];
            if (!world.IsFirst) continue;
            var text = string.Join(" | ", faults.Where(f => f.Length > 0)).ReplaceLineEndings(" ");
            Console.WriteLine(text.Length == 0 ? $"ok {name}" : $"failed {name}: {text}");
            if (text.Length > 0) failed++;
        }
        if (world.IsFirst) Console.WriteLine($"done with {world}");
        return failed == 0 ? 0 : 1;
    }

    public static void Same<T>(IEnumerable<(string Name, T[] Values)> wanted, IEnumerable<(string Name, T[] Values)> got)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        foreach (var ((name, a), (_, b)) in wanted.Zip(got))
            for (var i = 0; i < a.Length; i++)
                if (!Bits(a[i]).Equals(Bits(b[i]))) throw new InvalidOperationException($"{name}[{i}] is {b[i]}, wanted {a[i]}");
    }

    static long Bits<T>(T x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        x is float f ? BitConverter.SingleToInt32Bits(f) : BitConverter.DoubleToInt64Bits(double.CreateTruncating(x));

    public static void Holds(bool what, string otherwise)
    {
        if (!what) throw new InvalidOperationException(otherwise);
    }

    public static E Throws<E>(Action work) where E : Exception
    {
        try { work(); }
        catch (E e) { return e; }
        throw new InvalidOperationException($"nothing was thrown, wanted {typeof(E).Name}");
    }
}
