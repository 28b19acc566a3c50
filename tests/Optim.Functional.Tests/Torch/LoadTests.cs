using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.TorchFace;

public class LoadTests
{
    static Optimizer Make(string rule, params (string? Name, int Size)[] parameters) =>
        new(parameters.Select(p => Face.Single(Face.Rule(rule), p.Name, p.Size)), Face.Rule(rule));

    static Optimizer Stepped(string rule, params (string? Name, int Size)[] parameters)
    {
        var optimizer = Make(rule, parameters);
        for (var t = 0; t < 4; t++) Face.Step(optimizer, t);
        return optimizer;
    }

    static Parameter Named(Optimizer o, string name) => o.ParamGroups.SelectMany(g => g.Parameters).First(p => p.Name == name);

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void With_names_on_both_sides_the_order_does_not_matter(string rule)
    {
        var (from, to) = (Stepped(rule, ("a", 2), ("b", 3)), Make(rule, ("b", 3), ("a", 2)));
        to.LoadStateDict(Face.Again(from.StateDict()));
        Assert.All(["a", "b"], name => Assert.Equal(from.State(Named(from, name)).ToString(), to.State(Named(to, name)).ToString()));
    }

    [Fact]
    public void LBFGS_vectors_are_put_into_the_order_of_the_names()
    {
        var (from, to) = (Stepped("LBFGS", ("a", 2), ("b", 3), ("c", 1)), Make("LBFGS", ("c", 1), ("a", 2), ("b", 3)));
        to.LoadStateDict(Face.Again(from.StateDict()));
        var (d, moved) = (from.Memory().D!.As<float>().Data, to.Memory().D!.As<float>().Data);
        Assert.Equal([d[5], .. d[..5]], moved);
        Assert.Equal(from.Memory().OldDirs.Count, to.Memory().OldDirs.Count);
    }

    [Fact]
    public void LBFGS_keeps_its_own_vectors_when_a_parameter_is_missing()
    {
        var (from, to) = (Stepped("LBFGS", ("a", 2), ("b", 3)), Stepped("LBFGS", ("a", 2), ("c", 3)));
        var before = Face.Snapshot(to);
        Assert.Equal(
            ["'b' is in the saved state, but not in the optimizer", "'c' is in the optimizer, but not in the saved state"],
            to.LoadStateDict(from.StateDict(), strict: false).Differences);
        Assert.Equal(before, Face.Snapshot(to));
    }

    [Theory]
    [InlineData("\"ro\":[", "\"ro\":[1,", "1 old_dirs, 1 old_stps and 2 ro, wanted the same number of each")]
    [InlineData("\"n_iter\":", "\"n_iter\":0.5,\"n\":", "LBFGS: n_iter is not a whole number from 0 in the saved state")]
    [InlineData("\"H_diag\":", "\"h_diag\":", "the saved state has 'h_diag', which LBFGS has not")]
    public void A_state_of_LBFGS_that_is_not_whole_is_refused(string right, string wrong, string told)
    {
        var optimizer = new Optimizer([Face.Double("a", 4)], new LBFGS(MaxIter: 3));
        optimizer.Step(() => Face.Quadratic([Named(optimizer, "a")], 1));
        var text = optimizer.StateDict().ToJson();
        Assert.Contains(right, text);
        Assert.Contains(
            told,
            Face.Refused<ArgumentException>(optimizer, () =>
                optimizer.LoadStateDict(StateDict.FromJson(text.Replace(right, wrong)))));
    }

    [Fact]
    public void Without_names_on_one_side_the_order_decides()
    {
        var (from, to) = (Stepped("Adam", ("a", 2), ("b", 2)), Make("Adam", (null, 2), (null, 2)));
        Assert.True(to.LoadStateDict(from.StateDict()).Complete);
        Assert.Equal(from.State(Named(from, "b")).ToString(), to.State(to.ParamGroups[0].Parameters[1]).ToString());
    }

    [Fact]
    public void All_differences_are_listed_at_once_and_nothing_is_changed()
    {
        var from = Stepped("RMSprop", ("a", 2), ("b", 3), ("old", 1));
        from.ParamGroups[0]["lr"] = 0.5;
        var text = from.StateDict()
            .ToJson()
            .Replace("\"alpha\":0.99", "\"alpha\":-1,\"rho\":1")
            .Replace("\"eps\":1E-08", "\"eps\":\"small\"");
        var to = Stepped("RMSprop", ("a", 2), ("b", 4), ("new", 1));
        var message = Face.Refused<ArgumentException>(to, () => to.LoadStateDict(StateDict.FromJson(text)));
        Assert.All(
            [
                "RMSprop",
                "'old' is in the saved state",
                "'new' is in the optimizer",
                "alpha must be in [0, 1], got -1",
                "'rho'",
                "eps must be a number, got 'small'",
                "'b': square_avg has shape [3] in the saved state, the parameter [4]",
            ],
            part => Assert.Contains(part, message));
    }

    [Fact]
    public void Another_number_of_groups_is_refused()
    {
        var to = new Optimizer([new ParamGroup(Face.Single("a", 2)), new ParamGroup(Face.Single("b", 3))], new Adam());
        Assert.Contains(
            "1 parameter groups, the optimizer 2",
            Face.Refused<ArgumentException>(to, () => to.LoadStateDict(Stepped("Adam", ("a", 2), ("b", 3)).StateDict())));
    }

