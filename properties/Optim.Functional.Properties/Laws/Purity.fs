/// A step is a function: it only reads, and gives the same every time.
module internal Optim.Functional.Properties.Purity

open System
open Optim.Functional

/// The arrays of tensors that have any element.
let owned (tensors: (string * NDArray) list) =
    tensors
    |> List.choose (fun (name, tensor) ->
        match tensor with
        | _ when tensor.Length = 0 -> None
        | :? NDArray<float32> as t -> Some(name, t.Data :> Array)
        | t -> Some(name, t.As<float>().Data :> Array))

let private arrays (θ: Params) (s: State) =
    owned
        [
            for entry in θ.Entries do
                entry.Key, entry.Value
            for i in 0 .. s.Names.Count - 1 do
                for slot in s[i].Slots do
                    $"{s.Names[i]}.{slot.Key}", slot.Value
        ]

let shared before after =
    [
        for name, a in before do
            for name', b in after do
                if Object.ReferenceEquals(a, b) then
                    $"{name'} of the result is the array of {name} itself"
    ]

let pure' =
    Make.gradient
        "purity"
        "A step only reads its arguments, gives the same bits when it is made again, and shares no array with them."
        "A function whose arguments are used up cannot be retried, compared or shared between threads."
        Make.everyRule
        Domain.any
        (fun case ->
            ((Run.init case.Rule (Case.start case), []), Case.gradients case)
            ||> List.fold (fun ((θ, s), broken) g ->
                let before = Bits.whole (θ, s) @ Bits.parameters g
                let θ', s' = Run.step Run.scalar case.Rule (θ, s) g
                let again = Run.step Run.scalar case.Rule (θ, s) g

                let found =
                    Bits.differences before (Bits.whole (θ, s) @ Bits.parameters g)
                    @ Bits.differences (Bits.whole (θ', s')) (Bits.whole again)
                    @ shared
                        (arrays θ s
                         @ [
                             for e in g.Entries do
                                 yield! arrays (Params.Of [ struct ($"gradient {e.Key}", e.Value) ]) s
                         ])
                        (arrays θ' s')

                (θ', s'), broken @ found)
            |> snd
            |> List.truncate 6)

let inPlace =
    Make.gradient
        "in place"
        "A step in place gives the bits of the pure step."
        "Both are one loop; only where it writes differs."
        Make.everyRule
        Domain.any
        (fun case ->
            let trainer = Trainer.over case.Rule (Case.start case)
            List.iter (Trainer.step trainer) (Case.gradients case)
            Bits.differences (Run.bits Run.scalar case) (Trainer.bits trainer))

let run =
    Make.gradient
        "run"
        "Many steps in one call give the bits of the steps one by one."
        "Optim.run writes over its own arrays: nobody may see it."
        Make.everyRule
        Domain.any
        (fun case ->
            let left = Collections.Generic.Queue(Case.gradients case)
            let θ, s = Run.init case.Rule (Case.start case)
            let struct (θ, s) = case.Rule.Run((fun _ -> left.Dequeue()), case.Gradients.Length, θ, s)
            Bits.differences (Run.bits Run.scalar case) (Bits.whole (θ, s)))

let all = [ pure'; inPlace; run ]
