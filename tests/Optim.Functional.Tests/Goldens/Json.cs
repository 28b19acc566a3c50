using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Numbers, options and gradients as the golden files write them.</summary>
static class Json
{
    /// <summary>Flags that say how torch runs a step, not what it computes: accepted and ignored wherever options stand.</summary>
    public static readonly string[] ExecutionFlags = ["foreach", "fused", "capturable", "differentiable"];

    extension(JsonElement json)
    {
        public double Number() => json.ValueKind == JsonValueKind.Number ? json.GetDouble() : json.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var other => throw new FormatException($"'{other}' is no number."),
        };

        /// <summary>A whole number by its name.</summary>
        public int Whole(string name) => json.GetProperty(name).GetInt32();

        public double[] Doubles() => [.. json.EnumerateArray().Select(e => e.Number())];

        public int[] Integers() => [.. json.EnumerateArray().Select(e => e.GetInt32())];

        /// <summary>Options by torch's names, as <see cref="RuleInfo.Create"/> takes them.</summary>
        public Dictionary<string, object?> Options() =>
            json.EnumerateObject().Where(o => !ExecutionFlags.Contains(o.Name)).ToDictionary(o => o.Name, o => o.Value.Option());

        public object? Option() => json.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => json.GetDouble(),
            JsonValueKind.Object => json.Options(),
            JsonValueKind.Array => json.EnumerateArray().Select(e => e.Option()).ToArray(),
            JsonValueKind.String when json.GetString() is "NaN" or "Infinity" or "-Infinity" => json.Number(),
            _ => json.GetString(),
        };

        /// <summary>A recorded gradient as a tensor: absent, dense, or sparse.</summary>
        public NDArray? Gradient(int[] shape, bool single, bool mathNet) => json.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Array => Numbers.NDArray(json.Doubles(), shape, single, mathNet),
            _ => json.Sparse(shape, single, mathNet),
        };

        /// <summary>torch's COO format: one list of indices for each sparse dimension,
        /// and below each index a block of the dense dimensions.
        /// Duplicates add up. MathNet, which has no blocks, is given single elements; it drops zeros, which a rule may have to
        /// see.</summary>
        NDArray Sparse(int[] shape, bool single, bool mathNet)
        {
            var (indices, values) = (
                json.GetProperty("indices").EnumerateArray().Select(i => i.Integers()).ToArray(),
                json.GetProperty("values").Doubles());
            if (!mathNet || values.Contains(0)) return Numbers.Coo(values, indices, shape, single);
            var (block, sum) = (shape.Skip(indices.Length).Aggregate(1, (n, d) => n * d), new SortedDictionary<int, double>());
            for (var k = 0; k < indices[0].Length; k++)
            {
                var at = 0;
                for (var d = 0; d < indices.Length; d++) at = at * shape[d] + indices[d][k];
                for (var j = 0; j < block; j++) sum[at * block + j] = sum.GetValueOrDefault(at * block + j) + values[k * block + j];
            }
            return Numbers.Sparse(sum, shape, single);
        }
    }
}
