namespace Optim.Functional;

/// <summary>What a provider of MathNet may be besides: one that multiplies matrices which are parts of arrays, or outside the runtime's
/// memory. MathNet's own interface takes whole arrays only.</summary>
/// <remarks>Where the provider in use is one, the rules' products of slots that hold several factors go through it as well.</remarks>
/// <typeparam name="T">The numbers.</typeparam>
public interface IMatrixProducts<T> where T : unmanaged
{
    /// <summary>C ← αAB + βC, all of them column by column without gaps. With β = 0, C is not read.</summary>
    /// <param name="transposeA">Whether A is the transpose of what lies in memory.</param>
    /// <param name="transposeB">Whether B is.</param>
    /// <param name="m">Rows of A and C, at least 1.</param>
    /// <param name="n">Columns of B and C, at least 1.</param>
    /// <param name="k">Columns of A and rows of B, at least 1.</param>
    /// <param name="alpha">α.</param>
    /// <param name="a">A, mk elements.</param>
    /// <param name="b">B, kn elements.</param>
    /// <param name="beta">β.</param>
    /// <param name="c">C, mn elements, in memory of its own.</param>
    /// <exception cref="ArgumentException">A matrix has another length than its shape says, or no elements.</exception>
    void Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, T alpha, ReadOnlySpan<T> a, ReadOnlySpan<T> b, T beta, Span<T> c);

    /// <summary>Whether it is to be asked for a product of this shape. Where not, the library's own lanes make it. Default: yes.</summary>
    bool Takes(int m, int n, int k) => true;

    /// <summary>Whether its sums and scalings of vectors are better than the library's own, which L-BFGS uses where they are not. Default:
    /// yes.</summary>
    bool MakesVectors => true;
}
