/// Changes of the question that leave the answer, or change it in a known way.
module internal Optim.Functional.Properties.Mirrors

open Optim.Functional

let flatOf step (descent: Descent) =
    let run names =
        let θ = Descent.split descent names (Array.concat descent.Start)
        Descend.path step descent (Descent.objective descent) θ |> List.map Descend.bits

    let lengths = List.map Array.length descent.Start
    let wanted = run (lengths |> List.mapi (fun i n -> $"p{i}", n))

    let others label names = Descend.differences wanted (run names) |> List.map (sprintf "%s: %s" label)

    others "renamed" (lengths |> List.mapi (fun i n -> $"{9 - i}", n)) @ others "in one tensor" [ "", List.sum lengths ]

let flat =
    Make.closure
        "flat vector"
        "Other names, or all parameters in one tensor, give the same bits."
        "The rule sees one vector. Another order of the parameters is not spoken of: \
        sums would run in another order, and so round otherwise."
        Make.everyRule
        (flatOf Descend.step)

let ascentOf step (descent: Descent) =
    let run up =
        let descent = Descent.set "maximize" up descent
        Descend.path step descent (Descent.objective descent) (Descent.start descent)

    let negated = run true |> List.map (fun (after, loss) -> Descend.bits (after, -loss))
    Descend.differences (run false |> List.map Descend.bits) negated

let ascent =
    Make.closure
        "closure maximize"
        "Maximizing -f gives the parameters and the memory of minimizing f, bitwise, and the loss with the other sign."
        "A change of sign does not round."
        (Make.having "maximize")
        (ascentOf Descend.step)

let private values ((θ, _), _) : Bits = Bits.unsignedZeros [ "θ", Bits.ofFloats (Descent.flat θ) ]

let stillOf step (descent: Descent) =
    let descent = Descent.set "lr" 0.0 descent
    let wanted = Bits.unsignedZeros [ "θ", Bits.ofFloats (Array.concat descent.Start) ]

    Descend.path step descent (Descent.objective descent) (Descent.start descent)
    |> List.map values
    |> Descend.differences (List.replicate descent.Steps wanted)

let still =
    Make.closure
        "closure zero lr"
        "With lr = 0 the parameters keep their values, with and without a line search."
        "The first trial is at 0, and a search stretches it by at most ten times. 0·d may turn -0 into 0."
        (Make.having "lr")
        (stillOf Descend.step)

/// The gradients with every second one replaced.
let private replaced by (g: Params) =
    Params.Of
        [
            for i, entry in Seq.indexed g.Entries do
                match (if i % 2 = 0 then by entry.Value else Some entry.Value) with
                | Some g -> struct (entry.Key, g)
                | None -> ()
        ]

let private zeros (g: NDArray) =
    Some(
        match g with
        | :? NDArray<float32> as g -> NDArray.From(Array.zeroCreate<float32>(int g.Length))
        | g -> NDArray.From(Array.zeroCreate<float>(int g.Length))
    )

let absentOf step (descent: Descent) =
    let run by =
        let objective θ =
            let struct (loss, g) = Descent.objective descent θ
            struct (loss, replaced by g)

        Descend.path step descent objective (Descent.start descent) |> List.map Descend.bits

    Descend.differences (run zeros) (run (fun _ -> None))

let absent =
    Make.closure
        "closure absent"
        "An absent gradient gives the bits of one that is zero."
        "The directions are of all parameters together, so none can be left out of the vector; torch fills in zeros."
        Make.everyRule
        (absentOf Descend.step)

let restOf (step: AskingStep) (descent: Descent) =
    let flatland (θ: Params) =
        struct (1.0, Params.Of [ for entry in θ.Entries -> struct (entry.Key, Option.get (zeros entry.Value)) ])

    let isWithin = Options.number "tolerance_grad" descent.Rule >= 0

    let stays (at: Params * State) =
        let seen bits =
            if isWithin && (snd at).ModelState.Count > 0 then
                bits |> List.filter (fun (name, _) -> name <> "func_evals")
            else
                bits |> List.filter (fun (name, _) -> name = "θ" || name = "loss") |> Bits.unsignedZeros

        let after, loss = step descent.Rule flatland at
        Bits.differences (seen (Descend.bits (at, 1.0))) (seen (Descend.bits (after, loss))), after

    let moved, first = stays (Run.init descent.Rule (Descent.start descent))

    if isWithin then
        let path = Descend.path step descent (Descent.objective descent) (Descent.start descent)
        moved @ fst (stays first) @ fst (stays (fst (List.last path)))
    else
        moved

let rest =
    Make.closure
        "closure zero gradient"
        "Where the gradient is zero a step does not move; it counts the evaluation and leaves the rest of the memory."
        "The largest element of g is then within tolerance_grad. Of a negative tolerance only the start is spoken of: \
        a direction learned before, times zero, need not be finite."
        (Make.only [ "LBFGS" ])
        (restOf Descend.step)

let all = [ flat; ascent; still; absent; rest ]
