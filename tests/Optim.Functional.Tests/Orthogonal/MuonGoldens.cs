using System.Text.Json;
using Optim.Functional.Tests.Goldens;

namespace Optim.Functional.Tests.Orthogonal;

/// <summary>The files of tests/goldens-muon, whose cases are read by their names.</summary>
static class MuonGoldens
{
    static readonly Dictionary<string, JsonElement> files = [];

    public static JsonElement[] Of(string file)
    {
        lock (files)
        {
            if (!files.TryGetValue(file, out var all))
                files[file] = all = GoldenFolder.Open(Path.Combine(GoldenFolder.Repository!, "tests", "goldens-muon", file + ".json.gz"));
            return [.. all.EnumerateArray()];
        }
    }

    public static JsonElement Find(string file, string name) => Of(file).Single(c => Name(c) == name);

    public static TheoryData<string> Names(string file) => [.. Of(file).Select(Name)];

    public static string Name(JsonElement c) => c.GetProperty("name").GetString()!;

    public static Quintic[] Coefficients(JsonElement c) =>
        [.. c.GetProperty("coefficients").EnumerateArray().Select(k => k.Doubles() is var d ? new Quintic(d[0], d[1], d[2]) : default)];

    /// <summary>Numbers against the wanted ones, relative to the largest of these.</summary>
    public static void Near(string what, double[] want, double[] got, double within)
    {
        Assert.Equal(want.Length, got.Length);
        var size = want.Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (var i = 0; i < want.Length; i++)
            Assert.True(Math.Abs(got[i] - want[i]) <= within * size,
                $"{what}[{i}] is {got[i]:R}, wanted {want[i]:R}: off by {Math.Abs(got[i] - want[i]) / size:G3} of the largest.");
    }
}
