/// L-BFGS beside BFGS, one iteration at a time and from the library's own memory.
[<RequireQualifiedAccess>]
module internal Optim.Functional.Properties.LbfgsOracle

open System
open Optim.Functional
open Optim.Functional.Rules

/// How many times the dense form's bound the two loops may be off (Algorithm 7.4). On each term ρ·y·(s·q) they round at most n + 3 times: n in the dot product,
/// ρ·, α - β, ·s and the conversion of one of them; a term of ρysᵀ rounds at least twice here. Where V nearly vanishes nothing else rounds here.
let private twoLoops n = (float n + 3.0) / 2.0

let private compare K name wanted got = { Where = name; Wanted = wanted; Got = got; K = K }

let private exactly name wanted got = compare 1.0 name (Rounded.host wanted) got

let private vector K name (wanted: Rounded[]) (got: float[]) =
    if wanted.Length <> got.Length then
        [ exactly $"length of {name}" (float wanted.Length) (float got.Length) ]
    else
        List.init got.Length (fun i -> compare K $"{name}[{i}]" wanted[i] got[i])

/// The vector that memory holds; none before the first iteration.
let private held (x: NDArray | null) =
    match x with
    | null -> [||]
    | x -> Bits.floats x

/// Pairs and scale after a step whose y and s are given, if they are kept or not.
let private memory (rule: IClosureRule) lane (before: LbfgsMemory) (after: LbfgsMemory) (y: Rounded[]) (s: Rounded[]) isKept =
    let historySize = Options.get<int> "history_size" rule

    let dropped =
        if isKept && before.OldDirs.Length >= historySize then
            before.OldDirs.Length + 1 - historySize
        else
            0

    let old =
        [ for i in dropped .. before.OldDirs.Length - 1 -> held before.OldDirs[i], held before.OldStps[i], before.Ro[i] ]

    let count = old.Length + (if isKept then 1 else 0)

    if List.distinct [ count; after.OldDirs.Length; after.OldStps.Length; after.Ro.Length ] <> [ count ] then
        [ exactly "number of pairs" (float count) (float after.OldDirs.Length) ]
    else
        [
            for i, (y, s, ρ) in List.indexed old do
                yield! vector 1.0 $"old_dirs[{i}]" (Array.map lane y) (held after.OldDirs[i])
                yield! vector 1.0 $"old_stps[{i}]" (Array.map lane s) (held after.OldStps[i])
                exactly $"ro[{i}]" ρ after.Ro[i]
            if isKept then
                let newY, newS = held after.OldDirs[count - 1], held after.OldStps[count - 1]
                yield! vector 1.0 "new y" y newY
                yield! vector 1.0 "new s" s newS
                // What follows is made of the pair as it is stored.
                let ρ, γ = DenseBfgs.scales (Array.map lane newY) (Array.map lane newS)
                compare 1.0 "new ro" ρ after.Ro[count - 1]
                compare 1.0 "H_diag" γ after.HDiag
            else
                exactly "H_diag" before.HDiag after.HDiag
        ]

/// The first direction is -g; each later one is BFGS's, from the pairs as stored.
let private iteration (rule: IClosureRule) lane (before: LbfgsMemory) (after: LbfgsMemory) (g: Rounded[]) =
    if before.NIter = 0L then
        [
            yield! vector 1.0 "d" (Array.map Rounded.negate g) (held after.D)
            compare 1.0 "t" (DenseBfgs.firstLength (Rounded.host (Options.number "lr" rule)) g) after.T
            exactly "H_diag" 1.0 after.HDiag
            exactly "number of pairs" 0.0 (float after.OldDirs.Length)
        ]
    else
        let lanes = held >> Array.map lane
        let y, s = DenseBfgs.pair g (lanes before.PrevFlatGrad) (Rounded.host before.T) (lanes before.D)

        let kept =
            match DenseBfgs.isKept y s with
            | [ sign ] -> [ sign > 0 ]
            | signs -> [ List.contains 1 signs; false ]

        let pairs =
            [
                for i in 0 .. min after.OldDirs.Length after.Ro.Length - 1 -> lanes after.OldDirs[i], lanes after.OldStps[i], Rounded.host after.Ro[i]
            ]

        [
            yield! kept |> List.map (memory rule lane before after y s) |> List.minBy Comparison.worst
            yield! vector (twoLoops g.Length) "d" (DenseBfgs.direction (Rounded.host after.HDiag) pairs g) (held after.D)
            exactly "t" (Options.number "lr" rule) after.T
        ]

let private compareStep (rule: IClosureRule) single (f: float[] -> float * float[]) n (θ: Params, s: State) =
    let evaluate (p: Params) =
        let loss, g = f (Bits.floats p[0])
        struct (loss, Comparison.bare (Comparison.tensor single g))

    let struct (θ', s', _) = rule.Step(evaluate, θ, s)
    let lane, sign = Rounded.lane single, (if Options.isOn "maximize" rule then -1.0 else 1.0)
    let struct (loss, gradient) = evaluate θ
    let g = Bits.floats gradient[0] |> Array.map (fun x -> lane (sign * x))
    let here, there = Bits.floats θ[0] |> Array.map lane, Bits.floats θ'[0]

    let before, after = LbfgsMemory.ofState s, LbfgsMemory.ofState s'

    [
        exactly "func_evals" (float before.FuncEvals + 1.0) (float after.FuncEvals)

        if g |> Array.forall (fun x -> Rounded.size x <= Options.number "tolerance_grad" rule) then
            yield! vector 1.0 "θ" here there
            exactly "n_iter" (float before.NIter) (float after.NIter)
        else
            let d = held after.D |> Array.map lane
            yield! iteration rule lane before after g
            yield! vector 1.0 "θ" (DenseBfgs.moved here (Rounded.host after.T) d g (Rounded.host (Options.number "tolerance_change" rule))) there
            yield! vector 1.0 "prev_flat_grad" g (held after.PrevFlatGrad)
            exactly "prev_loss" (sign * loss) after.PrevLoss
            exactly "n_iter" (float before.NIter + 1.0) (float after.NIter)
    ]
    |> List.map (fun c -> { c with Where = $"step {n}: {c.Where}" }),
    (θ', s')

/// Every number of every step beside the reference's. The rule is held to one iteration a step, without a line search, and to torch's bounds.
let comparisons (rule: IClosureRule) single f (θ: float[]) steps =
    let rule =
        rule |> Options.set "max_iter" 1 |> Options.set "line_search_fn" null |> Options.set "relative" false

    let θ = Comparison.bare (Comparison.tensor single θ)
    List.mapFold (fun at n -> compareStep rule single f n at) (θ, rule.Init θ) [ 1..steps ] |> fst |> List.concat
