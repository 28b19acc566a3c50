using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>Files that do not fit, and values of all kinds on their way into a file and back.</summary>
public sealed class LoadTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Saved(Optimizer optimizer)
    {
        Checkpoint.Save(folder.Path("saved.pt"), optimizer.StateDict());
        return folder.Path("saved.pt");
    }

    static Optimizer Stepped(IRule rule, params Parameter[] parameters)
    {
        var optimizer = new Optimizer(parameters, rule);
        for (var t = 1; t <= 3; t++)
        {
            foreach (var p in parameters)
                p.Grad = p.Value is NDArray<float> f ? NDArray.Of(Array.ConvertAll(f.ToArray(), x => x + t), [.. f.Shape])
                    : NDArray.Of(Array.ConvertAll(p.Value.As<double>().ToArray(), x => x + t), [.. p.Value.Shape]);
            optimizer.Step();
        }
        return optimizer;
    }

    public static TheoryData<string> Rules => [.. Registry.All.Where(r => !r.ClosureDriven && r.Name != "SparseAdam").Select(r => r.Name)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rules_state_is_the_same_after_a_torch_file_and_back(string name)
    {
        var rule = Registry.Find(name).Create(new Dictionary<string, object?> { ["lr"] = 0.01 });
        Parameter W() => new(NDArray.Of(new double[] { 1, -2, 3, 4, -5, 6 }, 2, 3), "W");
        var one = Stepped(rule, W());
        var two = new Optimizer([W()], rule);
        Assert.True(two.LoadStateDict(Saved(one)).Complete);
        Assert.Equal(one.StateDict().ToJson(), two.StateDict().ToJson());
    }

    [Fact]
    public void Plans_and_names_stay_in_a_torch_file()
    {
        var plan = new AdamW().ClipNorm(1).Cautious();
        var one = Stepped(plan, new Parameter(new float[3], "a"), new Parameter(new float[2], "b"));
        var two = new Optimizer([new Parameter(new float[2], "b"), new Parameter(new float[3], "a")], plan);
        Assert.True(two.LoadStateDict(Saved(one)).Complete);
        Assert.Equal(3, two.Steps);
        Assert.Equal(one.StateDict().State[0]["exp_avg"]!.ToString(), two.StateDict().State[1]["exp_avg"]!.ToString());
        var other = new Optimizer([new Parameter(new float[3], "a"), new Parameter(new float[2], "b")], new AdamW());
        Assert.Contains("the saved plan has ClipNorm", Refused(() => other.LoadStateDict(folder.Path("saved.pt"))));
    }

    [Fact]
    public void A_wrong_model_is_told_in_one_message_and_nothing_is_changed()
    {
        var path = Saved(Stepped(new Adam(), new Parameter(new float[3], "a"), new Parameter(new float[2], "b")));
        var optimizer = Stepped(new Adam(), new Parameter(new float[4], "a"), new Parameter(new float[2], "c"));
        var before = optimizer.StateDict().ToJson();
        var message = Assert.Throws<ArgumentException>(() => optimizer.LoadStateDict(path)).Message;
        Assert.Contains("Was it made for another model or optimizer?", message);
        foreach (var told in new[]
        {
            "exp_avg has shape [3] in the saved state, the parameter [4]", "'b' is in the saved state, but not in the optimizer",
            "'c' is in the optimizer, but not in the saved state",
        }) Assert.Contains(told, message);
        Assert.Equal(before, optimizer.StateDict().ToJson());
        var report = optimizer.LoadStateDict(path, strict: false);
        Assert.Equal((false, 0), (report.Complete, report.Loaded.Count));
    }

    [Fact]
    public void A_file_that_is_damaged_changes_nothing()
    {
        var optimizer = Stepped(new Adam(), new Parameter(new float[3000], "a"));
        var path = Saved(optimizer);
        optimizer.Step();
        var before = optimizer.StateDict().ToJson();
        var bytes = File.ReadAllBytes(path);
        bytes[20_000] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("has the checksum", Assert.Throws<InvalidDataException>(() => optimizer.LoadStateDict(path)).Message);
        Assert.Equal(before, optimizer.StateDict().ToJson());
    }

    [Fact]
    public void Slots_are_cast_only_where_that_is_asked_for()
    {
        Checkpoint.Save(folder.Path("f32.pt"), Stepped(new Adam(), new Parameter(new float[3], "a")).StateDict());
        Checkpoint.Save(folder.Path("f64.pt"), Stepped(new Adam(), new Parameter(new double[3], "a")).StateDict());
        Optimizer Of(NDArray θ) => new([new Parameter(θ, "a")], new Adam());
        var message = Assert.Throws<ArgumentException>(() => Of(new double[3]).LoadStateDict(folder.Path("f32.pt"))).Message;
        Assert.Contains("'a': exp_avg is float32 in the saved state, the parameter float64", message);
        message = Refused(() => Of(new float[3]).LoadStateDict(folder.Path("f64.pt"), dtypes: DtypeRule.Widen));
        Assert.Contains("'a': exp_avg is float64 in the saved state, the parameter float32", message);
        Assert.True(Of(new double[3]).LoadStateDict(folder.Path("f32.pt"), dtypes: DtypeRule.Widen).Complete);
        Assert.True(Of(new float[3]).LoadStateDict(folder.Path("f64.pt"), dtypes: DtypeRule.Cast).Complete);
        var report = Of(new double[3]).LoadStateDict(folder.Path("f32.pt"), strict: false);
        Assert.Equal([], report.Loaded);
        Assert.Contains("'a': exp_avg_sq is float32 in the saved state, the parameter float64", report.Differences);
    }

    [Fact]
    public void Slots_of_bfloat16_are_widened_only_where_that_is_asked_for()
    {
        var content = new Dictionary<string, object?>
        {
            ["state"] = new Dictionary<int, object?>
            {
                [0] = new Dictionary<string, object?> { ["step"] = 3, ["exp_avg"] = Half(), ["exp_avg_sq"] = Half() },
            },
            ["param_groups"] = new List<object?> { new Dictionary<string, object?> { ["params"] = new[] { 0 } } },
        };
        Checkpoint.Save(folder.Path("bf16.pt"), content);
        var optimizer = new Optimizer([new Parameter(new float[2])], new Adam());
        Assert.Contains("exp_avg is bfloat16 [2]", Refused(() => optimizer.LoadStateDict(folder.Path("bf16.pt"))));
        Assert.True(optimizer.LoadStateDict(folder.Path("bf16.pt"), dtypes: DtypeRule.Widen).Complete);
        Assert.Equal([1, 2], optimizer.State(optimizer.ParamGroups[0].Parameters[0]).Slots["exp_avg"].As<float>().Data);

        static SavedTensor Half() => SavedTensor.Of(Dtype.BFloat16, [0x80, 0x3F, 0x00, 0x40], 2);
    }

    [Theory]
    [InlineData(
        "sgd_momentum.torch2.14.1.model.pt", null,
        "it holds no optimizer's state dict ('state' and 'param_groups'): it holds a dictionary of 4 entries: fc1.weight, fc1.bias")]
    [InlineData("sgd_momentum.torch2.14.1.combined.pt", "model", "it holds no optimizer's state dict")]
    [InlineData("sgd_momentum.torch2.14.1.combined.pt", "optimiser", "it has no 'optimiser'. It has 'model', 'optimizer', 'epoch', 'note'")]
    public void A_file_without_that_optimizer_says_what_it_holds(string name, string? key, string told)
    {
        var optimizer = new Optimizer([new Parameter(new float[2])], new SGD(0.1));
        Assert.Contains(told, Assert.Throws<ArgumentException>(() => optimizer.LoadStateDict(Data.Path(name), key)).Message);
    }

    [Fact]
    public void Parameters_are_loaded_by_name_and_all_that_does_not_fit_is_told_before_one_is_written()
    {
        Parameter[] own =
        [
            new(new float[3], "fc1.bias"), new(new float[5], "fc2.bias"), new(new double[12], "fc1.weight"), new(new float[1], "fc3.bias"),
        ];
        var path = Data.Path("sgd_momentum.torch2.14.1.model.pt");
        var message = Assert.Throws<ArgumentException>(() => own.LoadParameters(path)).Message;
        foreach (var told in new[]
        {
            "nothing was loaded", "'fc2.bias' has shape [2] in the file, the parameter [5]",
            "'fc1.weight' is float32 in the file, the parameter float64",
            "'fc3.bias' is among the parameters, but not in the file", "'fc2.weight' is in the file, but not among the parameters",
        }) Assert.Contains(told, message);
        Assert.All(own[0].Value.As<float>().Data, x => Assert.Equal(0, x));
        Assert.Equal(["'fc1.bias'"], own.LoadParameters(path, strict: false).Loaded);
        Assert.Equal(0.050567321f, own[0].Value.As<float>().Data[0]);
        Parameter[] unnamed = [new(new float[1])];
        Assert.Contains("Parameter 0 has no name", Refused(() => unnamed.LoadParameters(path)));
    }

    [Fact]
    public void The_pure_face_goes_on_from_a_torch_file_too()
    {
        var rule = new AdamW(0.01);
        var start = Params.Of(("w", new double[] { 1, 2 }));
        var (θ, s) = rule.Step(start, Params.Of(("w", new double[] { 3, -4 })), rule.Init(start));
        Checkpoint.Save(folder.Path("pure.pt"), new Dictionary<string, object?> { ["model"] = θ, ["optimizer"] = s.ToStateDict() });
        using var file = Checkpoint.Open(folder.Path("pure.pt"));
        var θ2 = file.ToParams("model");
        var s2 = rule.Load(file.ToStateDict(), θ2).State;
        var g = Params.Of(("w", new double[] { 0.5, 0.25 }));
        Assert.Equal(rule.Step(θ, g, s).Item1["w"].As<double>().Data, rule.Step(θ2, g, s2).Item1["w"].As<double>().ToArray());
    }

    [Fact]
    public void Values_of_all_kinds_come_back_as_they_were()
    {
        var shared = NDArray.Of(new double[] { 1, 2 });
        Checkpoint.Save(folder.Path("all.pt"), new Dictionary<string, object?>
        {
            ["none"] = null,
            ["yes"] = true,
            ["whole"] = -5,
            ["byte"] = 200,
            ["large"] = long.MinValue,
            ["huge"] = System.Numerics.BigInteger.Pow(2, 64),
            ["number"] = 0.1,
            ["nan"] = double.NaN,
            ["text"] = "Grüße, 世界",
            ["bytes"] = new byte[] { 0, 128, 255 },
            ["list"] = new List<object?> { 1, "a" },
            ["tuple"] = new object?[] { 0.9, 0.999 },
            ["matrix"] = Matrix<double>.Build.DenseOfRowMajor(2, 2, [1.0, 2, 3, 4]),
            ["scalar"] = NDArray.Scalar(2.5f),
            ["empty"] = new float[0],
            ["complex"] = NDArray.Of([new System.Numerics.Complex(1, -2)]),
            ["twice"] = new List<object?> { shared, shared },
            ["dtype"] = Dtype.BFloat16,
        });
        using var file = Checkpoint.Open(folder.Path("all.pt"));
        Assert.Null(file["none"]);
        foreach (var (key, wanted) in new (string, object)[]
        {
            ("yes", true), ("whole", -5L), ("byte", 200L), ("large", long.MinValue), ("huge", System.Numerics.BigInteger.Pow(2, 64)),
            ("number", 0.1), ("nan", double.NaN), ("text", "Grüße, 世界"), ("dtype", Dtype.BFloat16),
        }) Assert.Equal(wanted, file[key]);
        Assert.Equal([0, 128, 255], Assert.IsType<byte[]>(file["bytes"]));
        Assert.Equal([1L, "a"], Assert.IsType<List<object?>>(file["list"]));
        Assert.Equal([0.9, 0.999], Assert.IsType<object?[]>(file["tuple"]));
        Assert.Equal([1, 2, 3, 4], file.Tensors["matrix"].ToNDArray().As<double>().ToArray());
        Assert.Empty(file.Tensors["scalar"].Shape);
        Assert.Equal(0, file.Tensors["empty"].Count);
        Assert.Equal([1, -2], file.Tensors["complex"].ToNDArray().As<double>().ToArray());
        Assert.Same(file.Tensors["twice.0"].View!.Storage, file.Tensors["twice.1"].View!.Storage);
        var odd = new Dictionary<string, object?> { ["x"] = new Version(1, 2) };
        var message = Assert.Throws<ArgumentException>(() => Checkpoint.Save(folder.Path("b.pt"), odd)).Message;
        Assert.Contains("A checkpoint holds tensors", message);
    }

    static string Refused(Func<object?> load) => Assert.Throws<ArgumentException>(load).Message;
}
