/// One iteration of L-BFGS by the inverse Hessian as the matrix that it is, which L-BFGS never forms.
[<RequireQualifiedAccess>]
module internal Optim.Functional.Properties.DenseBfgs

open Optim.Functional.Properties.RoundedOperators

let dot (x: Rounded[]) (y: Rounded[]) = Array.map2 (*) x y |> List.ofArray |> Rounded.sum

let private matrix n element = Array.init n (fun i -> Array.init n (element i))

let private multiply (A: Rounded[][]) (B: Rounded[][]) = matrix A.Length (fun i j -> dot A[i] (Array.map (Array.item j) B))

/// Nocedal, Wright, Numerical Optimization, 2nd ed. 2006, equations 7.16 and 7.19:
/// H ← VᵀHV + ρssᵀ with V = I - ρysᵀ, from H = γI, oldest pair first.
let inverseHessian n γ pairs =
    let unit i j = if i = j then 1R else 0R

    (matrix n (fun i j -> γ * unit i j), pairs)
    ||> List.fold (fun H (y: Rounded[], s: Rounded[], ρ) ->
        let V = matrix n (fun i j -> unit i j - ρ * y[i] * s[j])
        let VHV = multiply (Array.transpose V) (multiply H V)
        matrix n (fun i j -> VHV[i][j] + ρ * s[i] * s[j]))

/// -Hg.
let direction γ pairs (g: Rounded[]) = inverseHessian g.Length γ pairs |> Array.map (fun row -> -(dot row g))

/// The first length, with γ = lr: min(1, 1/Σ|g|)γ, torch's.
let firstLength γ (g: Rounded[]) =
    min 1R (1R / Rounded.toHost (Array.map abs g |> List.ofArray |> Rounded.sum)) * γ

/// The pair y = g - g', s = td of the iteration before.
let pair g (before: Rounded[]) t (d: Rounded[]) = Array.map2 (-) g before, Array.map (fun d -> t * d) d

/// y·s, on the host. Pairs of at most 1e-10 are left out, as in torch.
let curvature y s = Rounded.toHost (dot y s)

let isKept y s = Rounded.signs (curvature y s - Rounded.host 1e-10)

/// ρ = 1/(y·s), and H0's γ = y·s/(y·y) (equation 7.20).
let scales y s = 1R / curvature y s, curvature y s / curvature y y

/// θ + td; θ itself where the slope g·d is above -tolerance.
let moved θ t (d: Rounded[]) g tolerance =
    let slope = Rounded.toHost (dot g d) + tolerance

    Array.map2
        (fun (θ: Rounded) d ->
            let there = θ + t * d
            Rounded.bySign slope (θ, there, there))
        θ
        d
