using TorchSharp;
using static TorchSharp.torch;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace Optim.Functional.Tests;

/// <summary>Which memory is stepped where it is, and which is refused, with the reason.</summary>
public class MemoryTests : TorchTests
{
    const double Lr = 0.5;

    static TorchOptimizer Over(TorchParameter parameter) => TorchOptimizer.Of([new([("w", parameter)])], new SGD(Lr));

    /// <summary>A step with a gradient of 1, 2, 3, ... row by row, whose own strides are those of a function of it.</summary>
    static void StepsRight(TorchParameter parameter, Func<Tensor, Tensor>? gradient = null)
    {
        var g = arange(1, parameter.numel() + 1, parameter.dtype).reshape(parameter.shape);
        var wanted = parameter.detach() - g * Lr;
        parameter.grad = (gradient ?? (x => x))(g);
        using var optimizer = Over(parameter);
        optimizer.step();
        Assert.True(Models.AreEqual(parameter.detach(), wanted));
    }

    [Fact]
    public void What_is_stepped_is_libtorchs_own_memory()
    {
        var w = new TorchParameter(rand(4, 3));
        using var optimizer = Over(w);
        var core = ((NDArray<float>)optimizer.Core.ParamGroups[0].Parameters[0].Value).Span;
        core[5] = 42;
        Assert.Equal(42, w[1, 2].item<float>());
    }

    [Fact]
    public void Float64_is_stepped() => StepsRight(new(rand(4, 3, ScalarType.Float64)));

    [Fact]
    public void A_scalar_is_stepped() => StepsRight(new(tensor(3f)));

    [Fact]
    public void A_parameter_of_no_elements_is_left_alone() => StepsRight(new(zeros(0, 3)));

    [Fact]
    public void Complex_numbers_are_stepped() => StepsRight(new(rand(4, 3, ScalarType.ComplexFloat64)));

    [Fact]
    public void A_transposed_matrix_is_stepped_where_it_is()
    {
        StepsRight(new(rand(4, 3).t()));
        StepsRight(new(rand(4, 3).t()), g => g.t().contiguous().t());
    }

    [Fact]
    public void A_gradient_of_other_strides_is_copied()
    {
        StepsRight(new(rand(4, 3)), g => g.t().contiguous().t());
        StepsRight(new(rand(4, 3)), g => cat([g, g], 1)[TensorIndex.Colon, TensorIndex.Slice(0, 3)]);
        StepsRight(new(rand(2, 3, 4, 5)), g => g.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
    }

    [Fact]
    public void A_part_of_a_larger_tensor_that_stands_together_is_stepped() =>
        StepsRight(new(rand(8, 3)[TensorIndex.Slice(2, 6)].detach()));

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void Half_precision_is_refused_with_what_helps(ScalarType type)
    {
        var message = Refused(new(rand(4, 3).to(type)));
        Assert.Contains($"'w' has elements of type {type}", message);
        Assert.Contains("keep the parameters in Float32", message);
    }

    [Fact]
    public void Gaps_are_refused_with_what_helps()
    {
        var message = Refused(new(rand(4, 6)[TensorIndex.Colon, TensorIndex.Slice(0, 3)].detach()));
        Assert.Contains("'w' of shape [4, 3] has strides [6, 1]", message);
        Assert.Contains("contiguous()", message);
    }

    [Fact]
    public void Another_device_is_refused() =>
        Assert.Contains("wanted: the CPU", Refused(new(zeros(4, 3, device: new Device(DeviceType.META)))));

    static string Refused(TorchParameter parameter) => Assert.Throws<ArgumentException>(() => Over(parameter)).Message;

    [Fact]
    public void A_gradient_of_another_shape_or_type_is_refused_and_nothing_changed()
    {
        var w = new TorchParameter(ones(4, 3));
        using var optimizer = Over(w);
        w.grad = ones(3, 4);
        Refuses(optimizer, "The gradient of 'w' has shape [3, 4], the parameter [4, 3]");
        w.grad = ones(4, 3, ScalarType.Float64);
        Refuses(optimizer, "elements of type Float64, the parameter Float32");
        Assert.True(Models.AreEqual(w.detach(), ones(4, 3)));
        Assert.Equal(0, optimizer.Core.Steps);
    }

    static void Refuses(TorchOptimizer optimizer, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => optimizer.step()).Message);

    [Fact]
    public void A_disposed_parameter_is_named()
    {
        var model = Models.Layers();
        using var optimizer = model.AdamW();
        model.Dispose();
        Assert.Contains("'a.weight' has been disposed", Assert.Throws<ObjectDisposedException>(() => optimizer.step()).Message);
    }

    [Fact]
    public void A_parameter_that_was_given_other_memory_is_named()
    {
        var w = new TorchParameter(ones(4, 3));
        using var optimizer = Over(w);
        using (no_grad()) w.set_(zeros(4, 3));
        Assert.Contains("'w' lies at another address", Assert.Throws<InvalidOperationException>(() => optimizer.step()).Message);
    }

    [Fact]
    public void An_embeddings_sparse_gradient_moves_its_rows_only()
    {
        using var embedding = nn.Embedding(10, 4, sparse: true);
        using var optimizer = embedding.SparseAdam(lr: 0.1);
        var before = Models.Numbers(embedding.weight!);
        embedding.call(tensor([3L, 7L, 3L])).sum().backward();
        optimizer.step();
        var after = Models.Numbers(embedding.weight!);
        Assert.Equal([3, 7], Enumerable.Range(0, after.Length).Where(i => after[i] != before[i]).Select(i => i / 4).Distinct());
    }

    [Fact]
    public void Rows_that_were_looked_up_twice_add_up_as_in_torch()
    {
        using var ours = nn.Embedding(10, 4, sparse: true);
        using var dense = nn.Embedding(10, 4);
        using (no_grad()) dense.weight!.copy_(ours.weight!);
        using var optimizer = ours.SGD(0.1);
        using var plain = dense.SGD(0.1);
        foreach (var module in (TorchSharp.Modules.Embedding[])[ours, dense])
            (module.call(tensor([3L, 7L, 3L])) * tensor([1f, 2, 3, 4])).sum().backward();
        optimizer.step();
        plain.step();
        Assert.Equal(Models.Numbers(dense.weight!), Models.Numbers(ours.weight!));
    }

    [Fact]
    public void A_rule_without_sparse_gradients_says_so()
    {
        using var embedding = nn.Embedding(10, 4, sparse: true);
        using var optimizer = embedding.Adam();
        embedding.call(tensor([3L])).sum().backward();
        Refuses(optimizer, "does not support sparse gradients");
    }

    [Fact]
    public void What_a_backward_of_second_order_gives_is_stepped_with()
    {
        var w = new TorchParameter(ones(3));
        using var optimizer = Over(w);
        (w * w * w).sum().backward(create_graph: true);
        optimizer.step();
        Assert.True(Models.AreEqual(w.detach(), ones(3) - 3 * Lr));
    }
}
