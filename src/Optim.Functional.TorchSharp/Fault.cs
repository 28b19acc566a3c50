using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Every message of the package: what, where, got, wanted, likely cause.</summary>
static class TorchFault
{
    const string Copy = "Make it so: with torch.no_grad(), parameter.set_(parameter.contiguous()), before the optimizer is made.";

    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    public static ArgumentException NoParameters() =>
        new("An optimizer needs parameters; got a module or a list without any. Are they registered (RegisterComponents)?");

    public static ArgumentException OtherMemory(string name, string device) =>
        new($"{name} is on {device}; wanted: the CPU, whose memory steps are made in. "
            + "Use TorchSharp's own optimizer there, or model.cpu() before the optimizer is made.");

    public static ArgumentException ElementType(string name, string got) =>
        new($"{name} has elements of type {got}; wanted Float32, Float64, ComplexFloat32 or ComplexFloat64. "
            + "Of half precision: keep the parameters in Float32, and compute the forward pass in half (torch.autocast).");

    public static ArgumentException SparseParameter(string name, string layout) =>
        new($"{name} has the layout {layout}; wanted a dense parameter. Its gradient may be sparse.");

    public static ArgumentException Strides(string name, IEnumerable<long> shape, IEnumerable<long> strides) =>
        new($"{name} of shape {Text(shape)} has strides {Text(strides)}; wanted its elements row by row, or of a matrix column by column, "
            + $"without gaps. Is it a part of another tensor, or channels-last? {Copy}");

    public static ArgumentException TooLong(string name, IEnumerable<long> shape) =>
        new(Invariant($"{name} has shape {Text(shape)}; wanted dimensions of at most {int.MaxValue} elements."));

    public static ObjectDisposedException Disposed(string name) =>
        new(null, $"{name} has been disposed. Is the module disposed, or was it moved (model.to) after the optimizer was made? "
            + "Make the optimizer after the move, and load the state that the old one had.");

    public static InvalidOperationException Moved(string name) =>
        new($"{name} lies at another address than when the optimizer was made. Was it given other memory (set_)? "
            + "Make the optimizer after that, and load the state that the old one had.");

    public static ArgumentException GradientType(string name, string got, string wanted) =>
        new($"The gradient of {name} has elements of type {got}, the parameter {wanted}.");

    public static ArgumentException GradientDevice(string name, string got) =>
        new($"The gradient of {name} is on {got}, the parameter on the CPU.");

    public static ArgumentException GradientShape(string name, IEnumerable<long> got, IEnumerable<int> wanted) =>
        new($"The gradient of {name} has shape {Text(got)}, the parameter {Text(wanted)}. Was it computed for another parameter?");

    public static ArgumentException GradientLayout(string name) =>
        new($"The gradient of {name} has no memory of its own; wanted a dense or a sparse COO one. Is it of another layout (CSR, MKLDNN)?");

    public static ArgumentException OtherGroup(string got) =>
        new($"A parameter group of TorchSharp gives a learning rate alone; got options of type {got}. "
            + "Other options go by name: new TorchParamGroup(parameters) { [\"weight_decay\"] = 0.1 }.");

    public static ArgumentException OtherRule(string theirs, string ours) =>
        new($"The state is that of TorchSharp's {theirs}, the optimizer is {ours}. They remember different things; wanted the same rule.");

    public static ArgumentException OtherCount(int theirs, int ours) =>
        new(Invariant($"TorchSharp's optimizer has {theirs} parameters, this one {ours}. Was it made for another model?"));

    public static ArgumentException OtherGroups(int theirs, int ours) =>
        new(Invariant($"TorchSharp's optimizer has {theirs} parameter groups, this one {ours}; ")
            + "wanted the same parameters in the same groups.");

    public static ArgumentException StateShape(string name, string key, IEnumerable<long> theirs, IEnumerable<int> ours) =>
        new($"{key} of {name} has shape {Text(theirs)} in TorchSharp's optimizer, {Text(ours)} here. Was it made for another model?");

    public static NotSupportedException NotOnDevice(string device) =>
        new($"The optimizer's state stays where it steps, on the CPU; asked for: {device}.");

    public static ArgumentException NoSavedState(string why) =>
        new($"This is no state that a TorchOptimizer has saved: {why}.");

    public static NotSupportedException PartOfAll() =>
        new("States are loaded all together, by the optimizer's load_state_dict; TorchSharp asked for one parameter's.");

    public static NotSupportedException OtherTorchSharp(string version, string lacking) =>
        new($"TorchSharp {version} lacks a call that this package is made with ({lacking}); wanted 0.107 or one that still has it.");

    static string Text<T>(IEnumerable<T> numbers) => $"[{string.Join(", ", numbers.Select(n => Invariant($"{n}")))}]";
}
