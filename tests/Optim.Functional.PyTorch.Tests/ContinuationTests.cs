using System.Text.Json;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>A run of torch's that goes on here, and one of ours that was saved as torch's: the parameters are those that torch
/// had.</summary>
public class ContinuationTests
{
    /// <summary>Of float64, relative to the number, or to 1 where it is smaller.</summary>
    const double Relative = 1e-12;

    /// <summary>torch went on with a mu_product of float32: 2^-24 of 0.004, in what a step of 0.02 is scaled by.</summary>
    const double RelativeOfNAdam = 1e-11;

    /// <summary>torch 1.13 has μt twice in the product of NAdam's next step, which later ones have not, and which is ours: that changes the
    /// factor of m by some 5e-4 at step 8, and θ by 1e-6 a step.</summary>
    const double RelativeOfNAdam1 = 1e-5;

    /// <summary>Of float32: units in the last place of the tensor's largest number, or of 1. Both sides round some ten times in a step, and
    /// what cancels has the error of what it is made of.</summary>
    const int Ulps = 2;

    public static TheoryData<string> Runs => [.. Data.Names("*.json").Where(name => !name.StartsWith("odd") && !name.StartsWith("lbfgs"))];
    public static TheoryData<string> Lbfgs => [.. Data.Names("lbfgs*.json")];

    [Theory]
    [MemberData(nameof(Runs))]
    public void It_goes_on_as_torch_went_on(string json) => GoesOn(json, path => path);

    [Theory]
    [MemberData(nameof(Runs))]
    public void Loaded_saved_and_loaded_again_it_goes_on_as_torch_went_on(string json)
    {
        using var folder = new TemporaryFolder();
        GoesOn(json, path =>
        {
            var (optimizer, _) = Run(Data.Json(json));
            optimizer.LoadStateDict(path);
            Checkpoint.Save(folder.Path("again.pt"), optimizer.StateDict());
            return folder.Path("again.pt");
        });
    }

    static void GoesOn(string json, Func<string, string> file)
    {
        var said = Data.Json(json);
        var (optimizer, parameters) = Run(said);
        var model = Data.Path(said.GetProperty("files").GetProperty("model").GetString()!);
        Assert.True(parameters.Values.LoadParameters(model).Complete);
        var report = optimizer.LoadStateDict(file(Data.Path(said.GetProperty("files").GetProperty("optimizer").GetString()!)));
        Assert.True(report.Complete, $"{report}");
        var on = said.GetProperty("continuation");
        var order = on.GetProperty("param_order").EnumerateArray().Select(n => parameters[n.GetString()!]).ToArray();
        foreach (var (grads, after) in on.GetProperty("grads").EnumerateArray().Zip(on.GetProperty("params_after").EnumerateArray()))
        {
            foreach (var (p, grad) in order.Zip(grads.EnumerateArray()))
                p.Grad = grad.ValueKind == JsonValueKind.Null ? null : Like(p.Value, Data.Numbers(grad));
            optimizer.Step();
            foreach (var (p, wanted) in order.Zip(after.EnumerateArray())) Near(json, p, Data.Numbers(wanted));
        }
    }

    static void Near(string json, Parameter p, double[] wanted)
    {
        var got = p.Value is NDArray<float> f ? Array.ConvertAll(f.ToArray(), x => (double)x) : p.Value.As<double>().ToArray();
        var largest = wanted.Append(1).Max(Math.Abs);
        for (var i = 0; i < wanted.Length; i++)
        {
            var most = p.Value is NDArray<float> ? Ulps * (MathF.BitIncrement((float)largest) - (float)largest)
                : RelativeOf(json) * Math.Max(1, Math.Abs(wanted[i]));
            var off = Math.Abs(got[i] - wanted[i]);
            Assert.True(
                off <= most, $"{json}, {p.Name}[{i}]: {got[i]:R}, torch has {wanted[i]:R}, off by {off / most:0.00} of what may be");
        }
    }

    static double RelativeOf(string json) =>
        json.StartsWith("nadam.torch1") ? RelativeOfNAdam1
        : json.StartsWith("nadam") ? RelativeOfNAdam
        : Relative;

