namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules

/// A parameter before a step, row by row.
type internal WholeSituation =
    {
        /// The step to be made, 1 at the first.
        t: Rounded
        Shape: int list
        IsSingle: bool
        θ: Rounded[]
        g: Rounded[]
        /// Slots by torch's keys.
        Of: string -> Rounded[]
        /// Whether this step creates the slots.
        Fresh: bool
        /// Slots after the library's own step: for what a reference does not decompose again.
        Found: string -> Rounded[]
        /// What all parameters share.
        Shared: string -> Rounded
    }

/// A parameter after a step, and what all share.
type internal WholeOutcome = { Θ: Rounded[]; Slots: (string * Rounded[]) list; Shared: (string * Rounded) list }

/// An optimizer's step on a whole parameter, as its paper has it and with torch's conventions.
type internal WholeFormula =
    {
        /// How many times the bound of the paper's line the library may be off.
        K: float
        /// What all parameters share before the first step.
        Shared: (string * float) list
        /// Whether the state has torch's step.
        Counts: bool
        Step: IRule -> WholeSituation -> WholeOutcome
    }

/// Where numbers stand in matrices, row by row, of which several may stand one after another.
[<RequireQualifiedAccess>]
module internal Matrices =

    /// Row and column of an element, numbered over all matrices.
    let place rows columns i = i / columns, i / (rows * columns) * columns + i % columns

    /// The matrix of a row.
    let ofRow rows row = row / rows

    /// The elements of each row, or of each column.
    let lines (rows: int) columns n ofRows =
        let count = if ofRows then n / columns else n / rows
        let lines = Array.init count (fun _ -> ResizeArray<int>())

        for i in 0 .. n - 1 do
            let row, column = place rows columns i
            lines[if ofRows then row else column].Add i

        lines |> Array.map List.ofSeq

    let product (a: 'x[][]) (b: 'x[][]) (dot: ('x * 'x) list -> 'x) =
        let width = if b.Length = 0 then 0 else b[0].Length
        [| for row in a -> [| for j in 0 .. width - 1 -> dot [ for k in 0 .. row.Length - 1 -> row[k], b[k][j] ] |] |]

    let rec times n f x = if n = 0 then x else times (n - 1) f (f x)

/// What the formulas of whole parameters are made of, beside FormulaParts.
module internal WholeParts =

    open Optim.Functional.Properties.RoundedOperators

    /// -g to ascend, before any decay.
    let ascent o (x: WholeSituation) = if FormulaParts.has "maximize" o then Array.map (~-) x.g else x.g

    /// A sum of the element type's numbers, in float64.
    let sum (terms: Rounded seq) =
        if Seq.isEmpty terms then 0R else Rounded.sum [ for x in terms -> Rounded.toHost x ]

    let sumOfSquares (x: Rounded seq) = sum (Seq.map (fun x -> x * x) x)
