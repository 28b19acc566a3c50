namespace Optim.Functional.Tests.Linear;

/// <summary>What cannot be decomposed changes nothing, and is counted.</summary>
public class DecompositionTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_matrix_with_a_number_that_is_not_finite_has_no_decomposition(double odd)
    {
        double[] a = [1, odd, odd, 2], q = [1, 0, 0, 1];
        Assert.Null(Decomposition.Eigen<double>(a, 2));
        Assert.False(Decomposition.Orthogonal<double>(a, 2, [0, 1], q));
        Assert.Equal([1, 0, 0, 1], q);
    }

    [Fact]
    public void A_root_beyond_the_element_type_leaves_what_there_is()
    {
        float[] root = [3];
        Assert.False(Decomposition.Eigen<float>([1e-30f], 1)!.InverseRoot(2, 0, root.AsSpan(), Execution.Default));
        Assert.Equal([3], root);
    }

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e300)]
    [InlineData(0)]
    public void Eigenvectors_of_any_size_of_matrix_are_a_basis(double size)
    {
        double[] a = [2 * size, size, size, size], q = new double[4];
        var found = Decomposition.Eigen<double>(a, 2)!;
        found.CopyTo(q.AsSpan());
        IsBasis(q, 2);
        Assert.Equal((3 + Math.Sqrt(5)) / 2 * size, found.Values[0], 1e-14 * size);
        Assert.True(Decomposition.Orthogonal<double>(a, 2, [0, 1], q));
        IsBasis(q, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void A_matrix_of_one_row_only_still_gives_a_whole_basis(int n)
    {
        var (random, a, q) = (new Random(n), new double[n * n], new double[n * n]);
        double[] row = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        for (var k = 0; k < a.Length; k++) a[k] = row[k / n] * row[k % n];
        Decomposition.Eigen<double>(a, n)!.CopyTo(q.AsSpan());
        IsBasis(q, n);
        Assert.True(Decomposition.Orthogonal<double>(a, n, [.. Enumerable.Range(0, n)], q));
        IsBasis(q, n);
    }

    static void IsBasis(double[] q, int n)
    {
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                Assert.Equal(i == j ? 1 : 0, Enumerable.Range(0, n).Sum(k => q[k * n + i] * q[k * n + j]), 1e-13);
    }

    [Fact]
    public void SOAP_keeps_its_basis_where_a_factor_is_not_finite_and_says_so()
    {
        var (rule, θ) = (new SOAP(PreconditionFrequency: 1), Params.Of(("", NDArray.Of([1.0, 2, 3, 4, 5, 6], 2, 3))));
        var g = Params.Of(("", NDArray.Of([0.5, 1, -1, 2, 0, 1], 2, 3)));
        var bad = Params.Of(("", NDArray.Of([double.NaN, 1, 1, 1, 1, 1], 2, 3)));
        var s = rule.Init(θ);
        for (var t = 0; t < 3; t++) (θ, s) = rule.Step(θ, g, s);
        Assert.Equal([0], s[0].Slots["failed_refreshes"].As<double>().Data);
        var basis = s[0].Slots["Q"].As<double>().Data.ToArray();
        (θ, s) = rule.Step(θ, bad, s);
        Assert.Equal(basis, s[0].Slots["Q"].As<double>().Data);
        Assert.Equal([2], s[0].Slots["failed_refreshes"].As<double>().Data); // of rows and of columns
    }

    [Fact]
    public void SOAP_begins_with_the_identity_where_the_first_gradient_is_not_finite()
    {
        var (rule, θ) = (new SOAP(), Params.Of(("", NDArray.Of([1.0, 2, 3, 4], 2, 2))));
        var s = rule.Step(θ, Params.Of(("", NDArray.Of([double.NaN, 1, 1, 1], 2, 2))), rule.Init(θ)).State;
        Assert.Equal([1, 0, 0, 1, 1, 0, 0, 1], s[0].Slots["Q"].As<double>().Data);
        Assert.Equal([2], s[0].Slots["failed_refreshes"].As<double>().Data);
    }

    [Fact]
    public void SOAP_begins_anew_where_another_dimension_gets_a_factor()
    {
        Parameter p = new(NDArray.Of([1.0, 2, 3, 4, 5, 6], 2, 3)) { Grad = NDArray.Of([0.5, 1, -1, 2, 0, 1], 2, 3) };
        var optimizer = new Optimizer([p], new SOAP(MaxPrecondDim: 2));
        for (var t = 0; t < 3; t++) optimizer.Step();
        Assert.Equal(4, optimizer.State(p).Slots["Q"].Length);
        double[] before = [.. p.Value.As<double>().Data];
        optimizer.ParamGroups[0]["max_precond_dim"] = 3;
        optimizer.Step();
        Assert.Equal(before, p.Value.As<double>().Data);
        Assert.Equal(13, optimizer.State(p).Slots["Q"].Length);
        optimizer.Step();
        Assert.NotEqual(before, p.Value.As<double>().Data);
    }
}
