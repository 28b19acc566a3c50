/// What the line search promises, seen from outside: through the closure and the memory.
module internal Optim.Functional.Properties.Wolfe

open System
open Optim.Functional

/// Of Nocedal, Wright 2006, page 62, as torch has them.
[<Literal>]
let private c1 = 1e-4

[<Literal>]
let private c2 = 0.9

/// The search ends where its interval is shorter, in the largest element of θ.
[<Literal>]
let private shortest = 1e-9

/// Evaluations that one iteration may take: a search on a quadratic needs some ten.
[<Literal>]
let private evaluations = 60

/// A point that the closure was asked at, as the minimum is looked for: of -f where the rule maximizes.
type Point = { At: float[]; Loss: float; Gradient: float[] }

/// One iteration: the memory before and after it, what was asked, the first at its start, and where it ended.
type internal Iteration = { Unit: float; Before: LbfgsMemory; After: LbfgsMemory; Asked: Point list; To: Point }

let floats (vector: NDArray | null) =
    match vector with
    | null -> [||]
    | vector -> Bits.floats vector

/// Iterations one at a time, each with a line search, and none left out for a tolerance.
let iterations (step: AskingStep) (descent: Descent) =
    let descent =
        Descent.searching descent
        |> Descent.set "max_iter" 1
        |> Descent.set "max_eval" evaluations
        |> Descent.set "tolerance_grad" 0.0
        |> Descent.set "tolerance_change" 0.0
        |> Descent.set "relative" false // the laws have torch's bounds

    let sign = Descent.sign descent

    let point θ =
        let struct (loss, g) = Descent.objective descent θ
        { At = Descent.flat θ; Loss = sign * loss; Gradient = Descent.flat g |> Array.map ((*) sign) }

    let iteration (θ, s) =
        let asked = ResizeArray<Point>()

        let objective θ =
            asked.Add(point θ)
            Descent.objective descent θ

        let (θ', s'), _ = step descent.Rule objective (θ, s)
        let unit = if descent.Single then Math.ScaleB(1.0, -24) else Math.ScaleB(1.0, -53)
        { Unit = unit; Before = LbfgsMemory.ofState s; After = LbfgsMemory.ofState s'; Asked = List.ofSeq asked; To = point θ' }, (θ', s')

    (Run.init descent.Rule (Descent.start descent), [ 1 .. descent.Steps ])
    ||> List.mapFold (fun at _ -> iteration at)
    |> fst

/// x·y, and how far one in the element type, its terms added in any order, may be from it: 2nε Σ|xᵢyᵢ| (Higham 2002, section 3.1).
let dot unit (x: float[]) y =
    Descent.dot x y, 2.0 * float x.Length * unit * Descent.dot (Array.map abs x) (Array.map abs y)

/// Whether the search may have ended without a point that meets both conditions:
/// its interval, from the point it ends at to another one it asked at, has become shorter than 1e-9,
/// or than the rounding of θ, in every element.
let gaveUp it =
    let near (p: Point) =
        Array.forall2 (fun x y -> abs (x - y) <= shortest + 4.0 * it.Unit * max (abs x) (abs y)) p.At it.To.At

    (it.Asked |> List.filter near |> List.length) > 1

let conditions it =
    let start, d, t = it.Asked.Head, floats it.After.D, it.After.T
    let slope, error = dot it.Unit start.Gradient d
    let slope', error' = dot it.Unit it.To.Gradient d
    // The search compares in float: three roundings.
    let rounding = 4.0 * Math.ScaleB(1.0, -53) * (abs start.Loss + abs it.To.Loss + abs (c1 * t * slope))
    let highest = start.Loss + c1 * t * slope
    let steepest = -c2 * slope

    [
        if not (it.To.Loss <= highest + c1 * t * error + rounding) then
            $"f(θ + td) = {it.To.Loss:R}, more than f(θ) + c1 t g·d = {highest:R}, with t = {t:R}"
        if not (abs slope' <= steepest * (1.0 + 1e-15) + error' + c2 * error) then
            $"|g(θ + td)·d| = {abs slope':R}, more than c2 |g·d| = {steepest:R}, with t = {t:R}"
    ]

/// At a zero gradient, and along a direction that does not fall, a step ends before it searches.
let private searched it = it.Asked.Length > 1

let each judge step descent =
    iterations step descent
    |> List.indexed
    |> List.collect (fun (t, it) -> judge it |> List.map (sprintf "iteration %d: %s" (t + 1)))
    |> List.truncate 6

let wolfeOf step =
    each (fun it -> if searched it && not (gaveUp it) then conditions it else []) step

let wolfe =
    Make.closure
        "strong Wolfe"
        "Every line search ends, within 60 evaluations of a convex quadratic, at a step that meets both strong Wolfe conditions, \
        c1 = 1e-4 and c2 = 0.9, or with an interval shorter than 1e-9 or than the rounding of θ."
        "Nocedal, Wright 2006, algorithms 3.5 and 3.6. Their cubic is exact on a quadratic, \
        where ten evaluations stretch the first trial by 1e10."
        (Make.only [ "LBFGS" ])
        (wolfeOf Descend.step)

let descentOf step (descent: Descent) =
    let descent = Descent.searching descent

    let loss θ =
        let struct (loss, _) = Descent.objective descent θ
        Descent.sign descent * loss

    let start = Descent.start descent
    let path = Descend.path step descent (Descent.objective descent) start
    let losses = loss start :: [ for (θ, _), _ in path -> loss θ ]

    [
        for t, (before, after) in List.indexed (List.pairwise losses) do
            if not (after <= before) then
                $"step {t + 1} raises the loss from {before:R} to {after:R}"
    ]

let descent =
    Make.closure
        "descent"
        "With the strong Wolfe search no step raises the loss of a convex quadratic, not even by a rounding; \
        where the rule maximizes, none lowers it."
        "The search compares the losses that the closure gives, and ends at the start or at a lower point: \
        so this holds of the computed losses, exactly."
        (Make.only [ "LBFGS" ])
        (descentOf Descend.step)

let all = [ wolfe; descent ]
