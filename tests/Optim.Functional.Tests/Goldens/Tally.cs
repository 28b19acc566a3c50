using System.Collections.Concurrent;
using System.Globalization;
using Optim.Functional.Tests.Goldens;

[assembly: AssemblyFixture(typeof(Tally))]

namespace Optim.Functional.Tests.Goldens;

/// <summary>Counts the golden cases as they run and, when all tests are done, writes artifacts/goldens.txt,
/// which ./build.sh test prints.</summary>
public sealed class Tally : IDisposable
{
    static readonly ConcurrentDictionary<string, bool> ran = new();
    static readonly ConcurrentDictionary<(string At, string Face), bool> ofFaces = new();
    static readonly ConcurrentDictionary<string, (double Off, double Most, string At)> worst = new();

    [ThreadStatic] static bool counting;

    /// <summary>Runs a case by its name. A case counts as passed when every test that runs it passes.</summary>
    /// <param name="at">The case.</param>
    /// <param name="test">What is done with it.</param>
    /// <param name="face">The face that replays it, if it is counted by that too.</param>
    internal static void Run(string at, Action<Golden> test, string? face = null)
    {
        if (at == GoldenFolder.None) return;
        var passed = false;
        counting = true;
        try { test(GoldenFolder.Find(at)); passed = true; }
        finally
        {
            counting = false;
            ran.AddOrUpdate(at, passed, (_, before) => before && passed);
            if (face is not null) ofFaces[(at, face)] = passed;
        }
    }

    /// <summary>Remembers the deviation that comes nearest to its tolerance, of the cases that <see cref="Run"/> runs.</summary>
    internal static void Deviation(Tolerance of, double off, Golden c)
    {
        if (counting)
            worst.AddOrUpdate(of.Name, (off, of.Most, c.At), (_, w) =>
                off / of.Most > w.Off / w.Most || double.IsNaN(off) ? (off, of.Most, c.At) : w);
    }

    public void Dispose()
    {
        if (ran.IsEmpty) return;
        var artifacts = Directory.CreateDirectory(Path.Combine(GoldenFolder.Repository ?? AppContext.BaseDirectory, "artifacts")).FullName;
        File.WriteAllLines(Path.Combine(artifacts, "goldens.txt"), Lines());
    }

    /// <summary>How many of the cases passed on each face.</summary>
    static string Faces(IEnumerable<Golden> file)
    {
        var passed = ofFaces.Where(f => f.Value && file.Any(c => c.At == f.Key.At)).GroupBy(f => f.Key.Face);
        return string.Concat(passed.OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $", {g.Key} {g.Count()}"));
    }

    static IEnumerable<string> Lines()
    {
        var (cases, passed) = (GoldenFolder.Cases, ran.Count(r => r.Value));
        var left = cases.Where(c => c.LeftOut is not null).GroupBy(c => c.LeftOut!).OrderBy(g => g.Key, StringComparer.Ordinal).ToArray();
        var (failed, missed) = (
            ran.Count - passed + GoldenFolder.Faulty,
            cases.Count(c => c.LeftOut is null) - ran.Count - GoldenFolder.Faulty);
        yield return $"goldens: {passed} passed, {failed} failed, {left.Sum(g => g.Count())} left out"
            + (missed > 0 ? $", {missed} not run" : "");
        foreach (var file in cases.GroupBy(c => c.File))
            yield return $"  {file.Key}: {file.Count(c => ran.GetValueOrDefault(c.At))} of {file.Count()}{Faces(file)}";
        foreach (var g in left) yield return $"  left out, {g.Count()}: {g.Key}";
        foreach (var (name, w) in worst.OrderBy(w => w.Key, StringComparer.Ordinal))
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"  nearest to its tolerance, {name}: {w.Off:G3} of {w.Most:G3} in {w.At}");
    }
}
