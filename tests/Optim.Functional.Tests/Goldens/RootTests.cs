namespace Optim.Functional.Tests.Goldens;

/// <summary>Inverse roots beside those of 70 digits, and refinements of a basis beside their authors'.</summary>
public class RootTests
{
    const string Root = "inverse_root", Refinement = "eigen_qr_refinement";

    public static IEnumerable<TheoryDataRow<string>> Roots => GoldenFolder.Rows(Kind.Roots, c => Is(c, Root));
    public static IEnumerable<TheoryDataRow<string>> Refinements => GoldenFolder.Rows(Kind.Roots, c => Is(c, Refinement));

    public static bool Known(Golden c) => c.Has("kind") && (Is(c, Root) || Is(c, Refinement));

    static bool Is(Golden c, string kind) => c.Json.GetProperty("kind").GetString() == kind;

    /// <summary>Ten times as far as the eigenvalues of Meta's code lead, in float64 too, or some roundings.</summary>
    static Tolerance Near(double theirs) => new("inverse roots (relative to the largest)", Math.Max(1e-14, 10 * theirs), x => x);

    [Theory, MemberData(nameof(Roots))]
    public void An_inverse_root_is_that_of_70_digits(string at) => Tally.Run(at, c =>
    {
        var (n, ε, A) = (c.Json.Whole("n"), c.Json.GetProperty("epsilon").Number(), c.Json.GetProperty("A").Doubles());
        foreach (var root in c.Json.GetProperty("roots").EnumerateArray())
        {
            var (p, want, got) = (root.Whole("p"), root.GetProperty("expected").Doubles(), new double[n * n]);
            Assert.True(Decomposition.Eigen<double>(A, n, ε)!.InverseRoot(1.0 / p, ε, got.AsSpan(), Execution.Default));
            var theirs = root.GetProperty("facebook").GetProperty("eigen").GetProperty("max_rel_vs_expected").Number();
            Compare.Arrays(c, $"the inverse root {p}", got, want, Near(theirs), Compare.Size(want));
        }
    });

    [Theory, MemberData(nameof(Refinements))]
    public void A_refined_basis_is_the_authors_up_to_signs(string at) => Tally.Run(at, c =>
    {
        double[] Of(string key) => c.Json.GetProperty(key).Doubles();
        var (n, A, Q, values) = (c.Json.Whole("n"), Of("A"), Of("Q0"), Of("eigenvalues_ascending"));
        Compare.Arrays(c, "eigenvalues", Decomposition.Eigen<double>(A, n)!.Values, [.. values.Reverse()], Near(0), Compare.Size(values));
        var (AQ, next) = (Product(A, Q, n), new double[n * n]);
        double[] quotients = [.. Enumerable.Range(0, n).Select(j => Enumerable.Range(0, n).Sum(i => Q[i * n + j] * AQ[i * n + j]))];
        Compare.Arrays(c, "quotients", quotients, Of("estimated_eigenvalues_of_Q0_columns"), Near(0), Compare.Size(quotients));
        var order = Decomposition.Descending(quotients);
        Assert.Equal(c.Json.GetProperty("order_descending").Integers(), order);
        Assert.True(Decomposition.Orthogonal<double>(AQ, n, order, next));
        foreach (var theirs in (string[])["power_iteration_qr_R_diag_positive", "soap_one_refinement"])
            Compare.Arrays(c, theirs, Array.ConvertAll(next, Math.Abs), Array.ConvertAll(Of(theirs), Math.Abs), Near(0), Compare.Size(next));
        Assert.Equal(Of("soap_exp_avg_sq_after"), order.Select(j => Of("soap_exp_avg_sq_before")[j]));
    });

    static double[] Product(double[] a, double[] b, int n) =>
        [.. Enumerable.Range(0, n * n).Select(k => Enumerable.Range(0, n).Sum(i => a[k / n * n + i] * b[i * n + k % n]))];
}
