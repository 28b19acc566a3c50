namespace Optim.Functional.Tests.Lift;

/// <summary>Those of the list that a test is for.</summary>
static partial class Variants
{
    public static TheoryData<string> Names => [.. All.Select(r => r.Name)];

    /// <summary>Those that take every gradient and shape.</summary>
    public static TheoryData<string> Dense =>
        [.. All.Where(r => r.Rule.Sparse != SparseGradients.Only && r.Rule.Refuses([1]) is null).Select(r => r.Name)];

    /// <summary>Those whose steps do not depend on sums over all parameters.</summary>
    public static TheoryData<string> Apart => [.. All.Where(r => r.Rule is not IModelRule).Select(r => r.Name)];

    public static IGradientRule Get(string name) => All.First(r => r.Name == name).Rule;
}
