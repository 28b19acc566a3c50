using System.Globalization;
using System.Text.Json;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Every message of the library: rule, what, where, got, wanted, likely cause.</summary>
static class Fault
{
    /// <summary>A bare array has no name.</summary>
    static string Of(string? name) => string.IsNullOrEmpty(name) ? "" : $" of '{name}'";

    static string Quoted(IEnumerable<string> names) => names.ToArray() is [""] ? "one without a name" : string.Join(", ", names.Select(name => $"'{name}'"));

    public static ArgumentException Range(IRule rule, string option, string wanted, double got) =>
        new(Invariant($"{rule.Name}: {RuleInfo.Of(rule.GetType()).Spelling(option)} must be {wanted}, got {got}."));

    public static ArgumentException NotDecoupled(IRule rule) =>
        new($"{rule.Name}: decoupled_weight_decay must be true, got false. Without it the rule is Adam: use that.");

    public static ArgumentException Stage(IRule rule, IStage stage, string why) => new($"{rule.Name}: {stage} cannot go around it: {why}.");

    public static ArgumentException PartInPart(Plan got) => new($"A part's plan cannot have parts of its own; got {got}. Give each part to the outer plan.");

    public static ArgumentException GradientStageInPart(Plan got, object stage) =>
        new($"{got.Name}: {stage} looks at all gradients together, so it belongs to the outer plan and not to a part's.");

    public static ArgumentException ClosureInParts(IRule outer, IRule inner) =>
        new($"{outer.Name} and {inner.Name}: a rule that asks for the loss treats all parameters together, so it is in no plan with parts.");

    public static ArgumentException OtherRules(Plan has, Plan got) =>
        new($"{has.Name}: an optimizer's plan may change its stages, not its rules or parts; got {got}. Make a new optimizer.");

    public static ArgumentException LossScale(double got) => new(Invariant($"LossScale: scale must be a finite number other than 0, got {got}."));

    public static ArgumentException ScheduleSteps(string schedule, long got) => new(Invariant($"{schedule}: steps must be more than 0, got {got}."));

    public static double NotNegative(string what, string option, double got) =>
        got >= 0 ? got : throw new ArgumentException(Invariant($"{what}: {option} must be >= 0, got {got}."));

    public static double Within01(string what, string option, double got) =>
        got is >= 0 and <= 1 ? got : throw new ArgumentException(Invariant($"{what}: {option} must be in [0, 1], got {got}."));

    public static InvalidOperationException BoundNotOnce(IRule rule, int got) =>
        new($"{rule.Name}: its Bind called use.Run {got} times, and must call it once; nothing was changed. Does it lack an else?");

    public static InvalidOperationException StageNotOnce(Plan plan, int got) =>
        new($"{plan.Name}: a stage's Around called use.Run so that there are {got} steps, and must call it once; "
            + $"nothing was changed. The plan: {plan}.");

    public static InvalidOperationException MeasuredNotOnce(IRule rule, int got) =>
        new($"{rule.Name}: its Measure called use.Run {got} times, and must call it once; nothing was changed.");

    public static InvalidOperationException SumCount(IRule rule, int got) => new($"{rule.Name}: its Sums are {got}, there can be 1 to 4.");

    public static InvalidOperationException TermCount(IRule rule, int wanted, int got) =>
        new($"{rule.Name}: what is measured has {got} terms, its Sums are {wanted}; they must be as many.");

    public static InvalidOperationException TooManySlots(IRule rule, int got, int most) => new($"{rule.Name}: it has {got} slots with those of its stages, there can be {most}.");

    public static InvalidOperationException TooManyScalars(IRule rule, int got, int most) => new($"{rule.Name}: it carries {got} scalars, there can be {most}.");

    public static ArgumentException ShapeRefused(IRule rule, string name, NDArray got, string why) =>
        new($"{rule.Name}: parameter '{name}' of shape {got.ShapeText} cannot be stepped: {why}. Give it another rule by a part of the plan.");

