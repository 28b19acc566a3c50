using System.Numerics;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>What torch 1.13.1 and NumPy wrote for these tests, in ways that optimizers' files do not have.</summary>
public class SeedTests
{
    [Theory]
    [InlineData("many.pt"), InlineData("many.legacy.pt"), InlineData("protocol4.pt")]
    public void Sizes_types_devices_bytes_and_large_numbers_are_read(string name)
    {
        using var file = Checkpoint.Open(Data.Path($"seeds/{name}"));
        Assert.Equal([2L], Assert.IsType<object?[]>(file["s"]));
        Assert.Equal(Dtype.Float16, file["d"]);
        Assert.Equal([0, 255], Assert.IsType<byte[]>(file["b"]));
        Assert.Equal(BigInteger.Pow(2, 70), file["big"]);
        Assert.Equal("cpu", file["dev"]);
        Assert.Equal([1], file.Tensors["p"].ToNDArray().As<float>().ToArray());
        Assert.Equal("w", Assert.Single(Assert.IsType<string[]>(file.ToStateDict().ParamGroups[0]["param_names"])));
    }

    [Fact]
    public void NumPys_own_files_are_read()
    {
        using var npz = Checkpoint.Open(Data.Path("seeds/numpy-compressed.npz"));
        Assert.Equal([0, 1, 2, 3, 4, 5], npz.Tensors["a"].ToNDArray().As<double>().ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 5], npz.Tensors["b"].ToNDArray().As<float>().ToArray());
        Assert.Equal(7, npz.Tensors["c"].Widen().As<double>().Span[0]);
        using var npy = Checkpoint.Open(Data.Path("seeds/numpy.npy"));
        Assert.Equal([0, 1, 2, 3], npy.Tensors["array"].Widen().As<double>().ToArray());
    }
}
