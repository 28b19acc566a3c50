using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Goldens;

/// <summary>The situations of validation.json, each made for real.
/// Where an option is needed and none is recorded (SGD's lr), a valid one is given.</summary>
static class Situations
{
    static readonly Dictionary<string, Action<RuleInfo, Dictionary<string, object?>>> all = new()
    {
        ["lr_not_given"] = (rule, options) => { options.Remove("lr"); new Optimizer([Dense()], rule.Create(options)).Step(); },
        ["empty_list"] = (rule, options) => _ = new Optimizer(Array.Empty<Parameter>(), rule.Create(options)),
        ["two_param_groups"] = (rule, options) =>
            _ = new Optimizer([new ParamGroup(Dense()), new ParamGroup(Dense())], rule.Create(options)),
        ["duplicate_param_in_one_group"] = (rule, options) => { var p = Dense(); _ = new Optimizer([p, p], rule.Create(options)); },
        ["duplicate_param_across_groups"] = (rule, options) =>
        {
            var p = Dense();
            _ = new Optimizer([new ParamGroup(p), new ParamGroup(p)], rule.Create(options));
        },
        ["sparse_gradient"] = (rule, options) => new Optimizer([Sparse()], rule.Create(options)).Step(),
        ["dense_gradient"] = (rule, options) => new Optimizer([Dense()], rule.Create(options)).Step(),
        ["one_dimensional_param"] = (rule, options) => _ = new Optimizer([new Parameter(new double[] { 1, 2, 3 })], rule.Create(options)),
        ["sparse_gradient_with_momentum_one_step"] = (rule, options) =>
        {
            options["momentum"] = 0.9;
            new Optimizer([Sparse()], rule.Create(options)).Step();
        },
        ["sparse_gradient_with_weight_decay"] = (rule, options) =>
        {
            options["weight_decay"] = 0.1;
            new Optimizer([Sparse()], rule.Create(options)).Step();
        },
        ["load_state_dict_other_param_count"] = (rule, options) =>
            new Optimizer([Dense(), Dense()], rule.Create(options)).LoadStateDict(
                new Optimizer([Dense()], rule.Create(options)).StateDict()),
        ["load_state_dict_other_group_count"] = (rule, options) =>
            new Optimizer([new ParamGroup(Dense()), new ParamGroup(Dense())], rule.Create(options)).LoadStateDict(
                new Optimizer([Dense()], rule.Create(options)).StateDict()),
    };

    static readonly Dictionary<string, string> impossible = new()
    {
        ["single_tensor_instead_of_iterable"] = "a tensor in place of a list of parameters does not compile in C#",
    };

    public static IEnumerable<string> Known => all.Keys;

    /// <summary>Why a situation cannot arise here, or null.</summary>
    public static string? Impossible(string situation) => impossible.GetValueOrDefault(situation);

    public static void Make(Golden c)
    {
        var options = c.Json.GetProperty("options").Options();
        if (c.Optimizer == "SGD") options.TryAdd("lr", 0.1);
        all[c.Json.GetProperty("situation").GetString()!](c.Rule, options);
    }

    static Parameter Dense() => new(NDArray.Of(new double[] { 1, 2 }, 1, 2)) { Grad = NDArray.Of(new double[] { 1, 1 }, 1, 2) };
    static Parameter Sparse() =>
        new(Matrix<double>.Build.Dense(3, 2, 1)) { Grad = Matrix<double>.Build.SparseOfIndexed(3, 2, [(1, 0, 0.5), (1, 1, -0.5)]) };
}
