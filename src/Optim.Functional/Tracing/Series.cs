using System.Collections;

namespace Optim.Functional;

/// <summary>A number for each step of a trace, or none: to those who read, NaN.</summary>
sealed class Series : IReadOnlyList<double>
{
    readonly List<double?> values;

    public Series(string name, int steps) => (Name, values) = (name, [.. Enumerable.Repeat<double?>(null, steps)]);

    public string Name { get; }

    public int Count => values.Count;

    public double this[int index] => values[index] ?? double.NaN;

    /// <summary>As it was told: null where it was not.</summary>
    public double? Told(int index) => values[index];

    public double? Last => values.FindLast(v => v is not null);

    /// <summary>Whether the last step has no number yet.</summary>
    public bool IsOpen => values[^1] is null;

    public void Open() => values.Add(null);

    public void Close(double value) => values[^1] = value;

    public IEnumerator<double> GetEnumerator() => values.Select(v => v ?? double.NaN).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
