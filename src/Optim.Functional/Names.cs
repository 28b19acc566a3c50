using System.Text;

namespace Optim.Functional;

/// <summary>torch's spelling of .NET names.</summary>
static class Names
{
    /// <summary>WeightDecay becomes weight_decay, T0 t0, DCoef d_coef, Precondition1d precondition_1d.</summary>
    public static string Torch(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var begins =
                i > 0
                && char.IsUpper(name[i])
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            begins |= i > 0 && char.IsDigit(name[i]) && i + 1 < name.Length && char.IsLower(name[i + 1]);
            if (begins) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
