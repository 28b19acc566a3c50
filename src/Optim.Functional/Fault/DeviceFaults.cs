namespace Optim.Functional;

/// <summary>Of tensors on a device.</summary>
static partial class Fault
{
    public static InvalidOperationException OnDevice(NDArray got) =>
        new($"This tensor of shape {got.ShapeText} lies on {got.Device!.Name}, whose memory is not this process's. "
            + "Copy it first: ToArray(), or ToHost of the device.");

    public static InvalidOperationException OnDevice(long length, Device device) =>
        new($"{Thousands(length)} numbers of a step lie on {device.Name}, whose memory is not this process's. "
            + "Does a rule that says it is made of passes look at Span? Open() copies them here and back.");

    public static ArgumentException MixedDevices(string name, NDArray got, NDArray wanted) =>
        new($"Parameter '{name}' lies {Where(got)}, the first parameter {Where(wanted)}. "
            + "Parameters of one optimizer lie in one memory: copy them all, or none.");

    public static ArgumentException GradientDevice(IRule? rule, string? name, NDArray got, NDArray wanted) =>
        new($"{Gradient(rule, name)} lies {Where(got)}, the parameter {Where(wanted)}. Copy it there first, with Copy of the device.");

    public static ArgumentException RuleOnDevice(IRule rule, string name, NDArray got)
    {
        var why = rule is IClosureRule ? "works with arrays of all parameters" : "looks at numbers between its passes";
        return new($"{rule.Name}: parameter '{name}' lies on {got.Device!.Name}, where rules are stepped that are elementwise or made of "
            + $"passes, and LBFGS; this one {why}. Step it on the processor.");
    }

    static string Where(NDArray tensor) => tensor.Device is { } device ? $"on {device.Name}" : "in this process's memory";
}
