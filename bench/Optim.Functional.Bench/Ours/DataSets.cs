namespace Optim.Functional.Bench;

/// <summary>Lengths of the tensors of known models.</summary>
static class DataSets
{
    public static int[] One(int length) => [length];

    public static int[] Many(int count, int length) => [.. Enumerable.Repeat(length, count)];

    /// <summary>ResNet-50 as torchvision has it: 161 tensors, 25.6 million elements.</summary>
    public static int[] ResNet50 { get; } = [.. ResNet()];

    /// <summary>GPT-2 small: 148 tensors, 124 million elements.</summary>
    public static int[] Gpt2 { get; } = [.. Gpt()];

    static IEnumerable<int> ResNet()
    {
        (int Blocks, int Planes)[] stages = [(3, 64), (4, 128), (6, 256), (3, 512)];
        int[] start = [64 * 3 * 49, 64, 64], end = [2048 * 1000, 1000];
        foreach (var n in start) yield return n;
        var from = 64;
        foreach (var (blocks, p) in stages)
            for (var b = 0; b < blocks; b++)
            {
                int[] block = [from * p, p, p, p * p * 9, p, p, p * p * 4, p * 4, p * 4], shortcut = [from * p * 4, p * 4, p * 4];
                foreach (var n in b == 0 ? [.. block, .. shortcut] : block) yield return n;
                from = p * 4;
            }
        foreach (var n in end) yield return n;
    }

    static IEnumerable<int> Gpt()
    {
        const int d = 768, Words = 50257, Context = 1024, Layers = 12;
        int[] layer = [d, d, d * 3 * d, 3 * d, d * d, d, d, d, d * 4 * d, 4 * d, 4 * d * d, d];
        return [Words * d, Context * d, .. Enumerable.Repeat(layer, Layers).SelectMany(n => n), d, d];
    }
}
