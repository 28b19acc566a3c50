using System.Collections;
using System.Globalization;

namespace Optim.Functional.PyTorch;

/// <summary>Values within values: what a pickle holds.</summary>
static class Tree
{
    const int Deepest = 100;

    /// <summary>Refuses values that hold themselves, and those that were shared until walking them would not come to an end.</summary>
    /// <param name="file">As messages call it.</param>
    /// <param name="root">The outermost value.</param>
    /// <param name="length">Bytes it was read from: each value takes one at least, where it is not shared.</param>
    public static void Check(string file, object? root, long length)
    {
        const int SharedOftenEnough = 16, AtLeast = 10_000;
        var left = SharedOftenEnough * length + AtLeast;
        Visit(root, 0);

        void Visit(object? value, int depth)
        {
            if (left-- <= 0) throw Fault.Bomb(file, length);
            if (depth > Deepest) throw Fault.TooDeep(file, Deepest);
            foreach (var (_, inner) in Children(value)) Visit(inner, depth + 1);
        }
    }

    /// <summary>The values in a value, with their keys or numbers; none of one that is no dictionary or list.</summary>
    public static IEnumerable<(string Key, object? Value)> Children(object? value) => value switch
    {
        SavedDict dict => dict.Select(e => (Text(e.Key), e.Value)),
        byte[] => [],
        IList list => list.Cast<object?>().Select((item, i) => (Text((long)i), item)),
        _ => [],
    };

    /// <summary>All that is no dictionary or list, by its path; and empty ones.</summary>
    public static IEnumerable<(string Path, object? Value)> Leaves(object? value, string path = "")
    {
        var isNested = value is SavedDict or (IList and not byte[]);
        var any = false;
        if (isNested)
            foreach (var (key, inner) in Children(value))
            {
                any = true;
                foreach (var leaf in Leaves(inner, path.Length == 0 ? key : $"{path}.{key}")) yield return leaf;
            }
        if (!any) yield return (path, value);
    }

    static string Text(object key) => Convert.ToString(key, CultureInfo.InvariantCulture)!;
}