    /// <summary>An optimizer as the file's was made, with other options than the file's, and its parameters, of zeros.</summary>
    static (Optimizer Optimizer, Dictionary<string, Parameter> Parameters) Run(JsonElement said)
    {
        var names = said.GetProperty("param_names_by_index").EnumerateArray().Select(n => n.GetString()!).ToArray();
        var parameters = names.ToDictionary(n => n, n => Empty(n, said.GetProperty("model").GetProperty(n)));
        var rule = Registry.Find(said.GetProperty("optimizer").GetString()!).Create(new Dictionary<string, object?> { ["lr"] = 0.123 });
        var groups = said.GetProperty("state_dict").GetProperty("param_groups").EnumerateArray()
            .Select(g => new ParamGroup(g.GetProperty("params").EnumerateArray().Select(n => parameters[names[n.GetInt32()]])));
        return (new(groups, rule), parameters);
    }

    static Parameter Empty(string name, JsonElement said)
    {
        int[] shape = [.. said.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32())];
        var length = shape.Aggregate(1, (n, d) => n * d);
        var isSingle = said.GetProperty("dtype").GetString() == "float32";
        return new(isSingle ? NDArray.Of(new float[length], shape) : NDArray.Of(new double[length], shape), name);
    }

    static NDArray Like(NDArray value, double[] numbers) =>
        value is NDArray<float>
            ? NDArray.Of(Array.ConvertAll(numbers, x => (float)x), [.. value.Shape])
            : NDArray.Of(numbers, [.. value.Shape]);

    [Theory]
    [MemberData(nameof(Lbfgs))]
    public void LBFGS_goes_on_as_torch_went_on(string json)
    {
        var said = Data.Json(json);
        var (optimizer, parameters) = Run(said);
        var x = parameters["x"];
        parameters.Values.LoadParameters(Data.Path(said.GetProperty("files").GetProperty("model").GetString()!));
        optimizer.LoadStateDict(Data.Path(said.GetProperty("files").GetProperty("optimizer").GetString()!));
        var on = said.GetProperty("continuation");
        var (evals, asked) = (on.GetProperty("evals"), 0);
        foreach (var (after, count) in on.GetProperty("params_after").EnumerateArray().Zip(on.GetProperty("func_evals").EnumerateArray()))
        {
            optimizer.Step(Loss);
            Near(json, x, Data.Numbers(after[0]));
            Assert.Equal(count.GetInt64(), optimizer.StateDict().State[0]["func_evals"]);
        }
        Assert.Equal(evals.GetArrayLength(), asked);

        // torch's own losses and gradients, at the points where it asked for them.
        double Loss()
        {
            var eval = evals[asked++];
            Near(json, x, Data.Numbers(eval.GetProperty("params")[0]));
            x.Grad = Data.Numbers(eval.GetProperty("grads")[0]);
            return eval.GetProperty("loss").GetDouble();
        }
    }

    [Theory]
    [InlineData("sgd_momentum.torch2.14.1"), InlineData("adam_amsgrad.torch2.14.1"), InlineData("sgd_momentum.torch1.13.1")]
    [InlineData("adam_amsgrad.torch1.13.1")]
    public void The_other_containers_and_a_combined_file_hold_the_same_state(string name)
    {
        using var zip = Checkpoint.Open(Data.Path(name + ".optimizer.pt"));
        using var legacy = Checkpoint.Open(Data.Path(name + ".optimizer.legacy.pt"));
        using var combined = Checkpoint.Open(Data.Path(name + ".combined.pt"));
        Assert.Equal(CheckpointFormat.TorchLegacy, legacy.Format);
        var wanted = zip.ToStateDict().ToJson();
        Assert.Equal(wanted, legacy.ToStateDict().ToJson());
        Assert.Equal(wanted, combined.ToStateDict().ToJson());
        Assert.Equal(wanted, combined.ToStateDict("optimizer").ToJson());
        Assert.Equal(7L, combined["epoch"]);
    }
}
