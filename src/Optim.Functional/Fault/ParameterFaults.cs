namespace Optim.Functional;

/// <summary>Of parameters, their names and their groups.</summary>
static partial class Fault
{
    public static ArgumentException EmptyList(string rule) =>
        new($"{rule}: got an empty parameter list; at least one parameter is needed.");

    public static ArgumentException NoParameter(IRule rule, string name, IEnumerable<string> names) =>
        new($"{rule.Name}: there is a gradient for '{name}', but no such parameter. There are: {Quoted(names)}.");

    public static KeyNotFoundException NoName(string name, IEnumerable<string> names) =>
        new($"There is no parameter '{name}'. There are: {Quoted(names)}.");

    public static ArgumentException SameName(string name) => new($"Two parameters have the name '{name}'; names must differ.");

    public static ArgumentException SameParameter(Parameter p, string where) =>
        new($"Parameter '{p.Name}' of shape {p.Value.ShapeText} stands {where}; it would be updated twice in one step.");

    public static ArgumentException SameArray(string rule, Parameter first, Parameter second) =>
        new($"{rule}: {(first.Name is null ? "two parameters" : $"'{first.Name}' and '{second.Name}'")} "
            + $"of shapes {first.Value.ShapeText} and {second.Value.ShapeText} share one array, "
            + "or a part of it or of other memory, which would be updated twice in one step. "
            + "Make one parameter of it and add the gradients.");

    public static ArgumentException SparseParameter(string name) =>
        new($"Parameter '{name}' is sparse; only gradients may be. Use a dense vector or matrix.");

    public static ArgumentException MixedTypes(string name, Type got, Type wanted) =>
        new($"Parameter '{name}' has elements of type {Words(got)}, the first parameter {Words(wanted)}. "
            + "Parameters of one optimizer share their element type.");

    public static ArgumentException NotMine(string rule, Parameter p) => new($"{rule}: '{p}' is not a parameter of this optimizer.");

    public static ArgumentException SomeNames(string rule, Parameter unnamed) =>
        new($"{rule}: some parameters of the group have names, the one of shape {unnamed.Value.ShapeText} has none. "
            + "Name all or none, so that saved states are matched one way.");

    public static ArgumentException NamesInOneGroup(string rule) =>
        new($"{rule}: the parameters of one group have names, those of another have none. "
            + "Name all or none, so that saved states are matched one way.");

    public static ArgumentException GroupInUse(string rule) =>
        new($"{rule}: the parameter group is part of an optimizer already. Make a new one of its parameters.");

    public static InvalidOperationException NoOptimizer() => new("The parameter group is not yet part of an optimizer, so it has no rule.");
}
