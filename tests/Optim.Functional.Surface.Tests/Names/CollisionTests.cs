using System.Reflection;

namespace Optim.Functional.Surface.Tests.Names;

/// <summary>Types of the same name in a file that uses both namespaces. TorchSharp.Modules is not looked at: its optimizers' classes have
/// the optimizers' names (Adam, SGD) by nature, and users of TorchSharp reach them by torch.optim and torch.nn.</summary>
public class CollisionTests
{
    static IEnumerable<string> Names(string assembly, string space) => Assembly.Load(assembly).GetExportedTypes()
        .Where(type => type.Namespace == space && !type.IsNested)
        .Select(type => type.Name);

    static IEnumerable<string> Ours =>
    [
        .. Names("Optim.Functional", "Optim.Functional"),
        .. Names("Optim.Functional.FSharp", "Optim.Functional"),
        .. Names("Optim.Functional.Tensors", "Optim.Functional.Tensors"),
        .. Names("Optim.Functional.Plots", "Optim.Functional.Plots"),
        .. Names("Optim.Functional.Native", "Optim.Functional"),
        .. Names("Optim.Functional.Cuda", "Optim.Functional.Cuda"),
        .. Names("Optim.Functional.PyTorch", "Optim.Functional.PyTorch"),
    ];

    [Theory]
    [InlineData("TorchSharp", "TorchSharp")]
    [InlineData("System.Numerics.Tensors", "System.Numerics.Tensors")]
    public void No_public_type_has_the_name_of_one_of_theirs(string assembly, string space)
    {
        var theirs = Names(assembly, space).ToArray();
        Assert.NotEmpty(theirs);
        Assert.Empty(Ours.Intersect(theirs));
    }

    [Fact]
    public void Case_apart_only_torch_is_one_of_theirs_too() =>
        Assert.Equal(["Torch"], Ours.Intersect(Names("TorchSharp", "TorchSharp"), StringComparer.OrdinalIgnoreCase));
}
