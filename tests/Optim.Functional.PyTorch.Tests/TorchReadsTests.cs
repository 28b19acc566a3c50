using System.Diagnostics;
using System.Text.Json;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>Files that this library wrote, read by torch itself with weights_only=True, whose own optimizers go on: where Python has a
/// torch. On Debian: apt-get install python3-torch.</summary>
public sealed class TorchReadsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static readonly string[] Pythons = ["/usr/bin/python3", "python3"];

    /// <summary>A Python that imports torch; or why there is none.</summary>
    static readonly Lazy<string?> Python = new(() => Pythons.FirstOrDefault(HasTorch));

    static bool HasTorch(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import torch"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    static string Torch()
    {
        Assert.SkipWhen(
            Python.Value is null, "no python3 here has torch (apt-get install python3-torch), so torch did not read what we write");
        return Python.Value!;
    }

    static readonly string[] Rules =
        ["Adadelta", "Adafactor", "Adagrad", "Adam", "Adamax", "AdamW", "ASGD", "NAdam", "RAdam", "RMSprop", "Rprop", "SGD"];

    [Fact]
    public async Task Torch_loads_our_files_and_its_optimizers_go_on_as_ours()
    {
        var python = Torch();
        foreach (var name in Rules)
        {
            Write<double>(name);
            Write<float>(name);
        }
        var script = Path.Combine(Data.Folder, "..", "check_with_torch.py");
        var (code, output, errors) = await Programs.Ends(null, python, [script, folder.Root]);
        Assert.True(code == 0, output + errors);
        Assert.Contains("Adam-Double: off by ", output);
    }

    /// <summary>Three steps, a save, and three more, whose gradients and results go beside it.</summary>
    void Write<T>(string name) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var rule = Registry.Find(name).Create(new Dictionary<string, object?> { ["lr"] = 0.01 });
        Parameter[] all = [new(Like<T>([1, -2, 3, 4, -5, 6], 2, 3), "W"), new(Like<T>([0.5, -0.25, 8], 3), "b")];
        var optimizer = new Optimizer([new ParamGroup(all[0]), new ParamGroup(all[1]) { ["lr"] = 0.05 }], rule);
        for (var t = 0; t < 3; t++) Step(t);
        var file = $"{name}-{typeof(T).Name}.pt";
        Checkpoint.Save(folder.Path(file), new Dictionary<string, object?>
        {
            ["model"] = Params.Of(all.Select(p => (p.Name!, p.Value))),
            ["optimizer"] = optimizer.StateDict(),
            ["epoch"] = 3,
        });
        Checkpoint.Save(folder.Path("model-" + file), Params.Of(all.Select(p => (p.Name!, p.Value))));
        var (grads, after) = (new List<object>(), new List<object>());
        for (var t = 3; t < 6; t++)
        {
            Step(t);
            grads.Add(all.ToDictionary(p => p.Name!, p => Numbers(p.Grad!)));
            after.Add(all.ToDictionary(p => p.Name!, p => Numbers(p.Value)));
        }
        var said = new { optimizer = name, file, model = "model-" + file, grads, after };
        File.WriteAllText(folder.Path(Path.ChangeExtension(file, ".json")), JsonSerializer.Serialize(said));

        void Step(int t)
        {
            foreach (var p in all)
            {
                var wave = Enumerable.Range(0, (int)p.Value.Length).Select(i => Math.Sin(3 * t + i) * (i + 1));
                p.Grad = Like<T>([.. wave], [.. p.Value.Shape]);
            }
            optimizer.Step();
        }
    }

    static NDArray Like<T>(double[] numbers, params int[] shape) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        NDArray.Of(Array.ConvertAll(numbers, T.CreateTruncating), shape);

    static double[] Numbers(NDArray t) => t is NDArray<float> f ? Array.ConvertAll(f.ToArray(), x => (double)x) : t.As<double>().ToArray();

    [Fact]
    public async Task Torch_reads_views_and_types_of_all_kinds_as_they_were()
    {
        var python = Torch();
        using (var odd = Checkpoint.Open(Data.Path("odd_tensors.torch2.14.1.pt")))
            Checkpoint.SaveTree(folder.Path("odd.pt"), odd.Root, null);
        const string Same = """
            import sys, torch
            a, b = (torch.load(path, weights_only=True) for path in sys.argv[1:3])
            for name in a:
                assert a[name].dtype == b[name].dtype and a[name].stride() == b[name].stride(), name
                assert torch.equal(a[name].nan_to_num(7), b[name].nan_to_num(7)), name
            assert b["shared_a"].storage().data_ptr() == b["strided"].storage().data_ptr()
            print("the same")
            """;
        string[] files = [Data.Path("odd_tensors.torch1.13.1.pt"), folder.Path("odd.pt")];
        var (code, output, errors) = await Programs.Ends(null, python, ["-c", Same, .. files]);
        Assert.True((code, output) == (0, "the same\n"), output + errors);
    }

    [Fact]
    public async Task Torch_goes_on_with_our_L_BFGS_by_the_same_evaluations()
    {
        var python = Torch();
        var x = new Parameter(new double[] { -1.2, 1 }, "x");
        var optimizer = new Optimizer([x], new LBFGS(MaxIter: 5, LineSearchFn: "strong_wolfe"));
        for (var i = 0; i < 2; i++) optimizer.Step(Rosenbrock);
        var run = new Dictionary<string, object?> { ["model"] = Params.Of(("x", x.Value)), ["optimizer"] = optimizer.StateDict() };
        Checkpoint.Save(folder.Path("lbfgs.pt"), run);
        for (var i = 0; i < 2; i++) optimizer.Step(Rosenbrock);
        const string GoOn = """
            import sys, torch
            saved = torch.load(sys.argv[1])
            x = torch.nn.Parameter(saved["model"]["x"])
            o = torch.optim.LBFGS([x])
            o.load_state_dict(saved["optimizer"])
            def loss():
                o.zero_grad()
                f = 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
                f.backward()
                return f
            o.step(loss); o.step(loss)
            print(repr(float(x[0])), repr(float(x[1])), o.state[x]["func_evals"])
            """;
        var (code, output, errors) = await Programs.Ends(null, python, ["-c", GoOn, folder.Path("lbfgs.pt")]);
        Assert.True(code == 0, output + errors);
        var told = output.Split(' ').Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        var own = x.Value.As<double>().Data;
        Assert.Equal((long)told[2], optimizer.StateDict().State[0]["func_evals"]);
        Assert.InRange(Math.Abs(told[0] - own[0]), 0, 1e-9);
        Assert.InRange(Math.Abs(told[1] - own[1]), 0, 1e-9);

        double Rosenbrock()
        {
            var (a, b) = (x.Value.As<double>().Data[0], x.Value.As<double>().Data[1]);
            x.Grad = new[] { -400 * a * (b - a * a) - 2 * (1 - a), 200 * (b - a * a) };
            return 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a);
        }
    }
}
