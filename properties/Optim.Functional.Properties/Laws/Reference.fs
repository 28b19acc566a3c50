/// The formulas of the papers, computed in another way.
module internal Optim.Functional.Properties.Reference

open Optim.Functional

let formula =
    Make.elementwise
        "reference"
        "Parameters, slots and scalars of every step are within k roundings of the paper's formula in double-double arithmetic."
        "A running error bound of the paper's own line (Higham 2002, section 3.3); papers and k stand at each formula."
        (fun rule ->
            if (Formulas.tryFind rule.Name).IsSome then
                Make.only [ rule.Name ] rule
            else
                Some "no reference for a rule of this name")
        Domain.any
        (fun case ->
            List.indexed case.Start
            |> List.collect (fun (i, θ) ->
                let gradients = case.Gradients |> List.choose (List.item i)
                // What comes of squares that over- or underflow, and of numbers that are not finite, is torch's own: others may do otherwise.
                let common = Array.forall (fun x -> x = 0.0 || abs x >= 1e-9 && abs x <= 1e9)

                let gradients =
                    if Options.isOurs case.Rule then gradients
                    elif common θ then List.takeWhile common gradients
                    else []

                Oracle.violations case.Rule case.Single θ gradients |> List.map (fun line -> $"p{i}, {line}")))

/// Enough to tell the parts of a product of matrices apart; the dense form's bound grows with each more.
let private most = 6

let bfgs =
    Make.closure
        "closure reference"
        "One iteration is BFGS's from the stored pairs: pairs, scales, direction and parameters are within k roundings of the dense form in double-double arithmetic."
        "Nocedal, Wright 2006, equation 7.19, whose inverse Hessian is written out; n at most 6."
        (Make.only [ "LBFGS" ])
        (fun descent ->
            let few = Descent.parts descent |> Array.concat |> Array.truncate most
            let descent = Descent.keep [ few ] descent

            if few.Length = 0 then
                []
            else
                let f θ =
                    let loss, g = Descent.quadratic descent θ
                    Descent.sign descent * loss, Array.map ((*) (Descent.sign descent)) g

                Oracle.lbfgsViolations descent.Rule descent.Single f descent.Start.Head descent.Steps)

let all = [ formula; bfgs ]
