using System.Numerics;
using System.Runtime.InteropServices;

namespace Optim.Functional.Tests.Storage;

/// <summary>Parameters whose memory overlaps would be updated twice in a step.</summary>
public class OverlapTests
{
    static string Refused(params (string Name, NDArray Value)[] parameters) =>
        Assert
            .Throws<ArgumentException>(() =>
                new Optimizer(parameters.Select(p => new ParamGroup(new Parameter(p.Value, p.Name))), new Adam()))
            .Message;

    [Fact]
    public void Parts_of_an_array_that_overlap_are_refused_by_name()
    {
        var array = new float[10];
        Assert.Contains("'a' and 'b' of shapes [6] and [5]",
            Refused(("a", NDArray.Of(array.AsMemory(0, 6))), ("b", NDArray.Of(array.AsMemory(5, 5)))));
        Assert.Contains("'b' and 'a'", Refused(("b", NDArray.Of(array.AsMemory(5, 5))), ("a", NDArray.Of(array.AsMemory(0, 6)))));
        Assert.Contains("'a' and 'b'", Refused(("a", array), ("b", NDArray.Of(array.AsMemory(9, 1)))));
        Assert.Contains("'b' and 'a'", Refused(("b", NDArray.Of(array.AsMemory(9, 1))), ("a", array)));
    }

    [Fact]
    public void Parts_side_by_side_go_together()
    {
        var array = new float[10];
        Parameter[] parts =
        [
            new(NDArray.Of(array.AsMemory(4, 6))),
            new(NDArray.Of(array.AsMemory(0, 4))),
            new(NDArray.Of(array.AsMemory(4, 0))),
        ];
        foreach (var p in parts) p.Grad = NDArray.Of(Enumerable.Repeat(1f, (int)p.Value.Length).ToArray());
        new Optimizer(parts, new SGD(1)).Step();
        Assert.All(array, x => Assert.Equal(-1, x));
    }

    [Fact]
    public void Complex_numbers_and_their_parts_are_refused_together()
    {
        var (array, handle) = (new Complex[4], default(GCHandle));
        handle = GCHandle.Alloc(array, GCHandleType.Pinned);
        try
        {
            var second = NDArray.Of<double>(handle.AddrOfPinnedObject() + 16, array, 2);
            Assert.Contains("'z' and 'x'", Refused(("z", array), ("x", second)));
            Assert.Contains("'x' and 'z'", Refused(("x", second), ("z", array)));
        }
        finally { handle.Free(); }
    }

    [Fact]
    public void Addresses_that_overlap_are_refused()
    {
        var array = GC.AllocateArray<float>(10, pinned: true);
        var start = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        Assert.Contains("'a' and 'b'", Refused(("a", NDArray.Of<float>(start, array, 6)), ("b", NDArray.Of<float>(start + 20, array, 2))));
        Assert.NotNull(
            new Optimizer(
                [new Parameter(NDArray.Of<float>(start, array, 5)), new Parameter(NDArray.Of<float>(start + 20, array, 5))],
                new Adam()));
    }

    [Fact]
    public void A_buffers_flat_vector_and_its_parts_are_refused_together()
    {
        using var model = new ParameterBuffer<float>(("W", [3, 5]), ("b", [7]));
        Assert.Contains("'all' and 'b'", Refused(("all", model.FlatValues), ("b", model.Values["b"])));
    }

    [Fact]
    public void A_group_that_is_refused_leaves_nothing_behind()
    {
        var (array, extra) = (new float[4], new Parameter(new float[2], "extra"));
        var optimizer = new Optimizer([new Parameter(array, "a")], new Adam());
        Assert.Throws<ArgumentException>(() => optimizer.AddParamGroup(new(extra, new Parameter(NDArray.Of(array.AsMemory(1, 1)), "b"))));
        Assert.Throws<ArgumentException>(() => optimizer.AddParamGroup(new(extra) { ["lr"] = -1.0 }));
        Assert.Throws<ArgumentException>(() => optimizer.AddParamGroup(new(extra, new Parameter(new float[2], "a"))));
        Assert.Throws<ArgumentException>(() => optimizer.State(extra));
        optimizer.AddParamGroup(new(extra));
        Assert.Equal(2, optimizer.ParamGroups.Count);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Thousands_of_groups_are_added(bool ofOneArray)
    {
        var array = new float[4 * 8000];
        var groups = Enumerable
            .Range(0, 8000)
            .Select(i => new ParamGroup(new Parameter(ofOneArray ? NDArray.Of(array.AsMemory(4 * i, 4)) : new float[4], $"p{i}")))
            .ToArray();
        var optimizer = new Optimizer(groups, new SGD(1));
        Assert.Equal(8000, optimizer.ParamGroups.Count);
    }
}