    [Fact]
    public void A_parameter_that_moved_to_another_group_is_told()
    {
        Optimizer Of(int split) =>
            new(
                [
                    new ParamGroup(new[] { "a", "b", "c" }[..split].Select(n => Face.Single(n, 2))),
                    new ParamGroup(new[] { "a", "b", "c" }[split..].Select(n => Face.Single(n, 2))),
                ],
                new Adam());
        var to = Of(2);
        Assert.Contains(
            "'b' is in group 1 of the saved state, in group 0",
            Face.Refused<ArgumentException>(to, () => to.LoadStateDict(Of(1).StateDict())));
    }

    [Fact]
    public void Without_names_another_group_size_is_refused()
    {
        var to = Make("Adam", (null, 2));
        Assert.Contains(
            "group 0 has 2 parameters in the saved state, 1 in the optimizer",
            Face.Refused<ArgumentException>(to, () => to.LoadStateDict(Stepped("Adam", (null, 2), (null, 2)).StateDict())));
    }

    public static TheoryData<string, string> Pairs =>
        [.. from a in Registry.All from b in Registry.All where a != b select (a.Name, b.Name)];

    [Theory, MemberData(nameof(Pairs))]
    public void The_state_of_another_rule_is_refused(string saved, string rule)
    {
        var to = Stepped(rule, ("a", 2), ("b", 3));
        var message = Face.Refused<ArgumentException>(to, () =>
            to.LoadStateDict(Face.Again(Stepped(saved, ("a", 2), ("b", 3)).StateDict())));
        Assert.Contains($"{rule}: the saved state does not fit", message);
        Assert.Contains($"made by {saved}", message);
    }

    [Fact]
    public void Not_strict_loads_what_fits_and_reports_the_rest()
    {
        var (from, to) = (Stepped("Adam", ("a", 2), ("b", 3)), Stepped("Adam", ("a", 2), ("b", 4)));
        from.ParamGroups[0]["lr"] = 0.5;
        var kept = to.State(Named(to, "b")).ToString();
        var report = to.LoadStateDict(from.StateDict(), strict: false);
        Assert.Equal(["'a'"], report.Loaded);
        Assert.Equal(2, report.Differences.Count);
        Assert.Equal(from.State(Named(from, "a")).ToString(), to.State(Named(to, "a")).ToString());
        Assert.Equal(kept, to.State(Named(to, "b")).ToString());
        Assert.Equal(0.5, to.ParamGroups[0].Lr);
    }

    [Fact]
    public void Not_strict_takes_the_options_that_are_right_beside_one_that_is_wrong()
    {
        var to = Make("Adam", ("a", 2));
        to.LoadStateDict(
            StateDict.FromJson(
                to.StateDict().ToJson().Replace("\"lr\":0.001", "\"lr\":-1").Replace("\"eps\":1E-08", "\"eps\":0.5")),
            strict: false);
        Assert.Equal(new Adam(Eps: 0.5), to.ParamGroups[0].Rule);
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Loading_replaces_what_an_optimizer_had_gathered(string rule)
    {
        var (from, to) = (Make(rule, ("a", 2), ("b", 3)), Stepped(rule, ("a", 2), ("b", 3)));
        to.LoadStateDict(from.StateDict());
        Assert.Equal(from.StateDict().ToJson(), to.StateDict().ToJson());
    }

    [Fact]
    public void A_state_of_float32_goes_into_float64_parameters_exactly()
    {
        var (from, to) = (Stepped("Adam", ("a", 3)), new Optimizer([Face.Double("a", 3)], new Adam()));
        to.LoadStateDict(Face.Again(from.StateDict()));
        Assert.Equal(
            from.State(Named(from, "a")).Slots["exp_avg"].As<float>().Data.Select(x => (double)x),
            to.State(Named(to, "a")).Slots["exp_avg"].As<double>().Data);
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void A_column_major_matrix_and_a_row_major_tensor_continue_from_each_other(string rule)
    {
        var (matrix, own) = (Matrix<double>.Build.DenseOfRowArrays([1, 2, 3], [-4, 5, 6]), Face.Rule(rule));
        var columns = new Optimizer([new Parameter(matrix, "w")], own);
        var rows = new Optimizer([new Parameter(NDArray.Of<double>([1, 2, 3, -4, 5, 6], 2, 3), "w")], own);
        void Both(double shift)
        {
            double Closure(Optimizer o)
            {
                var p = Named(o, "w");
                var g = p.Value.As<double>().ToArray().Select((x, i) => x * (i + 1) - shift).ToArray();
                p.Grad = Face.Taken(own, NDArray.Of(g, 2, 3));
                return g.Sum(x => x * x);
            }
            columns.Step(() => Closure(columns));
            rows.Step(() => Closure(rows));
        }
        Both(1);
        var (ofColumns, ofRows) = (Face.Again(columns.StateDict()), Face.Again(rows.StateDict()));
        columns.LoadStateDict(ofRows);
        rows.LoadStateDict(ofColumns);
        Both(2);
        if (!Face.AddsUp(own)) Assert.Equal(Face.Snapshot(rows), Face.Snapshot(columns));
        Face.Same(own, Named(rows, "w").Value, matrix);
        foreach (var (key, slot) in rows.State(Named(rows, "w")).Slots) Face.Same(own, slot, columns.State(Named(columns, "w")).Slots[key]);
    }
}
