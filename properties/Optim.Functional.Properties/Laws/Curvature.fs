/// What L-BFGS learns of the curvature, and the direction that it makes of it.
module internal Optim.Functional.Properties.Curvature

open System
open Optim.Functional
open Optim.Functional.Properties.Wolfe

/// A pair of less curvature is left out.
[<Literal>]
let private least = 1e-10

/// Rounding of a few operations in float.
let private few = Math.ScaleB(4.0, -53)

let private pairs (m: LbfgsMemory) =
    List.zip [ for y in m.OldDirs -> Bits.floats y ] [ for s in m.OldStps -> Bits.floats s ]

/// The pair of the last two iterations, each number rounded once.
let private fresh it =
    let round x = if it.Unit > 1e-10 then float (float32 x) else x

    let y =
        Array.map2 (fun now before -> round (now - before)) (floats it.After.PrevFlatGrad) (floats it.Before.PrevFlatGrad)

    y, floats it.Before.D |> Array.map (fun d -> round (round it.Before.T * d))

let private close name (got: float) (wanted: float) error =
    [
        if not (abs (got - wanted) <= error) then
            $"{name} is {got:R}, wanted {wanted:R} within {error:R}"
    ]

let private scales it =
    let scale (y, s) =
        let ys, e = dot it.Unit y s
        let yy, e' = dot it.Unit y y
        ys, yy, e / ys + e' / yy + few

    [
        if it.After.Ro.Length <> it.After.OldDirs.Length then
            $"{it.After.Ro.Length} ro of {it.After.OldDirs.Length} pairs"
        else
            for k, pair in List.indexed (pairs it.After) do
                let ys, _, error = scale pair

                if not (it.After.Ro[k] > 0 && it.After.Ro[k] * least < 1.0 + few) then
                    $"pair {k} has ro = {it.After.Ro[k]:R}, so y·s is not above 1e-10"

                yield! close $"ro[{k}] y·s" (it.After.Ro[k] * ys) 1.0 error

        match List.tryLast (pairs it.After) with
        | Some pair ->
            let ys, yy, error = scale pair
            yield! close "H_diag" it.After.HDiag (ys / yy) (error * (ys / yy))
        | None -> yield! close "H_diag without pairs" it.After.HDiag 1.0 0.0
    ]

let memory historySize it =
    let before, after = pairs it.Before, pairs it.After

    let allowed =
        // A search that ended where it began found nothing lower: then the pairs are forgotten.
        if it.After.NIter = 1L || it.Before.T = 0.0 then
            [ [] ]
        else
            let y, s = fresh it
            let ys, error = dot it.Unit y s
            let all = before @ [ y, s ]

            [
                if ys > least - error then
                    List.skip (max 0 (all.Length - historySize)) all
                if ys <= least + error then
                    before
            ]

    [
        if it.After.NIter > it.Before.NIter then
            if floats it.After.PrevFlatGrad <> it.Asked.Head.Gradient then
                "prev_flat_grad is not the gradient at the start"

            if it.After.PrevLoss <> it.Asked.Head.Loss then
                $"prev_loss is {it.After.PrevLoss:R}, the loss at the start {it.Asked.Head.Loss:R}"

            if not (List.contains after allowed) then
                $"{after.Length} pairs, {before.Length} before, which are not those with y = g - prev_flat_grad, \
                s = t d appended where y·s > 1e-10"

            yield! scales it
    ]

let pairsOf step (descent: Descent) = each (memory (Options.get<int> "history_size" descent.Rule)) step descent

let curvature =
    Make.closure
        "curvature pairs"
        "The memory holds at most history_size pairs y = g - g', s = t d, the newest, those with y·s > 1e-10 \
        since a search last found nothing lower; ro = 1/y·s, and H_diag = y·s/y·y of the newest."
        "Nocedal, Wright 2006, section 7.2. The pairs are exact; \
        what is made of sums is held to twice the bound for a sum in any order (Higham 2002, section 3.1)."
        (Make.only [ "LBFGS" ])
        (pairsOf Descend.step)

/// The two loops of algorithm 7.4 in float, and how far others, in the element type, may be from them:
/// a running error analysis to first order, doubled.
/// The last factor too.
let private twoLoops unit (m: LbfgsMemory) (g: float[]) =
    let add (x: float[], e: float[]) (c: float, ec: float) (v: float[]) =
        let sum = Array.map2 (fun x v -> x + c * v) x v
        sum, Array.init x.Length (fun i -> e[i] + abs v[i] * ec + unit * (2.0 * abs (c * v[i]) + abs sum[i]))

    let along ρ (v: float[]) (x: float[], e: float[]) =
        let sum, rounding = dot unit v x
        ρ * sum, ρ * (rounding + Descent.dot (Array.map abs v) e) + few * abs (ρ * sum)

    let learned = List.zip (pairs m) (m.Ro)

    let factors, (q, e) =
        (learned, (Array.map (~-) g, Array.map (fun _ -> 0.0) g))
        ||> List.mapFoldBack (fun ((y, s), ρ) q ->
            let α, eα = along ρ s q
            (α, eα), add q (-α, eα) y)

    let d = Array.map ((*) m.HDiag) q, Array.map2 (fun q e -> m.HDiag * (e + 2.0 * unit * abs q)) q e

    let (d, e), last =
        ((d, 0.0), List.zip learned factors)
        ||> List.fold (fun (d, _) (((y, s), ρ), (α, eα)) ->
            let β, eβ = along ρ y d
            add d (α - β, eα + eβ + few * abs (α - β)) s, α - β)

    d, Array.map ((*) 2.0) e, last

let quasiNewton it =
    let g, d = floats it.After.PrevFlatGrad, floats it.After.D

    if it.After.NIter = it.Before.NIter then
        []
    else
        let wanted, error, last = twoLoops it.Unit it.After g

        [
            for i in 0 .. d.Length - 1 do
                yield! close $"d[{i}]" d[i] wanted[i] error[i]

            match List.tryLast (pairs it.After) with
            | None -> ()
            | Some(y, s) ->
                let yd, e = dot it.Unit y d
                let sg, e' = dot it.Unit s g
                let _, e'' = dot it.Unit y s
                yield! close "y·d of the newest pair" yd -sg (e + e' + e'' * abs last + Descent.dot (Array.map abs y) error)
        ]
        |> List.truncate 3

let direction =
    Make.closure
        "direction"
        "The direction is -Hg of the pairs in memory, and obeys the secant equation Hy = s of the newest: y·d = -s·g."
        "Nocedal, Wright 2006, algorithm 7.4 and equation 6.6; held to a running error analysis of the two loops, to first order, doubled."
        (Make.only [ "LBFGS" ])
        (each quasiNewton Descend.step)

let all = [ curvature; direction ]
