namespace Optim.Functional.Tests.Closure;

public class VectorsTests
{
    static readonly Vectors<float> V = new(new Execution { Threads = 1 });
    static readonly float[] X = [1, -4, 2], Y = [3, 0.5f, -1];

    [Fact]
    public void A_dot_product_is_the_sum_of_the_products() => Assert.Equal(-1, V.Dot(X, Y));

    [Fact]
    public void A_sum_of_floats_is_made_in_double() => Assert.Equal(1.0 + (1L << 40), V.Dot([1 << 20, 1], [1 << 20, 1]));

    [Fact]
    public void Sizes_are_summed_up_and_compared() => Assert.Equal((7, 4), (V.SumAbs(X), V.MaxAbs(X)));

    [Fact]
    public void The_largest_size_beside_a_NaN_is_NaN() => Assert.Equal(double.NaN, V.MaxAbs([1, float.NaN, 2]));

    [Fact]
    public void A_multiple_is_added_into_either_of_its_operands()
    {
        float[] x = [.. X], y = [.. Y], to = new float[3];
        V.Add(X, 2, Y, to);
        V.Add(x, 2, Y, x);
        V.Add(X, 2, y, y);
        Assert.Equal([7, -3, 0], to);
        Assert.Equal(to, x);
        Assert.Equal(to, y);
    }

    [Fact]
    public void A_factor_is_rounded_to_the_elements_type_first()
    {
        var to = new float[1];
        V.Scale(1 + Math.ScaleB(1, -30), [3], to);
        Assert.Equal([3], to);
    }

    [Fact]
    public void Without_an_execution_it_is_the_default_one() => Assert.Equal(-1, default(Vectors<float>).Dot(X, Y));

    [Fact]
    public void Vectors_of_different_lengths_are_refused()
    {
        Assert.Contains("got 3, 2", Assert.Throws<ArgumentException>(() => V.Dot(X, new float[2])).Message);
        Assert.Contains("got 3, 3, 4", Assert.Throws<ArgumentException>(() => V.Add(X, 1, Y, new float[4])).Message);
        Assert.Contains("got 3, 4", Assert.Throws<ArgumentException>(() => V.Scale(1, X, new float[4])).Message);
    }
}
