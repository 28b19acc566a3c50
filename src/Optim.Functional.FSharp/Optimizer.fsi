namespace Optim.Functional

/// <summary>torch's optimizer, which updates in place, from lists of names and values.</summary>
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Optimizer =

    /// <summary>An optimizer of one group.</summary>
    /// <param name="parameters">Names and values, as in <c>Params.ofList</c>: an array is written to, of a list a copy.</param>
    /// <param name="rule">The rule or plan.</param>
    /// <exception cref="T:System.ArgumentException">There is no parameter, one is sparse, or a name stands twice.</exception>
    /// <example><code>let optimizer = AdamW(Lr = 1e-3) |> Optimizer.ofList [ "W", W; "b", b ]</code></example>
    val ofList: parameters: (string * obj) list -> rule: IRule -> Optimizer

    /// <summary>An optimizer of several groups, each with options of its own by torch's names over those of the rule.</summary>
    /// <exception cref="T:System.ArgumentException">As in <c>Optimizer.ofList</c>, or an option is unknown or out of range.</exception>
    /// <example><code>SGD(0.1) |> Optimizer.ofGroups [ [ ("W", W) ], [ ("weight_decay", 1e-4) ]; [ ("b", b) ], [ ("lr", 0.01) ] ]</code></example>
    val ofGroups: groups: ((string * obj) list * (string * obj) list) list -> rule: IRule -> Optimizer

    /// <summary>The parameters by name; they are the optimizer's own numbers. One without a name has an empty one.</summary>
    /// <exception cref="T:System.ArgumentException">Two parameters have no name.</exception>
    val parameters: optimizer: Optimizer -> Params

    /// <summary>One step in place with these gradients; a parameter without one stays as it is.</summary>
    /// <param name="gradients">Names and values, as in <c>Params.ofList</c>.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <exception cref="T:System.Collections.Generic.KeyNotFoundException">There is no parameter of that name.</exception>
    /// <exception cref="T:System.ArgumentException">A gradient does not fit its parameter.</exception>
    val step: gradients: (string * obj) list -> optimizer: Optimizer -> unit
