using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>Every library that is found, in every type of number, against MathNet's own provider.</summary>
public class ProviderLaws
{
    static void Each(string library, string law) => Each(Libraries.Provider(library), law);

    /// <summary>A law of <see cref="VectorLaws"/> or <see cref="MatrixLaws"/>, by its name, in every type of number.</summary>
    internal static void Each(ILinearAlgebraProvider provider, string law)
    {
        var method = typeof(VectorLaws).GetMethod(law) ?? typeof(MatrixLaws).GetMethod(law)!;
        Run(new Setting<float, Single32>(provider));
        Run(new Setting<double, Double64>(provider));
        Run(new Setting<Complex32, Complex64>(provider));
        Run(new Setting<Complex, Complex128>(provider));

        void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> =>
            method.MakeGenericMethod(typeof(T), typeof(N)).CreateDelegate<Action<Setting<T, N>>>()(s);
    }

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Vectors_are_multiplied_added_and_scaled_as_by_MathNet(string library) => Each(library, nameof(VectorLaws.Vectors));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void NaN_and_infinity_go_where_they_go_with_MathNet(string library) => Each(library, nameof(VectorLaws.NotFinite));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Products_are_MathNets_for_every_transpose_shape_and_factor(string library) => Each(library, nameof(VectorLaws.Products));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void A_product_may_be_written_over_its_factors(string library) => Each(library, nameof(VectorLaws.Aliases));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Norms_are_MathNets(string library) => Each(library, nameof(VectorLaws.Norms));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void LU_its_solutions_and_inverses_are_right_and_a_singular_matrix_has_none(string library) =>
        Each(library, nameof(MatrixLaws.Lu));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Cholesky_and_its_solutions_are_right_and_an_indefinite_matrix_has_none(string library) =>
        Each(library, nameof(MatrixLaws.Cholesky));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void QR_full_and_thin_and_its_least_squares_are_right(string library) => Each(library, nameof(MatrixLaws.Qr));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Singular_values_their_vectors_and_pseudo_inverses_are_right(string library) => Each(library, nameof(MatrixLaws.Svd));

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Eigenvalues_and_their_vectors_are_right(string library) => Each(library, nameof(MatrixLaws.Eigen));
}
