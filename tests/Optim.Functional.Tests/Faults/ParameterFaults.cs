using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

public class ParameterFaults
{
    static string Refused(IRule rule, params ParamGroup[] groups)
    {
        var message = Assert.Throws<ArgumentException>(() => new Optimizer(groups, rule)).Message;
        // What was refused can still be used: nothing was attached.
        Assert.All(groups, group => Assert.Throws<InvalidOperationException>(() => group.Rule));
        return message;
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void An_empty_parameter_list_is_refused(string rule)
    {
        Assert.Contains($"{rule}: got an empty parameter list", Refused(Face.Rule(rule)));
        Assert.Contains($"{rule}: got an empty parameter list", Refused(Face.Rule(rule), new ParamGroup()));
    }

    [Fact]
    public void The_same_parameter_twice_is_refused()
    {
        var p = Face.Single("w", 3);
        Assert.Contains("'w' of shape [3] stands twice in one group", Assert.Throws<ArgumentException>(() => new ParamGroup(p, p)).Message);
        Assert.Contains("'w' of shape [3] stands in two groups", Refused(new Adam(), new ParamGroup(p), new ParamGroup(p)));
    }

    [Fact]
    public void Two_parameters_over_one_array_are_refused()
    {
        var array = new float[6];
        var message = Refused(
            new Adam(),
            new ParamGroup(new Parameter(array, "tied")),
            new ParamGroup(new Parameter(NDArray.Of(array, 2, 3), "weights")));
        Assert.All(["Adam", "'tied' and 'weights'", "[6]", "[2, 3]", "share one array"], part => Assert.Contains(part, message));
    }

    [Fact]
    public void Mixed_element_types_are_refused()
    {
        var message = Refused(new Adam(), new ParamGroup(Face.Single("a", 2)), new ParamGroup(Face.Double("bb", 2)));
        Assert.All(["'bb'", "float64 (C# double, F# float)", "float32 (C# float)"], part => Assert.Contains(part, message));
    }

    [Fact]
    public void Names_for_some_only_are_refused()
    {
        Assert.Contains(
            "some parameters of the group have names",
            Refused(new Adam(), new ParamGroup(Face.Single("a", 2), Face.Single(null, 3))));
        Assert.Contains(
            "those of another have none",
            Refused(new Adam(), new ParamGroup(Face.Single("a", 2)), new ParamGroup(Face.Single(null, 2))));
        Assert.Contains("have the name 'a'", Refused(new Adam(), new ParamGroup(Face.Single("a", 2)), new ParamGroup(Face.Single("a", 2))));
    }

    [Fact]
    public void LBFGS_refuses_a_second_group()
    {
        Assert.Contains(
            "LBFGS: supports one parameter group only",
            Refused(new LBFGS(), new ParamGroup(Face.Single("a", 2)), new ParamGroup(Face.Single("b", 2))));
        var optimizer = new Optimizer([Face.Single("a", 2)], new LBFGS());
        Assert.Contains(
            "one parameter group only",
            Face.Refused<ArgumentException>(optimizer, () => optimizer.AddParamGroup(new(Face.Single("b", 2)))));
    }

    [Fact]
    public void A_group_of_another_optimizer_is_refused_and_stays_there()
    {
        var group = new ParamGroup(Face.Single("a", 2));
        var (owner, other) = (new Optimizer([group], new Adam()), new Optimizer([Face.Single("bb", 2)], new SGD(0.1)));
        Assert.Contains(
            "SGD: the parameter group is part of an optimizer already",
            Face.Refused<ArgumentException>(other, () => other.AddParamGroup(group)));
        Assert.Same(group, owner.ParamGroups[0]);
        Assert.IsType<Adam>(group.Rule);
    }

    [Fact]
    public void Groups_of_a_constructor_that_failed_can_be_used_again()
    {
        var (good, bad) = (new ParamGroup(Face.Single("a", 2)), new ParamGroup(Face.Single("bb", 2)) { ["lr"] = -1 });
        Assert.Contains("got -1", Refused(new Adagrad(), good, bad));
        bad["lr"] = 1;
        Assert.Equal(2, new Optimizer([good, bad], new Adagrad(InitialAccumulatorValue: 3)).ParamGroups.Count);
        Assert.Equal([3, 3], good.States[0].Slots["sum"].As<float>().Data);
    }

    [Fact]
    public void Null_is_named()
    {
        float[] none = null!;
        Assert.Contains("the value of parameter 'w'", Assert.Throws<ArgumentNullException>(() => new Parameter(none, "w")).Message);
        Assert.Contains("parameter 'w': got null", Assert.Throws<ArgumentNullException>(() => Params.Of(("w", none))).Message);
        Assert.Contains("the name of a parameter", Assert.Throws<ArgumentNullException>(() => Params.Of((null!, new float[1]))).Message);
        Assert.Contains("a parameter of the group", Assert.Throws<ArgumentNullException>(() => new ParamGroup([null!])).Message);
        Assert.Contains("the rule", Assert.Throws<ArgumentNullException>(() => new Optimizer([Face.Single("a", 2)], null!)).Message);
        Assert.Contains(
            "the parameter group",
            Assert
                .Throws<ArgumentNullException>(() => new Optimizer([Face.Single("a", 2)], new Adam()).AddParamGroup(null!))
                .Message);
        Assert.Contains(
            "the state dict",
            Assert
                .Throws<ArgumentNullException>(() => new Optimizer([Face.Single("a", 2)], new Adam()).LoadStateDict(null!))
                .Message);
    }

    [Fact]
    public void A_sparse_or_diagonal_parameter_is_refused()
    {
        Assert.Contains("'w' is sparse", Assert.Throws<ArgumentException>(() => new Parameter(Vector<float>.Build.Sparse(3), "w")).Message);
        Assert.Contains(
            "'w' is sparse",
            Assert.Throws<ArgumentException>(() => new Parameter(Matrix<float>.Build.DenseIdentity(3).ToSparse(), "w")).Message);
        Assert.Contains(
            "'w' is sparse",
            Assert.Throws<ArgumentException>(() => new Parameter(Matrix<float>.Build.Diagonal(3, 3, 1), "w")).Message);
    }

    [Theory, InlineData(-1, -6), InlineData(0, -1), InlineData(65536, 65536), InlineData(2, 4), InlineData(int.MaxValue, int.MaxValue)]
    public void A_shape_that_is_not_the_arrays_is_refused(int rows, int columns) =>
        Assert.Contains(
            $"[{rows}, {columns}]",
            Assert.Throws<ArgumentException>(() => NDArray.Of(new float[rows == 65536 || rows == 0 ? 0 : 6], rows, columns)).Message);

    [Fact]
    public void What_is_no_tensor_is_refused_by_its_type()
    {
        Assert.Contains("System.Int32[]", Assert.Throws<ArgumentException>(() => NDArray.From(new int[2])).Message);
        Assert.Contains("Half", Assert.Throws<ArgumentException>(() => NDArray.Of(new Half[2])).Message);
    }

    [Fact]
    public void The_state_of_a_foreign_parameter_is_refused() =>
        Assert.Contains(
            "Adam: 'b",
            Assert
                .Throws<ArgumentException>(() => new Optimizer([Face.Single("a", 2)], new Adam()).State(Face.Single("b", 2)))
                .Message);
}

static class Sparsely
{
    public static Matrix<float> ToSparse(this Matrix<float> dense) => Matrix<float>.Build.SparseOfMatrix(dense);
}
