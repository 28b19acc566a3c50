namespace Optim.Functional;

/// <summary>Decides for each parameter of a model whether it is a hidden matrix, and says why.</summary>
/// <param name="muon">The rule that they would go to.</param>
/// <param name="all">The model's parameters, in order.</param>
/// <param name="said">What is decided already.</param>
sealed class MuonRoutes(IGradientRule muon, (string Name, NDArray Value)[] all, (Select Of, Route To)[] said)
{
    static readonly string[] embeddings = ["wte", "wpe", "emb", "embd", "tok_emb", "pos_emb", "word_embeddings", "shared", "patch_embed"];
    static readonly string[] heads = ["head", "classifier", "score", "logits", "unembed", "embed_out", "output_projection", "proj_out"];
    static readonly string[] norms = ["ln", "bn", "ln_f", "gain", "scale"];

    public Routed[] All()
    {
        var routes = all.Select(p => Decided(p.Name, p.Value) ?? ByName(p.Name, p.Value) ?? (Route.Muon, "a hidden matrix")).ToArray();
        End(routes, embeddings: true, Enumerable.Range(0, all.Length), "the first matrix, which reads the input");
        End(routes, embeddings: false, Enumerable.Range(0, all.Length).Reverse(), "the last matrix, which makes the output");
        return [.. all.Zip(routes, (p, r) => new Routed(p.Name, p.Value.ShapeText, p.Value.Length, r.To, r.Why))];
    }

    /// <summary>Where no name says which one reads the input or makes the output, its place does.</summary>
    void End((Route To, string Why)[] routes, bool embeddings, IEnumerable<int> order, string why)
    {
        if (all.Any(p => p.Value.Shape.Count > 1 && (embeddings ? IsEmbedding(p.Name) : IsHead(p.Name)) is not null)) return;
        foreach (var i in order)
        {
            if (all[i].Value.Shape.Count < 2) continue;
            if (routes[i].To == Route.Muon && !IsSaid(all[i].Name, all[i].Value)) routes[i] = (Route.Other, why);
            return;
        }
    }

    bool IsSaid(string name, NDArray value) => said.Any(s => s.Of.Matches(name, value.Shape));

    (Route To, string Why)? Decided(string name, NDArray value)
    {
        foreach (var (of, to) in said)
        {
            if (!of.Matches(name, value.Shape)) continue;
            if (to == Route.Muon && Refusal(value) is { } why) throw Fault.RoutingRefused(muon, name, value, why);
            return (to, $"said by {of}");
        }
        return null;
    }

    (Route To, string Why)? ByName(string name, NDArray value)
    {
        var shape = value.Shape;
        if (shape.Count == 0) return (Route.Other, "a single number");
        if (shape.Count == 1) return (Route.Other, Is(name, "bias") is null ? "a vector" : "a bias");
        if (IsEmbedding(name) is { } embedding) return (Route.Other, $"an embedding, by its name '{embedding}'");
        if (IsHead(name) is { } head) return (Route.Other, $"a head, by its name '{head}'");
        if (Words(name).FirstOrDefault(w => w.Contains("norm") || norms.Contains(w) || w.StartsWith("ln_")) is { } norm)
            return (Route.Other, $"a norm, by its name '{norm}'");
        if (Is(name, "bias") is not null) return (Route.Other, "a bias");
        if (shape.Count(d => d > 1) < 2) return (Route.Other, "a matrix of one row or column, which is a vector");
        if (shape.Count == 3 && Words(name).FirstOrDefault(w => w.Contains("conv")) is { } conv)
            return (Route.Other, $"a convolution along a line, by its name '{conv}': its shape is that of a stack of matrices");
        return Refusal(value) is { } why ? (Route.Other, why) : null;
    }

    string? Refusal(NDArray value) => value.IsComplex ? "its numbers are complex" : muon.Refuses(value.Shape);

    /// <summary>The words between the dots, in lower case.</summary>
    static string[] Words(string name) => name.ToLowerInvariant().Split('.', '/');

    static string? Is(string name, string word) =>
        Words(name)[^1] is var last && last.EndsWith(word, StringComparison.Ordinal) ? last : null;

    static string? IsEmbedding(string name) =>
        Words(name).FirstOrDefault(w => (w.Contains("embed") && !heads.Contains(w)) || embeddings.Contains(w));

    /// <summary>By the module that the parameter is of, or by itself: an attention's heads are none.</summary>
    static string? IsHead(string name)
    {
        var words = Words(name);
        var own = words.Length > 1 && words[^1] is "weight" or "kernel" or "w" ? words[^2] : words[^1];
        return heads.Contains(own) || own.EndsWith("_head", StringComparison.Ordinal) || (own == "output" && words.Length < 3) ? own
            : words[0] is "head" or "lm_head" ? words[0]
            : null;
    }
}
