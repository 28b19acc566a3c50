using Optim.Functional.Cuda;

namespace Optim.Functional.Cli;

/// <summary>What a formula is shown as.</summary>
internal enum ShownAs { Text, Ptx, OpenCl }

/// <summary>The options of <c>optim show</c>.</summary>
internal sealed record ShowOptions(RecordedFormula Formula, ShownAs As, bool IsDouble)
{
    const string Float = "float", Double = "double";
    const int DefaultStep = 10, LastStep = 100_000;

    /// <summary>Those that belong to no optimizer.</summary>
    public static readonly IReadOnlyList<Option> Own =
    [
        new("ptx", "", "", "Print the kernel in PTX, which the driver of a CUDA device compiles."),
        new("opencl", "", "", "Print the kernel in OpenCL C."),
        new("type", "TYPE", Float, $"Elements of a kernel: {Float} or {Double}."),
        new("step", "N", $"{DefaultStep}", "The step: the first ones of some optimizers are others, and so are constants."),
    ];

    static readonly IReadOnlyList<Option> all =
        [.. Own, .. Registry.All.SelectMany(r => r.Options.Select(o => TrainOptions.Of(r, o))).DistinctBy(o => o.Name)];

    public static ShowOptions Parse(string[] args)
    {
        var words = new List<string>();
        var given = Arguments.Parse("show", all, args, words);
        if (words.Count != 1) throw Misuse.NoOptimizer(words.Count);
        var (ptx, openCl) = (given.Switch("ptx"), given.Switch("opencl"));
        if (ptx && openCl) throw new Misuse("show: --ptx and --opencl are two languages. Give one of them.");
        var type = given["type"] ?? Float;
        if (type is not (Float or Double)) throw Misuse.BadValue("type", type, $"{Float} or {Double}");
        var rule = TrainOptions.Rule(words[0], given, Own);
        var step = given.Int("step", DefaultStep, 1, LastStep);
        try { return new(RecordedFormula.Of(rule, step), ptx ? ShownAs.Ptx : openCl ? ShownAs.OpenCl : ShownAs.Text, type == Double); }
        catch (ArgumentException e) { throw Misuse.RefusedOptions(e); }
    }
}
