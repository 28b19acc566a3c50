using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>Names of a formula in the letters of a language of kernels.</summary>
static class Ascii
{
    static readonly Dictionary<char, string> greek =
        ("α alpha, β beta, γ gamma, δ delta, ε eps, ζ zeta, η eta, θ theta, κ kappa, λ lambda, μ mu, ν nu, ρ rho, σ sigma, "
            + "τ tau, φ phi, ψ psi, ω omega").Split(", ").ToDictionary(word => word[0], word => word[2..]);

    /// <summary>A constant's identifier: its number keeps it apart from other constants, and from words of the language.</summary>
    public static string Argument(int number, string name)
    {
        var text = new StringBuilder($"k{number}");
        if (name == $"{text}") return name;
        text.Append('_');
        foreach (var c in name)
            if (greek.TryGetValue(c, out var word)) text.Append(word);
            else if (char.IsAsciiLetterOrDigit(c) || c == '_') text.Append(c);
        return $"{text}";
    }
}
