using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

public class GradientFaults
{
    static Optimizer Stepped(string rule, NonFinite nonFinite = NonFinite.Propagate)
    {
        var own = Face.Rule(rule);
        var optimizer = new Optimizer([new ParamGroup(Face.Double(own, "a", 3)), new ParamGroup(Face.Double("w", 2, 3))], own, nonFinite);
        for (var t = 0; t < 3; t++) Face.Step(optimizer, t);
        foreach (var p in optimizer.ParamGroups.SelectMany(g => g.Parameters)) p.Grad = Face.Taken(own, p.Value.NewLike(0.5));
        return optimizer;
    }

    static Parameter W(Optimizer o) => o.ParamGroups[1].Parameters[0];

    [Fact]
    public void A_gradient_of_another_shape_is_refused_at_the_write()
    {
        var optimizer = Stepped("Adam");
        var message = Face.Refused<ArgumentException>(optimizer, () => W(optimizer).Grad = NDArray.Of(new double[6], 3, 2));
        Assert.Contains(
            "gradient of 'w' has shape [3, 2], the parameter [2, 3]. Was it computed for another parameter, or transposed?",
            message);
    }

    [Fact]
    public void A_gradient_of_another_type_is_refused_at_the_write()
    {
        var optimizer = Stepped("Adam");
        Assert.Contains(
            "gradient of 'w' has elements of type float32 (C# float), the parameter float64 (C# double, F# float)",
            Face.Refused<ArgumentException>(optimizer, () => W(optimizer).Grad = new float[6]));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Sparse_gradients_are_taken_by_SGD_Adagrad_and_SparseAdam_only(string rule)
    {
        var optimizer = Stepped(rule);
        W(optimizer).Grad = Matrix<double>.Build.SparseOfIndexed(2, 3, [(1, 2, 4.0)]);
        if (rule is "SGD" or "Adagrad" or "SparseAdam") optimizer.Step();
        else
            Assert.Contains(
                $"{rule}: the gradient of 'w' is sparse, and {rule} does not support sparse gradients",
                Face.Refused<ArgumentException>(optimizer, optimizer.Step));
    }

    [Theory, InlineData("SGD"), InlineData("Adagrad")]
    public void Sparse_gradients_with_weight_decay_are_refused(string rule)
    {
        var optimizer = Stepped(rule);
        optimizer.ParamGroups[1]["weight_decay"] = 0.25;
        W(optimizer).Grad = Matrix<double>.Build.SparseOfIndexed(2, 3, [(1, 2, 4.0)]);
        Assert.Contains(
            $"{rule}: the gradient of 'w' is sparse and weight_decay is 0.25",
            Face.Refused<ArgumentException>(optimizer, optimizer.Step));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Throw_names_parameter_index_and_value_and_leaves_everything(string rule)
    {
        var optimizer = Stepped(rule, NonFinite.Throw);
        W(optimizer).Grad = Face.Taken(Face.Rule(rule), NDArray.Of<double>([0, 0, 0, 0, double.NegativeInfinity, double.NaN], 2, 3));
        Assert.Contains(
            $"{rule}: the gradient of 'w' is -Infinity at element 4 (row 1, column 1)",
            Face.Refused<ArgumentException>(optimizer, optimizer.Step));
    }

    [Fact]
    public void A_dense_gradient_is_refused_by_SparseAdam_which_names_it()
    {
        var optimizer = Stepped("SparseAdam");
        W(optimizer).Grad = NDArray.Of(new double[6], 2, 3);
        Assert.Contains("SparseAdam: the gradient of 'w' is dense, and SparseAdam takes sparse ones only",
            Face.Refused<ArgumentException>(optimizer, optimizer.Step));
    }

    [Fact]
    public void Throw_names_row_and_column_of_column_major_and_sparse_gradients()
    {
        var optimizer = Stepped("SGD", NonFinite.Throw);
        var dense = Matrix<double>.Build.Dense(2, 3);
        dense[1, 0] = double.NaN;
        W(optimizer).Grad = dense;
        Assert.Contains("row 1, column 0", Face.Refused<ArgumentException>(optimizer, optimizer.Step));
        W(optimizer).Grad = Matrix<double>.Build.SparseOfIndexed(2, 3, [(0, 1, 4.0), (1, 2, double.NaN)]);
        Assert.Contains("row 1, column 2", Face.Refused<ArgumentException>(optimizer, optimizer.Step));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Skip_leaves_the_whole_step_out_and_the_next_one_is_made(string rule)
    {
        var (optimizer, never) = (Stepped(rule, NonFinite.Skip), Stepped(rule));
        W(optimizer).Grad!.As<double>().Data[5] = double.NaN;
        optimizer.Step();
        W(optimizer).Grad!.As<double>().Data[5] = 0.5;
        Assert.Equal(Face.Snapshot(never), Face.Snapshot(optimizer));
        optimizer.Step();
        never.Step();
        Assert.Equal(Face.Snapshot(never), Face.Snapshot(optimizer));
    }

    [Fact]
    public void By_default_a_NaN_goes_on_into_the_parameter_as_in_torch()
    {
        var optimizer = Stepped("Adam");
        W(optimizer).Grad!.As<double>().Data[5] = double.NaN;
        optimizer.Step();
        Assert.Equal([5], W(optimizer).Value.As<double>().Data.Index().Where(x => double.IsNaN(x.Item)).Select(x => x.Index));
    }

    [Fact]
    public void What_the_rule_says_of_non_finite_gradients_goes_for_the_optimizer()
    {
        var p = new Parameter(new float[1], "p") { Grad = new[] { float.NaN } };
        Assert.Throws<ArgumentException>(new Optimizer([p], new Adam().OnNonFinite(NonFinite.Throw)).Step);
        Assert.Equal(0, p.Value.As<float>().Data[0]);
    }
}