    public static ArgumentException DenseGradient(IRule rule, string name) =>
        new($"{Gradient(rule, name)} is dense, and {rule.Name} takes sparse ones only. Use Adam, or hand it over as a sparse vector or matrix.");

    public static InvalidOperationException TooMuchWork(long got, long most) => new(Invariant($"A whole rule asks for {got:N0} elements of working memory, one allocation holds {most:N0} at most."));

    public static InvalidOperationException WorkTaken(long got, long most) =>
        new(Invariant($"A whole rule takes {got} elements of working memory, more than the {most} that its WorkOf says."));

    public static InvalidOperationException PassLengths(long a, long b, long to) => new($"A pass has operands of {a} and {b} elements and a target of {to}; they must be as long.");

    public static InvalidOperationException PassLength(long got, long wanted) =>
        new($"A pass has a further operand of {got} elements, wanted {wanted}. Is it a slot of another shape?");

    public static InvalidOperationException PassSlots(int wanted, int got) =>
        new($"A pass has a SlotCount of {wanted}, and is given {got} further operands; it needs as many.");

    public static InvalidOperationException NoRows(IReadOnlyList<int> shape) =>
        new($"Rows and columns are of the last two dimensions, and the parameter's shape is {NDArray.Text([.. shape])}.");

    public static InvalidOperationException SlotShape(IRule rule, string slot, NDArray got, NDArray θ) =>
        new($"{rule.Name}: {slot} has shape {got.ShapeText}, the parameter {θ.ShapeText}; "
            + "the slots of a rule that steps element by element must be as long.");

    public static InvalidOperationException GradientWritten() => new("A pass of a whole rule writes to the gradient, which is the caller's; use working memory.");

    public static ArgumentException NoMatrix(int rows, int columns, long got, bool isGradient) => new(isGradient
        ? "The gradient is no matrix for products, since its scale is not applied; copy it to working memory by a pass."
        : Invariant($"A matrix of {rows} rows and {columns} columns has {(long)rows * columns} elements, got {got}."));

    public static ArgumentException AdjustLr(IRule rule, string got) =>
        new($"{rule.Name}: adjust_lr_fn must be null, 'original', 'match_rms_adamw' or 'spectral_unclamped', got '{got}'.");

    public static InvalidOperationException WithinEvaluation(string rule, string what) =>
        new($"{rule}: {what} was called from within Evaluate, where the parameters are not those of training; step after it.");

    public static InvalidOperationException Donated(string what) =>
        new($"These {what} were donated to a step, which has written its results in their place. Use the step's results.");

    public static ArgumentException GroupWithoutParams(int group) => new($"Group {group} of the state dict has no 'params', an int[] of its parameters' numbers.");

    public static ArgumentException GroupNames(int group, int wanted) => new($"Group {group} of the state dict must have 'param_names' for each of its {wanted} parameters, a string[].");

