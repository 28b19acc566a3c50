using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>Every library that is found, in every type of number, against MathNet's own provider.</summary>
public class ProviderLaws
{
    static void Each(string library, ILaw law) => Each(Libraries.Provider(library), law);

    static void Each(ILinearAlgebraProvider provider, ILaw law)
    {
        law.Run(new Setting<float, Single32>(provider));
        law.Run(new Setting<double, Double64>(provider));
        law.Run(new Setting<Complex32, Complex64>(provider));
        law.Run(new Setting<Complex, Complex128>(provider));
    }

    /// <summary>The law of a name, of another provider.</summary>
    internal static void Each(ILinearAlgebraProvider provider, string law) => Each(provider, law switch
    {
        "vectors" => (ILaw)new Vectors(),
        "products" => new Products(),
        "aliases" => new Aliases(),
        "norms" => new Norms(),
        "LU" => new Lu(),
        "Cholesky" => new Cholesky(),
        "QR" => new Qr(),
        "SVD" => new Svd(),
        "eigenvalues" => new Eigen(),
        _ => throw new ArgumentOutOfRangeException(nameof(law), law, "no law"),
    });

    interface ILaw
    {
        void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>;
    }

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Vectors_are_multiplied_added_and_scaled_as_by_MathNet(string library) => Each(library, new Vectors());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void NaN_and_infinity_go_where_they_go_with_MathNet(string library) => Each(library, new NotFinite());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Products_are_MathNets_for_every_transpose_shape_and_factor(string library) => Each(library, new Products());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void A_product_may_be_written_over_its_factors(string library) => Each(library, new Aliases());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Norms_are_MathNets(string library) => Each(library, new Norms());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void LU_its_solutions_and_inverses_are_right_and_a_singular_matrix_has_none(string library) => Each(library, new Lu());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Cholesky_and_its_solutions_are_right_and_an_indefinite_matrix_has_none(string library) => Each(library, new Cholesky());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void QR_full_and_thin_and_its_least_squares_are_right(string library) => Each(library, new Qr());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Singular_values_their_vectors_and_pseudo_inverses_are_right(string library) => Each(library, new Svd());

    [Theory, MemberData(nameof(Libraries.All), MemberType = typeof(Libraries))]
    public void Eigenvalues_and_their_vectors_are_right(string library) => Each(library, new Eigen());

    struct Vectors : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => VectorLaws.Vectors(s);
    }

    struct NotFinite : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => VectorLaws.NotFinite(s);
    }

    struct Products : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => VectorLaws.Products(s);
    }

    struct Aliases : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => VectorLaws.Aliases(s);
    }

    struct Norms : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => VectorLaws.Norms(s);
    }

    struct Lu : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => MatrixLaws.Lu(s);
    }

    struct Cholesky : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => MatrixLaws.Cholesky(s);
    }

    struct Qr : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => MatrixLaws.Qr(s);
    }

    struct Svd : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => MatrixLaws.Svd(s);
    }

    struct Eigen : ILaw
    {
        public readonly void Run<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T> => MatrixLaws.Eigen(s);
    }
}
