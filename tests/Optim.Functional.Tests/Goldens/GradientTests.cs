using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>torch's clip_grad_norm_, clip_grad_value_ and AveragedModel.</summary>
public class GradientTests
{
    public static IEnumerable<TheoryDataRow<string>> Clipped => GoldenFolder.Rows(Kind.Clipping);
    public static IEnumerable<TheoryDataRow<string>> Averaged => GoldenFolder.Rows(Kind.Averaging);

    [Theory]
    [MemberData(nameof(Clipped))]
    public void Gradients_are_clipped_as_torch_clips_them(string at) => Tally.Run(at, c =>
    {
        var parameters = c.Json.GetProperty("grads").EnumerateArray().Select(g => Parameter(c, g)).ToArray();
        var before = parameters.Select(p => p.Grad?.Clone()).ToArray();
        var args = c.Json.GetProperty("args");
        if (c.Json.GetProperty("fn").GetString() == "clip_grad_value_") ClipGrad.Value(parameters, args.GetProperty("clip_value").Number());
        else
        {
            double Clip() => ClipGrad.Norm(parameters, args.GetProperty("max_norm").Number(), args.GetProperty("norm_type").Number(),
                args.TryGetProperty("error_if_nonfinite", out var isError) && isError.GetBoolean());
            if (c.Has("error"))
            {
                Assert.Contains("cannot be clipped", Assert.Throws<InvalidOperationException>(() => { Clip(); }).Message);
                Assert.Equal(before.Select(Values), parameters.Select(p => Values(p.Grad)));
                return;
            }
            Near(c, "total_norm", Clip(), c.Json.GetProperty("total_norm").Number(), 0);
        }
        foreach (var (i, want) in c.Json.GetProperty("result").EnumerateArray().Index())
            if (want.ValueKind == JsonValueKind.Null) Assert.Null(parameters[i].Grad);
            else NearAll(c, $"gradient {i}", Values(parameters[i].Grad)!, want.Doubles());
    });

    [Theory]
    [MemberData(nameof(Averaged))]
    public void Averages_are_those_of_torch(string at) => Tally.Run(at, c =>
    {
        var initial = c.Json.GetProperty("initial").EnumerateArray().Select(x => x.Doubles()).ToArray();
        var all = initial.Select(x => new Parameter(Numbers.NDArray(x, [x.Length], c.Single, mathNet: false))).ToArray();
        double? decay = c.Has("decay") ? c.Json.GetProperty("decay").GetDouble() : null;
        var model = new AveragedModel(all[..2], decay, all[2..], c.Json.GetProperty("use_buffers").GetBoolean());
        foreach (var update in c.Json.GetProperty("updates").EnumerateArray())
        {
            foreach (var (p, x) in all.Zip(update.GetProperty("model").EnumerateArray()))
                Numbers.NDArray(x.Doubles(), [(int)p.Value.Length], c.Single, mathNet: false).CopyTo(p.Value);
            model.UpdateParameters();
            Assert.Equal(update.Whole("n_averaged"), model.NAveraged);
            foreach (var (i, want) in update.GetProperty("averaged").EnumerateArray().Index())
                NearAll(c, $"average {i} of {model.NAveraged}", Values(i < 2 ? model.Averages[i] : model.Buffers[0])!, want.Doubles());
        }
        var training = all.Select(p => Values(p.Value)).ToArray();
        Assert.Throws<TimeoutException>(() => model.Evaluate<int>(() =>
        {
            Assert.Equal(Values(model.Averages[1]), Values(all[1].Value));
            throw new TimeoutException();
        }));
        Assert.Equal(training, all.Select(p => Values(p.Value)));
    });

    internal static string? Unknown(Golden c) => c.Kind switch
    {
        Kind.Clipping => c.Json.GetProperty("fn").GetString() is not ("clip_grad_norm_" or "clip_grad_value_") ? $"no test calls {c.Json.GetProperty("fn")}."
            : c.Json.GetProperty("args").EnumerateObject().FirstOrDefault(a => a.Name is not ("max_norm" or "norm_type" or "clip_value" or "error_if_nonfinite")) is { Value.ValueKind: not JsonValueKind.Undefined } other
                ? $"no test gives the argument '{other.Name}'." : null,
        _ => c.Json.GetProperty("kind").GetString() is not ("swa" or "ema") ? $"no test makes the average {c.Json.GetProperty("kind")}." : null,
    };

    static Parameter Parameter(Golden c, JsonElement g)
    {
        if (g.ValueKind == JsonValueKind.Null) return new(c.Single ? new float[1] : NDArray.From(new double[1]));
        var (shape, values) = (g.GetProperty("shape").Integers(), g.GetProperty("values").Doubles());
        return new(Numbers.NDArray(new double[values.Length], shape, c.Single, mathNet: false)) { Grad = Numbers.NDArray(values, shape, c.Single, mathNet: false) };
    }

    static double[]? Values(NDArray? x) => x is null ? null : Numbers.Of(x);

    static void NearAll(Golden c, string what, double[] got, double[] want)
    {
        Assert.Equal(want.Length, got.Length);
        var size = want.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (var i = 0; i < got.Length; i++) Near(c, $"{what}, element {i}", got[i], want[i], size);
    }

    static void Near(Golden c, string what, double got, double want, double size)
    {
        if (got.Equals(want)) return;
        var most = (c.Single ? 1e-6 : 1e-13) * Math.Max(Math.Abs(want), size) + 1e-150;
        Assert.True(Math.Abs(got - want) <= most, $"{c.At}, {what}: got {got:R}, wanted {want:R}");
    }
}
