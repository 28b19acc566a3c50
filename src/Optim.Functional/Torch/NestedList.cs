using System.Collections;

namespace Optim.Functional;

/// <summary>A tensor as lists of lists of numbers, as torch's <c>tolist()</c> writes it.</summary>
static class NestedList
{
    /// <summary>The array, or null where it is none: not numbers, or rows of different lengths. A number alone has no dimensions.</summary>
    public static NDArray<double>? Read(object? value)
    {
        if (value is NDArray) return null;
        var (shape, numbers) = (new List<int>(), new List<double>());
        for (var e = value; e is IList { Count: var n } list; e = n > 0 ? list[0] : null) shape.Add(n);
        return Take(value, 0) ? NDArray.Of(numbers.ToArray(), [.. shape]) : null;

        bool Take(object? e, int depth)
        {
            if (e is IList list)
                return depth < shape.Count && list.Count == shape[depth] && list.Cast<object?>().All(item => Take(item, depth + 1));
            if (depth != shape.Count || e is NDArray || LoadPlan.Number(e) is not { } number) return false;
            numbers.Add(number);
            return true;
        }
    }
}
