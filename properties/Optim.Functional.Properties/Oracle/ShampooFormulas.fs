namespace Optim.Functional.Properties

open Optim.Functional.Rules
open Optim.Functional

/// Roots of a square factor for each dimension. What is made of decompositions is taken from the library's own step: other tests look at
/// those.
[<RequireQualifiedAccess>]
module internal ShampooFormulas =

    open Optim.Functional.Properties.FormulaParts
    open Optim.Functional.Properties.WholeParts
    open Optim.Functional.Properties.RoundedOperators

    let private isOne (x: Rounded) = x.Value.Hi = 1.0

    /// Shi et al., arXiv:2309.06497v1, Algorithm 2, with its code's options.
    /// K = 2: the library adds to a factor what a product gives as it is made, and multiplies constants first.
    let private shampoo o (x: WholeSituation) =
        let α, (β1, β2), λ = o?lr, two "betas" o, o?weight_decay
        let β3 = if Options.number "beta3" o < 0.0 then β1 else o?beta3

        let kind, grafting =
            Options.get<string | null> "weight_decay_type" o, Options.get<string | null> "grafting" o

        let t, isCorrected = x.Shared "step" + 1R, has "use_bias_correction" o
        let steps, every = int t.Value.Hi, Options.get<int> "precondition_frequency" o

        let start =
            let given = Options.get<int> "start_preconditioning_step" o in if given < 0 then every else given

        let decay =
            let peak = Options.get<System.Nullable<float>> "peak_lr" o
            let ofPeak = if Rounded.isZero α then 0R else α / (if peak.HasValue then Rounded.host peak.Value else α)

            match kind with
            | "l2" -> 0R
            | "corrected" -> α * λ * ofPeak
            | "independent" -> λ * ofPeak
            | _ -> α * λ

        let g = ascent o x
        let g = if kind = "l2" then Array.map2 (fun θ g -> g + λ * θ) x.θ g else g

        let boxes =
            Boxes.ofShape (Options.get<int> "max_preconditioner_dim" o) (Options.get<int> "target_parameter_dimensionality" o) x.Shape

        let A, R, found, made =
            x.Of "factor_matrices", x.Of "inv_factor_matrices", x.Found "inv_factor_matrices", x.Found "factor_matrices"

        let isNew = R |> Array.forall Rounded.isZero

        let R =
            if not isNew then
                R
            else
                [|
                    for _, _, sides in boxes do
                        for _, n, _ in sides do
                            for i in Sided.upTo n do
                                for j in Sided.upTo n -> if i = j then 1R else 0R
                |]

        let along R sides dims values =
            (values, sides) ||> List.fold (fun v side -> let axis, _, _ = side in Tensor.along dims axis (Sided.factor R side) v)

        let pick (places: int[]) (values: Rounded[]) = places |> Array.map (fun p -> values[p])

        let A' =
            [|
                for places, dims, sides in boxes do
                    for side in sides do
                        let axis, _, _ = side
                        let others = if has "kl" o then List.filter (fun s -> s <> side) sides else []
                        let gram = pick places g |> along R others dims |> Tensor.gram dims axis
                        let taken = if isOne β2 then 1R else 1R - β2
                        yield! Array.map2 (fun a outer -> β2 * a + taken * outer) (Sided.slice A side) gram
            |]
            |> Array.map (Rounded.toLane x.IsSingle)

        let isDue = Sided.isDue steps start every
        let c = if isCorrected && not (isOne β2) then (1R / (1R - β2 ** t)).Value.Hi else 1.0
        let powers = Options.get<System.Nullable<float>[]> "inverse_exponent_override" o

        let roots =
            [
                for _, dims, sides in boxes do
                    for side in sides do
                        let _, n, _ = side

                        if not isDue then
                            Sided.slice R side, true
                        elif not (Sided.isCommon made side) then
                            Sided.slice found side, false
                        else
                            Boxes.root
                                x.IsSingle
                                (Sided.slice made side)
                                c
                                (Options.number "epsilon" o)
                                (Sided.power powers dims)
                                (Sided.slice found side)
                                n
            ]

        let R' = roots |> Array.ofList |> Array.collect fst

        let failed =
            if List.forall snd roots then
                (if isNew then [| 0R |] else x.Of "failed_refreshes")
            else
                x.Found "failed_refreshes"

        let m = if Rounded.isZero β1 then [||] else x.Of "filtered_grad"

        let f =
            if Rounded.isZero β1 then
                g
            else
                let c = if isCorrected then 1R / (1R - β3 * β1 ** (t - 1R)) else 1R
                Array.map2 (fun m g -> β3 * c * m + (1R - β3) * c * g) m g

        let d, v =
            if isNull grafting || grafting = "sgd" then
                f, [||]
            else
                let β = if grafting = "adagrad" then 1R else o?grafting_beta2
                let taken = if grafting = "adagrad" then 1R else 1R - β
                let r = if grafting = "adam" then sqrt (1R / (1R - β ** t)) else 1R
                let v = Array.map2 (fun v g -> β * v + Rounded.timesSquare taken g) (x.Of "adagrad") g
                Array.map2 (fun f v -> f / (sqrt v * r + o?grafting_epsilon)) f v, v

        let u =
            if not (isNull grafting) && steps < start then
                d
            else
                let u = Array.copy f

                for places, dims, sides in boxes do
                    let p = pick places f |> along found sides dims

                    let by =
                        if isNull grafting then
                            1R
                        else
                            sqrt (sumOfSquares (pick places d)) / (sqrt (sumOfSquares p) + Rounded.host 1e-16)

                    Array.iter2 (fun place p -> u[place] <- by * p) places p

                u

        {
            Θ = Array.map2 (fun θ u -> (1R - decay) * θ - α * u) x.θ u
            Slots =
                [
                    "factor_matrices", A'
                    "inv_factor_matrices", R'
                    "failed_refreshes", failed
                    if not (Rounded.isZero β1) then
                        "filtered_grad", Array.map2 (fun m g -> β1 * m + (1R - β1) * g) m g
                    if v.Length > 0 then
                        "adagrad", v
                ]
            Shared = [ "step", t ]
        }

    /// The formula of a rule, by the name it gives itself.
    let tryFind name =
        match name with
        | "Shampoo" -> Some { K = 2.0; Shared = [ "step", 0.0 ]; Counts = false; Step = shampoo }
        | _ -> OrthogonalFormulas.tryFind name
