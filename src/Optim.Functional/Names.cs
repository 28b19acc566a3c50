using System.Text;

namespace Optim.Functional;

/// <summary>torch's spelling of .NET names.</summary>
static class Names
{
    /// <summary>WeightDecay becomes weight_decay, T0 t0.</summary>
    public static string Torch(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1])) text.Append('_');
            text.Append(char.ToLowerInvariant(name[i]));
        }
        return text.ToString();
    }
}
