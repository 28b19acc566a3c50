using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Lift;

/// <summary>Very many step counts, and very many groups.</summary>
public class ManyTests
{
    const int Tensors = 2000, Groups = 8000;

    [Theory, InlineData("AdamW"), InlineData("LAMB"), InlineData("ASGD")]
    public void As_many_tensors_at_as_many_different_counts_have_the_bits_of_each_alone_and_allocate_nothing(string name)
    {
        var rule = Face.Rule(name);
        var all = Enumerable.Range(0, Tensors).Select(i => new Parameter(Face.Random<double>(new(i), [3]), $"p{i}")).ToArray();
        var optimizer = new Optimizer(all, rule);
        var g = Face.Random<double>(new(7), [3]);
        // In an order that is none of the counts': each is a turn of its own.
        var late = Enumerable.Range(0, Tensors).OrderBy(i => i * 911 % Tensors).ToArray();
        foreach (var i in late)
        {
            all[i].Grad = g;
            optimizer.Step();
        }
        Assert.Equal(0, AllocationTests.Bytes(optimizer));
        if (rule is IGradientRule { ModelScalars.Count: > 0 }) return; // LAMB counts a group's steps, so alone it would stand elsewhere

        foreach (var i in new[] { 0, 1, 911, 1234, Tensors - 1 })
        {
            var alone = new Parameter(Face.Random<double>(new(i), [3]), "p") { Grad = g };
            var one = new Optimizer([alone], rule);
            while (one.State(alone).Step < optimizer.State(all[i]).Step) one.Step();
            Assert.Equal(Face.Bits(alone.Value), Face.Bits(all[i].Value));
        }
        Assert.Equal(Tensors, all.Select(p => optimizer.State(p).Step).Distinct().Count());
    }

    [Fact]
    public void As_many_groups_of_one_tensor_are_made_stepped_saved_and_loaded()
    {
        Parameter[] Make() =>
            [.. Enumerable.Range(0, Groups).Select(i => new Parameter(new float[] { i }, $"p{i}") { Grad = new float[] { 1 } })];
        var (own, others) = (Make(), Make());
        Optimizer optimizer = new(own.Select(p => new ParamGroup(p)), new SGD(1, Momentum: 0.5)),
            fresh = new(others.Select(p => new ParamGroup(p)), new SGD(1, Momentum: 0.5));
        optimizer.Step();
        Assert.All(own.Index(), p => Assert.Equal(p.Index - 1f, p.Item.Value.As<float>().Data[0]));
        Assert.Equal(Groups, fresh.LoadStateDict(optimizer.StateDict()).Loaded.Count);
        Assert.Equal(0, AllocationTests.Bytes(optimizer));
    }
}
