namespace Optim.Functional.GpuCheck;

/// <summary>How many elements the tensors of a model have.</summary>
static class Shapes
{
    /// <summary>GPT-2, of 124 million parameters (Radford et al. 2019).</summary>
    public static int[] Gpt2 =>
    [
        50257 * 768, 1024 * 768,
        .. Enumerable.Range(0, 12).SelectMany(_ => (int[])
        [
            768, 768, 768 * 2304, 2304, 768 * 768, 768, 768, 768, 768 * 3072, 3072, 3072 * 768, 768,
        ]),
        768, 768,
    ];

    /// <summary>ResNet-50, of 26 million (He et al., arXiv:1512.03385).</summary>
    public static int[] ResNet50 => [.. ResNet()];

    static IEnumerable<int> ResNet()
    {
        var last = 64;
        foreach (var n in Convolution(3, last, 7)) yield return n;
        foreach (var (blocks, planes) in ((int, int)[])[(3, 64), (4, 128), (6, 256), (3, 512)])
            for (var block = 0; block < blocks; block++)
            {
                int[] all =
                [
                    .. Convolution(last, planes, 1), .. Convolution(planes, planes, 3), .. Convolution(planes, 4 * planes, 1),
                    .. block == 0 ? Convolution(last, 4 * planes, 1) : [],
                ];
                foreach (var n in all) yield return n;
                last = 4 * planes;
            }
        yield return 1000 * 2048;
        yield return 1000;
    }

    /// <summary>Weights, then the normalization that follows.</summary>
    static int[] Convolution(int from, int to, int size) => [to * from * size * size, to, to];
}
