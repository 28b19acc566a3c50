using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Meta's options, which are nested, as they are said here.</summary>
static class ShampooOptions
{
    public static Dictionary<string, object?> Of(Dictionary<string, object?> given)
    {
        Dictionary<string, object?> options = new(given);
        if (options.Remove("preconditioner_config", out var config) && config is Dictionary<string, object?> kind)
        {
            options["kl"] = kind["kind"] is "kl_root_inv" or "kl_eigendecomposed";
            if (kind.GetValueOrDefault("inverse_exponent_override") is Dictionary<string, object?> powers)
                options["inverse_exponent_override"] = new[] { powers.GetValueOrDefault("1"), powers.GetValueOrDefault("2") };
        }
        if (options.Remove("grafting_config", out config) && config is Dictionary<string, object?> grafting)
        {
            options["grafting"] = grafting["kind"];
            if (grafting.TryGetValue("beta2", out var beta2)) options["grafting_beta2"] = beta2;
            if (grafting.TryGetValue("epsilon", out var epsilon)) options["grafting_epsilon"] = epsilon;
        }
        if (options.GetValueOrDefault("weight_decay_type") is string type)
        {
            options["weight_decay_type"] = type.ToLowerInvariant();
            options["peak_lr"] = options["lr"];
        }
        return options;
    }

    /// <summary>How Meta's code is told to decompose.</summary>
    public static string? Computation(Golden c) =>
        c.Json.GetProperty("options").TryGetProperty("preconditioner_config", out var config)
        && config.TryGetProperty("amortized_computation_config", out var found) ? found.GetProperty("kind").GetString() : null;

    /// <summary>The kind of one of Meta's nested options, or what a case gives in it.</summary>
    public static string? In(Golden c, string config, string option = "kind") =>
        c.Json.GetProperty("options").TryGetProperty(config, out var found) && found.ValueKind == JsonValueKind.Object
        && found.TryGetProperty(option, out var value) ? value.ToString() : null;
}