    public static ArgumentException Nesterov(IRule rule, double momentum, double dampening) =>
        new(Invariant($"{rule.Name}: nesterov needs momentum > 0 and dampening = 0, got momentum {momentum} and dampening {dampening}."));

    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    public static int AtLeastOne(int value) => value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), Invariant($"Execution: threads and chunk length must be at least 1, got {value}."));

    public static ArgumentException NoTensor(object got) =>
        new($"A tensor is an array, or a MathNet vector or matrix, of float, double or complex numbers; got {got.GetType()}.");

    public static ArgumentException ElementType(string what, Type got, Type? wanted) =>
        new($"{what} has elements of type {got.Name}, wanted {wanted?.Name ?? "Single or Double"}.");

    public static ArgumentException ShapeProduct(int[] shape, int got) =>
        new(Invariant($"A tensor of shape {NDArray.Text(shape)} has {shape.Aggregate(1.0, (n, d) => n * d)} elements, the array has {got}."));

    public static ArgumentException SparseDimensions(int got, int[] shape) =>
        new("A sparse tensor's indices have one row for each sparse dimension, "
            + $"from 1 to the {shape.Length} of its shape {NDArray.Text(shape)}; got {got}.");

    public static ArgumentException SparseTooLong(int[] shape) =>
        new($"A sparse tensor's places are counted with int, so a shape of {NDArray.Text(shape)} is too large.");

    public static ArgumentException SparseValues(int got, int count, int block, int[] shape) =>
        new($"A sparse tensor of shape {NDArray.Text(shape)} with {count} indices needs {count} x {block} values, got {got}.");

    public static ArgumentException SparseIndex(int got, int dimension, int number, int[] shape) =>
        new($"Index {number} of a sparse tensor of shape {NDArray.Text(shape)} is {got} in dimension {dimension}, "
            + $"which has {shape[dimension]}.");

    public static ArgumentException NegativeShape(int[] shape) => new($"A tensor of shape {NDArray.Text(shape)} cannot be; no dimension may be negative.");

    public static double Finite(string rule, string what, double got) =>
        double.IsFinite(got) ? got : throw new ArgumentException(Invariant($"{rule}: {what} must be a finite number, got {got}."));

    public static double Positive(string rule, string what, double got) =>
        got > 0 ? got : throw new ArgumentException(Invariant($"{rule}: {what} must be more than 0, got {got}."));

    public static InvalidOperationException SlotCount(IRule rule, int wanted, int got) =>
        new($"{rule.Name}: its formula has a SlotCount of {got}, its Slots are {wanted}; they must be as many.");

    public static ArgumentException NoFormula(Type got) =>
        new($"{got.Name} is no gradient rule and no closure rule, so there is no formula to run. A rule of your own implements {nameof(IElementwiseRule)}, {nameof(IWholeRule)}, {nameof(IModelRule)} or {nameof(IClosureRule)}.");

    public static ArgumentException NoFunction(IRule rule) =>
        new($"{rule.Name}: its step is given gradients, got a function. Evaluate it and hand over the gradients.");

    public static ArgumentException Lengths(int[] got) =>
        new($"Vectors of one operation must be of one length, got {string.Join(", ", got)}.");

    public static InvalidOperationException VectorLength(IRule rule, string what, int wanted, int got) =>
        new($"{rule.Name}: {what} has {got} elements, all parameters together have {wanted}; vectors of its solver must be as long.");

    public static InvalidOperationException NoSolver(IRule rule) =>
        new($"{rule.Name}: its Solver gave null; it must give a new solver at every call.");

    public static InvalidOperationException NeverAsked(IRule rule) =>
        new($"{rule.Name}: its step ended without asking for the loss, so there is none to return. "
            + "Its solver must evaluate the start first.");

    public static InvalidOperationException NoView(NDArray got, string what, string wanted) =>
        new($"A {what} needs a dense tensor of {wanted}, got {(got.IsSparse ? "a sparse one" : "one")} of shape {got.ShapeText}.{(got.IsComplex ? $" Ask for a {what} of Complex or Complex32." : "")}");

    public static InvalidOperationException NoArray(NDArray got) =>
        new($"This tensor of shape {got.ShapeText} has no array, MathNet vector or matrix of its own: it is {(got.IsComplex ? "of complex numbers, which ToVector, ToMatrix and ToArray of Complex or Complex32 are for" : got.Lifetime is null ? "a part of an array, or over other memory" : $"a part of a {got.Lifetime.Of}")}. Use Span to share its numbers, or ToArray() to copy them.");

    public static ObjectDisposedException Disposed(string what) =>
        new(null, $"The {what} that holds these numbers has been disposed; they are gone. Was a tensor or an optimizer used longer than the 'using' around it?");

    public static InvalidOperationException TooLong(NDArray got, string what, long most) =>
        new($"This tensor of shape {got.ShapeText} has {Thousands(got.Length)} elements, more than {what} can hold, {Thousands(most)}. Use its memory where it is, part by part.");

    public static ArgumentException LongVector(double got, long most) =>
        new($"LBFGS: the parameters have {got.ToString("N0", CultureInfo.InvariantCulture)} elements, more than the one vector it makes of them can hold, {Thousands(most)}. Use an elementwise rule, or fewer parameters.");

    static string Thousands(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    public static InvalidOperationException NoComplex(NDArray got, Type wanted) =>
        new($"A tensor of {got.TypeName} and shape {got.ShapeText} cannot be seen as {wanted.Name} numbers. complex128 has Complex, complex64 has Complex32, others have none.");

    public static ArgumentException SparseComplex(object got) =>
        new($"A tensor of complex numbers must be dense; got {got.GetType()}, whose storage is not. Make a dense vector or matrix of it.");

    public static ArgumentException NoArrayMemory(int length) =>
        new($"A Memory of {Thousands(length)} elements is not an array's, so it need not stay where it is. Pin it, and give its address and owner.");

    public static ArgumentException ReadOnlyView() =>
        new("MappedFile: the view cannot be both read and written. Make it with MemoryMappedFileAccess.ReadWrite, or with CopyOnWrite where the file is to stay as it is.");

    public static ArgumentException BeyondView(int[] shape, long offset, double bytes, long most) =>
        new($"MappedFile: a tensor of shape {NDArray.Text(shape)} takes {bytes.ToString("N0", CultureInfo.InvariantCulture)} bytes; from byte {Thousands(offset)} on it does not fit the view's {Thousands(most)}.");

    public static ArgumentException NullAddress(int[] shape) =>
        new($"A tensor of shape {NDArray.Text(shape)} over memory of one's own: got a null address.");

    public static ArgumentException Unaligned(nint address, Type type, int size) =>
        new($"A tensor of {type.Name} needs an address that is a multiple of {size}, got 0x{address:x}, which is {address % size} bytes beyond one.");

    public static OutOfMemoryException TooLarge(long got, long most) =>
        new(Invariant($"ParameterBuffer: the parameters have {got:N0} elements, one allocation holds {most:N0} at most. Use two buffers, in two groups of the optimizer."));

    public static ArgumentException SameName(string name) => new($"Two parameters have the name '{name}'; names must differ.");

    public static KeyNotFoundException NoName(string name, IEnumerable<string> names) =>
        new($"There is no parameter '{name}'. There are: {Quoted(names)}.");

    public static ArgumentException SparseParameter(string name) =>
        new($"Parameter '{name}' is sparse; only gradients may be. Use a dense vector or matrix.");

    public static ArgumentException MixedTypes(string name, Type got, Type wanted) =>
        new($"Parameter '{name}' has elements of type {got.Name}, the first parameter {wanted.Name}. Parameters of one optimizer share their element type.");

    /// <summary>The start of a sentence on a gradient; a parameter that belongs to no optimizer yet has no rule.</summary>
    static string Gradient(IRule? rule, string? name) => (rule is null ? "The gradient" : $"{rule.Name}: the gradient") + Of(name);

    public static ArgumentException GradientType(IRule? rule, string? name, Type got, Type wanted) =>
        new($"{Gradient(rule, name)} has elements of type {got.Name}, the parameter {wanted.Name}.");

    public static ArgumentException GradientShape(IRule? rule, string? name, NDArray got, NDArray wanted) =>
        new($"{Gradient(rule, name)} has shape {got.ShapeText}, the parameter {wanted.ShapeText}. Was it computed for another parameter, or transposed?");

    public static ArgumentException SparseGradient(IRule rule, string name) =>
        new($"{Gradient(rule, name)} is sparse, and {rule.Name} does not support sparse gradients. SGD and Adagrad do; or hand it over as a dense vector or matrix.");

    public static ArgumentException SparseDecay(IRule rule, string name, double decay) =>
        new(Invariant($"{Gradient(rule, name)} is sparse and weight_decay is {decay}; with sparse gradients it must be 0, since the penalty touches every element."));

    public static ArgumentException OtherRule(IRule rule, string got) =>
        new($"{rule.Name}: the state was made by {got}. Use that rule, or start with {rule.Name}'s own Init.");

    public static ArgumentException OtherNames(IRule rule, IEnumerable<string> got, IEnumerable<string> wanted) =>
        new($"{rule.Name}: the state is of {Quoted(got)}, the parameters are {Quoted(wanted)}. Was this state made for another model?");

    public static ArgumentException OtherShape(IRule rule, string name, NDArray got, NDArray wanted) =>
        new($"{rule.Name}: the state{Of(name)} was made for shape {got.ShapeText} of {got.ElementType.Name}, the parameter has {wanted.ShapeText} of {wanted.ElementType.Name}. Was this state made for another model?");

    public static ArgumentException NonFiniteGradient(IRule rule, string name, long index, double got, NDArray g) =>
        new(Invariant($"{Gradient(rule, name)} is {got} at element {index}{Place(index, g)}; nothing was changed. Did the loss overflow?"));

    public static ArgumentException NonFiniteLoss(IRule rule, int evaluation, double got) =>
        new(Invariant($"{rule.Name}: the loss is {got} at evaluation {evaluation} of the step, wanted a finite number; nothing was changed. ")
            + (evaluation == 1 ? "Does the model overflow? NonFinite.Skip leaves such steps out."
                : "Did the trial go too far? NonFinite.Propagate steps back from there; a smaller lr goes less far."));

    public static ArgumentException NonFiniteStep<T>(Plan plan, string name, string? slot, NDArray<T> found, nint at, NDArray g)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new(Invariant($"{plan.Name}: the step would make {(slot is null ? "the parameter" : slot)}{Of(name)} {found.Place.From(at)} at element {at}{Place(at, found)}; ")
            + Invariant($"nothing was changed. The gradient is finite, but too large for {typeof(T).Name} ({g}): clip it, or did the loss overflow?"));

    static string Place(long index, NDArray g) => g.Dims.Length != 2 || g.IsComplex ? ""
        : g.ColumnMajor ? $" (row {index % g.Dims[0]}, column {index / g.Dims[0]})" : $" (row {index / g.Dims[1]}, column {index % g.Dims[1]})";

    public static ArgumentException NoParameter(IRule rule, string name, IEnumerable<string> names) =>
        new($"{rule.Name}: there is a gradient for '{name}', but no such parameter. There are: {Quoted(names)}.");

    public static ArgumentException NoParameters(IRule rule) => new($"{rule.Name}: got an empty parameter list; at least one parameter is needed.");

    public static ArgumentException NegativeSteps(IRule rule, int got) => new(Invariant($"{rule.Name}: the number of steps must be at least 0, got {got}."));

    public static ArgumentException LineSearch(IRule rule, string got) =>
        new($"{rule.Name}: line_search_fn must be null or 'strong_wolfe', got '{got}'.");

    public static InvalidOperationException NoClosure(IRule rule) =>
        new($"{rule.Name}: a step needs a closure that computes the loss and the gradients, since it asks for them several times; got none.");

    public static ArgumentException UnknownOption(string rule, string got, IEnumerable<string> known) =>
        new($"{rule}: there is no option '{got}'. There are: {string.Join(", ", known)}.");

    public static ArgumentException RequiredOption(string rule, string option) =>
        new($"{rule}: the parameter group has no value for the required option '{option}', and the optimizer gives no default.");

    /// <summary>A value as it is written in any country.</summary>
    static string Plain(object? value) => Invariant($"{value}");

    public static ArgumentException OptionType(string rule, string option, string wanted, object? got) =>
        new($"{rule}: {option} must be {wanted}, got {got switch { null => "null", System.Collections.IEnumerable e and not string => "[" + string.Join(", ", e.Cast<object?>().Select(Plain)) + "]", _ => $"'{Plain(got)}'" }}.");

    public static ArgumentException UnknownRule(string got, IEnumerable<string> known) =>
        new($"There is no optimizer '{got}'. There are: {string.Join(", ", known)}.");

    public static ArgumentException SameParameter(Parameter p, string where) =>
        new($"Parameter '{p.Name}' of shape {p.Value.ShapeText} stands {where}; it would be updated twice in one step.");

    public static InvalidOperationException NoOptimizer() => new("The parameter group is not yet part of an optimizer, so it has no rule.");

    public static ArgumentException OtherRuleType(IRule has, IRule got) => new(got is Plan
        ? $"{has.Name}: stages are set for the whole optimizer, by its Plan; a group's rule is a plain {has.Name}."
        : $"{has.Name}: a group's rule may change its options, not its type; got {got.Name}.");

    public static ArgumentException SameArray(string rule, Parameter first, Parameter second) =>
        new($"{rule}: {(first.Name is null ? "two parameters" : $"'{first.Name}' and '{second.Name}'")} of shapes {first.Value.ShapeText} and {second.Value.ShapeText} share one array, or a part of it or of other memory, which would be updated twice in one step. Make one parameter of it and add the gradients.");

    public static InvalidOperationException WithinClosure(string rule, string what) =>
        new($"{rule}: {what} was called from within the closure of a step; the closure only computes the loss and the gradients.");

    public static ArgumentException EmptyList(string rule) => new($"{rule}: got an empty parameter list; at least one parameter is needed.");

    public static ArgumentException GroupInUse(string rule) => new($"{rule}: the parameter group is part of an optimizer already. Make a new one of its parameters.");

    public static ArgumentException OneGroup(string rule) =>
        new($"{rule}: supports one parameter group only, since it treats all parameters as one vector; got a second one. Use one optimizer per group.");

    public static ArgumentException SomeNames(string rule, Parameter unnamed) =>
        new($"{rule}: some parameters of the group have names, the one of shape {unnamed.Value.ShapeText} has none. Name all or none, so that saved states are matched one way.");

    public static ArgumentException NamesInOneGroup(string rule) =>
        new($"{rule}: the parameters of one group have names, those of another have none. Name all or none, so that saved states are matched one way.");

    public static ArgumentException NotMine(string rule, Parameter p) => new($"{rule}: '{p}' is not a parameter of this optimizer.");

    public static ArgumentException Load(string rule, IReadOnlyList<string> differences) =>
        new($"{rule}: the saved state does not fit; nothing was loaded. Was it made for another model or optimizer? {string.Join("; ", differences)}.");

    public static JsonException Json(string where, string wanted, JsonElement got) =>
        new($"{where}: wanted {wanted}, got {Raw(got)}. Was the text written by ToJson, and is it whole?");

    static string Raw(JsonElement e) => e.ValueKind == JsonValueKind.Undefined ? "nothing" : e.GetRawText() is { Length: > 40 } text ? text[..40] + "..." : e.GetRawText();

    public static JsonException JsonTwice(string where, string what) => new($"{where}: {what} stands twice.");

    public static JsonException JsonValue(object got) => new($"A state dict holds numbers, truth values, texts, tensors and lists; got {got.GetType()}.");

    public static ArgumentException ProductShapes<T>(MatrixPlace<T> a, MatrixPlace<T> b, MatrixPlace<T> c)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new($"A product of matrices of shapes {a.ShapeText} and {b.ShapeText} was to be written to shape {c.ShapeText}; " +
            "wanted [m, k], [k, n] and [m, n]. Is one of them to be transposed?");

    public static ArgumentException ProductOverlaps() =>
        new("A product of matrices was to be written to memory that one of them lies in; it needs memory of its own. Was one array given twice?");
}
