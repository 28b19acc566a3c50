/// The formulas of the papers, computed in another way.
module internal Optim.Functional.Properties.Reference

open Optim.Functional

let formula =
    Make.elementwise
        "reference"
        "Parameters, slots and scalars of every step are within k roundings of the paper's formula in double-double arithmetic."
        "A running error bound of the paper's own line (Higham 2002, section 3.3); papers and k stand at each formula."
        (fun rule -> if (Formulas.tryFind rule.Name).IsSome then None else Some "no reference for a rule of this name")
        Domain.any
        (fun case ->
            List.indexed case.Start
            |> List.collect (fun (i, θ) ->
                let gradients = case.Gradients |> List.choose (List.item i)
                Oracle.violations case.Rule case.Single θ gradients |> List.map (fun line -> $"p{i}, {line}")))

let all = [ formula ]
