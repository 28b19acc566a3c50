namespace Optim.Functional.Properties

[<RequireQualifiedAccess>]
module internal Formulas =

    let private known =
        Map.ofList (List.concat [ PlainFormulas.all; SquareFormulas.all; AdamFormulas.all; SharedFormulas.all ])

    /// The formula of a rule, by the name it gives itself.
    let tryFind name = Map.tryFind name known
