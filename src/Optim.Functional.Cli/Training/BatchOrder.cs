namespace Optim.Functional.Cli;

/// <summary>Which training digits are in which batch: all of them once in an epoch, in an order that seed and epoch alone decide, so that a
/// resumed run sees the same one.</summary>
/// <remarks>Of several processes each has every so-many-th batch of one row that goes on from epoch to epoch, as gradients do that are
/// added up. So they make the steps of one process that adds up as many.</remarks>
internal sealed class BatchOrder(Settings settings, int count, int rank)
{
    readonly int processes = settings.Processes ?? 1;

    /// <summary>This process's batches of an epoch.</summary>
    public IEnumerable<int[]> Of(int epoch)
    {
        int[][] all = [.. LeftAt(epoch - 1), .. Batches(epoch)];
        for (var k = rank; k - rank + processes <= all.Length; k += processes) yield return all[k];
    }

    /// <summary>The last batches of an epoch, which wait for others of the next.</summary>
    IEnumerable<int[]> LeftAt(int epoch)
    {
        if (processes == 1 || epoch == 0) return [];
        var left = (int)((long)epoch * ((count + settings.Batch - 1) / settings.Batch) % processes);
        int[][] all = [];
        for (; all.Length < left; epoch--) all = [.. Batches(epoch), .. all];
        return all[^left..];
    }

    IEnumerable<int[]> Batches(int epoch) => new SplitMix(settings.Seed, epoch).Permutation(count).Chunk(settings.Batch);
}
