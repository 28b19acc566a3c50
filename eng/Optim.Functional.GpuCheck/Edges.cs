using System.Numerics;
using Optim.Functional.Cuda;

namespace Optim.Functional.GpuCheck;

/// <summary>Each operation of formulas, on pairs of numbers at the edge: by rules that are that operation.</summary>
sealed class Edges(Gpu gpu)
{
    public IEnumerable<(string Name, Func<string?> Run)> All()
    {
        foreach (var operation in Enum.GetValues<Operation>())
        {
            yield return ($"{operation} at the edge, float", () => Same<float>(new(operation)));
            yield return ($"{operation} at the edge, double", () => Same<double>(new(operation)));
        }
    }

    string? Same<T>(OneOperation rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var edge = Numbers<T>();
        T[] θ = [.. edge.SelectMany(a => edge.Select(_ => a))], g = [.. edge.SelectMany(_ => edge)];
        var (here, there) = (new Parameter((NDArray)NDArray.Of((T[])θ.Clone())), new Parameter(gpu.Copy(NDArray.Of((T[])θ.Clone()))));
        (here.Grad, there.Grad) = (NDArray.Of(g), gpu.Copy(NDArray.Of(g)));
        new Optimizer([here], rule).Step();
        new Optimizer([there], rule).Step();
        var (a, b) = (here.Value.As<T>().ToArray(), there.Value.As<T>().ToArray());
        for (var k = 0; k < a.Length; k++)
            if (!a[k].Equals(b[k]) || (T.IsNegative(a[k]) != T.IsNegative(b[k]) && !T.IsNaN(a[k])))
                return $"of {θ[k]:R} and {g[k]:R} is {a[k]:R} on the processor, {b[k]:R} on the device";
        return null;
    }

    static T[] Numbers<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (one, random) = (T.One, new Random(3));
        var normal = typeof(T) == typeof(float) ? T.CreateTruncating(1.17549435e-38f) : T.CreateTruncating(2.2250738585072014e-308);
        T[] positive =
        [
            T.Zero, T.Epsilon, T.Epsilon * T.CreateTruncating(3), normal - T.Epsilon, normal, normal + T.Epsilon, T.CreateTruncating(0.1),
            one, T.BitIncrement(one), T.BitDecrement(one), T.CreateTruncating(3), T.CreateTruncating(1e19), T.CreateTruncating(1e30),
            T.PositiveInfinity, T.BitDecrement(T.PositiveInfinity), T.NaN, .. Wild.Numbers<T>(random, 20, isTame: true).Select(T.Abs),
        ];
        return [.. positive, .. positive.Select(x => -x)];
    }
}

/// <summary>An operation of lanes.</summary>
enum Operation
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Sqrt,
    Abs,
    Negate,
    Max,
    Min,
    Fma,
    WhereGreater,
    Lerp,
}

/// <summary>A rule whose step is one operation on θ and g.</summary>
sealed record OneOperation(Operation Of) : IElementwiseRule
{
    public string Name => $"{Of}";
    public IReadOnlyList<SlotSpec> Slots => [];
    public void Validate() { }

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(Of, L.Of(0.3)));

    readonly record struct At<L>(Operation Of, L Weight) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 0;

        public L Update(L θ, L g, ref Slots<L> s) => Of switch
        {
            Operation.Add => θ + g,
            Operation.Subtract => θ - g,
            Operation.Multiply => θ * g,
            Operation.Divide => θ / g,
            Operation.Sqrt => L.Sqrt(θ),
            Operation.Abs => L.Abs(θ),
            Operation.Negate => -θ,
            Operation.Max => L.Max(θ, g),
            Operation.Min => L.Min(θ, g),
            Operation.Fma => L.Fma(θ, g, Weight),
            Operation.WhereGreater => L.WhereGreater(θ, g, θ, g),
            _ => L.Lerp(θ, g, Weight),
        };

        public L Apply(L θ, L u) => u;
    }
}
