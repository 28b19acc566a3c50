namespace Optim.Functional.PyTorch;

/// <summary>Whether a saved tensor fits a parameter.</summary>
static class ParameterFit
{
    public static IReadOnlyList<string> Differences(Parameter p, IReadOnlyDictionary<string, SavedTensor> saved, DtypeRule dtypes)
    {
        if (!saved.TryGetValue(p.Name!, out var tensor)) return [$"'{p.Name}' is among the parameters, but not in the file"];
        var differences = new List<string>();
        if (!tensor.Dims.SequenceEqual([.. p.Value.Shape.Select(d => (long)d)]))
            differences.Add($"'{p.Name}' has shape {tensor.ShapeText} in the file, the parameter [{string.Join(", ", p.Value.Shape)}]");
        if (!Fits(tensor.Dtype, p.Value, dtypes))
            differences.Add($"'{p.Name}' is {tensor.TypeName} in the file, the parameter {SavedTensor.Of(p.Value).TypeName} "
                + "(dtypes: DtypeRule.Widen or Cast takes it)");
        return differences;
    }

    static bool IsWide(Dtype dtype) =>
        dtype is Dtype.Float64 or Dtype.Complex128 or Dtype.Int32 or Dtype.Int64 or Dtype.UInt32 or Dtype.UInt64;

    /// <summary>Whether numbers of a type may become those of a tensor.</summary>
    public static bool Fits(Dtype from, NDArray to, DtypeRule dtypes)
    {
        if ((from is Dtype.Complex64 or Dtype.Complex128) != to.IsComplex) return false;
        var isDouble = to.ElementType == typeof(double);
        var own = SavedTensor.Of(to).Dtype;
        return dtypes switch
        {
            DtypeRule.Cast => true,
            DtypeRule.Same => from == own,
            // Widen() makes double of integers, which float does not hold.
            _ => isDouble || !IsWide(from),
        };
    }
}
