using System.Text.Json;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of states, saved and other.</summary>
static partial class Fault
{
    public static ArgumentException OtherRule(IRule rule, string got) =>
        new($"{rule.Name}: the state was made by {got}. Use that rule, or start with {rule.Name}'s own Init.");

    public static ArgumentException OtherNames(IRule rule, IEnumerable<string> got, IEnumerable<string> wanted) =>
        new($"{rule.Name}: the state is of {Quoted(got)}, the parameters are {Quoted(wanted)}. Was this state made for another model?");

    public static ArgumentException OtherShape(IRule rule, string name, NDArray got, NDArray wanted) =>
        new($"{rule.Name}: the state{Of(name)} was made for shape {got.ShapeText} of {Words(got.ElementType)}, "
            + $"the parameter has {wanted.ShapeText} of {Words(wanted.ElementType)}. Was this state made for another model?");

    public static ArgumentException NegativeSteps(IRule rule, int got) =>
        new(Invariant($"{rule.Name}: the number of steps must be at least 0, got {got}."));

    public static InvalidOperationException Donated(string what) =>
        new($"These {what} were donated to a step, which has written its results in their place. Use the step's results.");

    public static InvalidOperationException WithinEvaluation(string rule, string what) =>
        new($"{rule}: {what} was called from within Evaluate, where the parameters are not those of training; step after it.");

    public static ArgumentException Load(string rule, IReadOnlyList<string> differences) =>
        new($"{rule}: the saved state does not fit; nothing was loaded. "
            + $"Was it made for another model or optimizer? {string.Join("; ", differences)}.");

    public static ArgumentException GroupWithoutParams(int group) =>
        new($"Group {group} of the state dict has no 'params', an int[] of its parameters' numbers.");

    public static ArgumentException GroupNames(int group, int wanted) =>
        new($"Group {group} of the state dict must have 'param_names' for each of its {wanted} parameters, a string[].");

    public const string Nothing = "nothing";

    public static JsonException Json(string where, string wanted, string got) =>
        new($"{where}: wanted {wanted}, got {got}. Was the text written by ToJson or Save, and is it whole?");

    public static JsonException JsonBroken(JsonException cause) =>
        new($"The JSON is damaged, or it is not whole: {cause.Message.TrimEnd('.')}. Was it cut off?", cause);

    public static JsonException JsonTokenTooLong(int most) =>
        new($"The JSON has a text or a number of more than {Thousands(most)} bytes. Many numbers are written as a list of shorter texts.");

    public static NotSupportedException ReadAlone(string type, string how) =>
        new($"JSON holds no {type} by itself: its rule and the shapes of its parameters are in your program. Read it by {how}.");

    public static JsonException JsonTwice(string where, string what) => new($"{where}: {what} stands twice.");

    public static JsonException JsonValue(object got) =>
        new($"A state dict holds numbers, truth values, texts, tensors and lists; got {got.GetType()}.");
}
