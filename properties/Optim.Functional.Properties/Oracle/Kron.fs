namespace Optim.Functional.Properties

open System
open System.Numerics
open Optim.Functional
open Optim.Functional.Rules

/// What PSGD draws: of the seed, the step, the shape and the element.
[<RequireQualifiedAccess>]
module internal Drawn =

    let private mixed (z: uint64) =
        let z = (z ^^^ (z >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        z ^^^ (z >>> 31)

    let numbers (seed: int) (t: int64) (dims: int list) n =
        let start =
            (mixed (mixed (uint64 (uint32 seed)) ^^^ uint64 t), dims) ||> List.fold (fun state d -> mixed (state ^^^ uint64 d))

        let output k = mixed (start + uint64 (k + 1) * 0x9E3779B97F4A7C15UL)

        Array.init n (fun k ->
            let set, even =
                BitOperations.PopCount(output (2 * k)), (float (output (2 * k + 1) >>> 11) + 0.5) * Math.ScaleB(1.0, -53) - 0.5

            (float (set - 32) + even) / Math.Sqrt(16.0 + 1.0 / 12.0))

/// A dimension, its size, where its factor begins, and whether that is triangular or a diagonal.
type internal Kron = { Axis: int; Size: int; At: int; IsTriangular: bool }

[<RequireQualifiedAccess>]
module internal Kron =

    let length kron = if kron.IsTriangular then kron.Size * kron.Size else kron.Size

    let private merged (shape: int list) =
        let product = List.fold (fun n d -> n * d) 1
        let last, first = List.last shape, shape.Head
        let rows, columns = product shape / last, product shape / first
        if last - rows <= columns - first then [ rows; last ] else [ first; columns ]

    /// The dimensions, and what stands along them.
    let ofRule (o: IRule) (shape: int list) =
        let dims =
            match shape with
            | [] -> [ 1 ]
            | _ when shape.Length > 2 && Options.isOn "merge_dims" o -> merged shape
            | _ -> shape

        let most = List.max dims
        let largest = List.findIndexBack ((=) most) dims

        let isDiagonal axis =
            match Options.get<string | null> "memory_save_mode" o with
            | "all_diag" -> true
            | "one_diag" -> axis = largest
            | "smart_one_diag" -> axis = largest && dims.Length > 1 && (List.filter ((=) most) dims).Length = 1
            | _ -> false

        let made at (axis, size) =
            let kron =
                {
                    Axis = axis
                    Size = size
                    At = at
                    IsTriangular =
                        size > 1
                        && size <= Options.get<int> "max_size_triangular" o
                        && dims.Length >= Options.get<int> "min_ndim_triangular" o
                        && not (isDiagonal axis)
                }

            kron, at + length kron

        dims, List.mapFold made 0 (List.indexed dims) |> fst

    let slice (all: Rounded[]) kron = all[kron.At .. kron.At + length kron - 1]

    let entry (q: Rounded[]) n i j = q[i * n + j]

    /// A matrix of what there is at each row and column.
    let matrix n f = Array.init (n * n) (fun k -> f (k / n) (k % n))

    /// A multiple of the identity in place of each factor.
    let identity sides (c: Rounded) (zero: Rounded) =
        [|
            for side in sides do
                for k in 0 .. length side - 1 do
                    if not side.IsTriangular || k % (side.Size + 1) = 0 then c else zero
        |]

    /// How many elements share a place of a dimension.
    let share (tensor: Rounded[]) side = float (tensor.Length / side.Size)

    /// By how much each factor is scaled so that the largest elements are of one size; none where nothing is.
    let balance (Q: Rounded[]) sides =
        let sizes = sides |> List.map (slice Q >> Array.map Rounded.size >> Array.max)
        let mean = List.averageBy log sizes

        if List.length sides = 1 || not (Double.IsFinite mean) then
            None
        else
            // A logarithm and an exponential are good to some 2^-50.
            let by size =
                let r = exp mean / size
                Rounded.within (Math.ScaleB(r, -46)) (Rounded.host 1.0).Unit true (DoubleDouble.ofFloat r)

            Some(List.map by sizes)

    /// Whether a step updates Q, after so many, and so many since the last that did.
    let isDue o steps since =
        let given = Options.get<Nullable<float>> "preconditioner_update_probability" o
        let p = if given.HasValue then given.Value else Math.Clamp(exp (-0.001 * (steps - 500.0)), 0.03, 1.0)
        since + 1.0 >= 1.0 / p

    /// Whether the update of this number balances factors.
    let isBalanced o updates = updates % float (Options.get<int> "balance_frequency" o) = 0.0

    /// What Q starts from.
    let start o (dims: int list) = Math.Pow(Options.number "precond_init_scale" o, 1.0 / float dims.Length)

    /// A number and the element type's nearest.
    let near isSingle (x: float) = Rounded.lane isSingle (if isSingle then float (float32 x) else x)
