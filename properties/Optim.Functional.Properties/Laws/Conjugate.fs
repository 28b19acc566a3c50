/// With exact line searches L-BFGS is the method of conjugate gradients.
module internal Optim.Functional.Properties.Conjugate

open Optim.Functional
open Optim.Functional.Properties.Wolfe

/// At most six variables, in float64, all curvatures between 1 and 11, |g|₁ = 1000 at the start.
/// Least points of lines are then within 11, and a first trial at 100, later at 1e5,
/// is so much too far that the search goes on to the cubic's least point, which is exact on a quadratic.
let private exactly (descent: Descent) =
    let all = Array.concat descent.Start
    let few = Descent.keep [ [| 0 .. min 6 all.Length - 1 |] ] descent
    let u = sqrt (Descent.dot few.U few.U)

    let tame =
        { few with
            Descent.Single = false
            D = few.D |> Array.map (fun x -> 1.0 + x % 9.0)
            U = few.U |> Array.map (fun x -> x / max 1.0 u)
            Steps = few.D.Length
        }

    let _, g = Descent.quadratic tame (Array.concat tame.Start)
    let size = Array.sumBy abs g
    let scaled = Array.map (fun x -> if size = 0.0 then x else x / size * 1000.0)

    { tame with Descent.Start = List.map scaled tame.Start; B = scaled tame.B } |> Descent.set "lr" 1e5

/// Of the first gradient. Steepest descent leaves up to (10/12)^6.
/// Rounding leaves 1e-16 · 1e5 / 0.1, unit times first trial over least step, for each
/// iteration, which the later ones enlarge; and below 1e-8, that is where |g| = 1e-5, pairs have y·s < 1e-10 and are left out.
[<Literal>]
let private remains = 1e-6

let terminationOf step descent =
    let norm (p: Point) = sqrt (Descent.dot p.Gradient p.Gradient)

    match iterations step (exactly descent) with
    | [] -> []
    | its ->
        let first, last = norm its.Head.Asked.Head, its |> List.map (fun it -> norm it.To) |> List.min

        [
            if not (last <= remains * first) then
                $"|g| is {last:R} after {its.Length} iterations in as many variables, {first:R} before"
        ]

let termination =
    Make.closure
        "n iterations"
        "With exact line searches L-BFGS ends at the minimum of a convex quadratic of n variables after n iterations, \
        whatever its history_size: its directions are those of conjugate gradients."
        "Nocedal, Wright 2006, section 7.2: then g·s = 0 of all pairs, and only the newest changes γg. \
        Exact by first trials so long that the cubic decides."
        (Make.only [ "LBFGS" ])
        (terminationOf Descend.step)

let all = [ termination ]
