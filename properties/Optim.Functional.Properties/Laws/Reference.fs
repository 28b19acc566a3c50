/// The formulas of the papers, computed in another way.
module internal Optim.Functional.Properties.Reference

open Optim.Functional

/// Rows and columns of the matrices that products are checked on: a bound grows with each more.
let private mostRows, mostColumns = 3, 4

/// Elements of other parameters, and steps, of which no more is learned.
let private mostElements, mostSteps = 24, 4

/// The parameter's first elements, in its shape, and the shape.
let private few case i =
    let shape = Case.shape case i case.Start[i].Length

    match shape with
    | [| rows; columns |] when not (Kind.takesVectors case.Rule) ->
        let r, c = min rows mostRows, min columns mostColumns

        [ r; c ],
        fun (values: float[]) ->
            [|
                for i in 0 .. r - 1 do
                    for j in 0 .. c - 1 -> values[i * columns + j]
            |]
    | _ ->
        let line = shape |> Array.skip 1 |> Array.fold (*) 1
        let lines = min shape[0] (max 1 (mostElements / max 1 line))
        lines :: List.ofArray shape[1..], Array.truncate (lines * line)

let private wholeViolations case i =
    let shape, few = few case i
    let gradients = case.Gradients |> List.choose (List.item i) |> List.truncate mostSteps |> List.map few

    // An empty parameter has no number.
    [ false; true ]
    |> List.filter (fun columnMajor -> case.Start[i].Length > 0 && (not columnMajor || shape.Length = 2))
    |> List.collect (fun columnMajor ->
        Oracle.wholeViolations (Kind.gradient case.Rule) case.Single columnMajor shape (few case.Start[i]) gradients
        |> List.map (fun line -> $"p{i}, {shape}, column by column {columnMajor}, {line}"))

let formula =
    Make.gradient
        "reference"
        "Parameters, slots and scalars of every step are within k roundings of the paper's formula in double-double arithmetic."
        "A running error bound of the paper's own line (Higham 2002, section 3.3); papers and k stand at each formula."
        (fun rule ->
            if not (Kind.isPlain rule) then
                Unless.plan rule
            elif
                (if Kind.isElementwise rule then
                     (Formulas.tryFind rule.Name).IsSome
                 else
                     (WhitenedFormulas.tryFind rule.Name).IsSome)
            then
                Make.only [ rule.Name ] rule
            else
                Some "no reference for a rule of this name")
        Domain.any
        (fun case ->
            List.indexed case.Start
            |> List.collect (fun (i, θ) ->
                if not (Kind.isElementwise case.Rule) then
                    wholeViolations case i
                else
                    let gradients = case.Gradients |> List.choose (List.item i)
                    // What comes of squares that over- or underflow, and of numbers that are not finite, is torch's own:
                    // others may do otherwise.
                    let common = Array.forall (fun x -> x = 0.0 || abs x >= 1e-9 && abs x <= 1e9)

                    let gradients =
                        if Options.isOurs case.Rule then gradients
                        elif common θ then List.takeWhile common gradients
                        else []

                    Oracle.violations (Kind.gradient case.Rule) case.Single θ gradients |> List.map (fun line -> $"p{i}, {line}")))

/// Enough to tell the parts of a product of matrices apart; the dense form's bound grows with each more.
let private most = 6

let bfgs =
    Make.closure
        "closure reference"
        "One iteration is BFGS's from the stored pairs: pairs, scales, \
        direction and parameters are within k roundings of the dense form in double-double arithmetic."
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
