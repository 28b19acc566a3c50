/// Mistaken steps, each of which a law of the descents finds.
module Optim.Functional.Properties.Tests.DescentTests

open Xunit
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

let private example =
    Descent.Float64(
        LBFGS(Lr = 0.1, MaxIter = 2),
        [ [| 1.0; -2.0 |]; [| 3.0 |]; [||] ],
        [| 1.0; 10.0; 4.0 |],
        [| 0.5; 0.0; 1.0 |],
        [| 1.0; 1.0; -1.0 |],
        4
    )

let private numbers (tensor: NDArray) = tensor.As<float>().Data

/// A step that ends elsewhere.
let private ending elsewhere : AskingStep =
    fun rule f (θ, s) ->
        let (θ', s'), loss = Descend.step rule f (θ, s)
        (elsewhere θ θ', s'), loss

let private zip f (θ: Params) (θ': Params) =
    Params.Of [ for name in θ.Names -> struct (name, NDArray.From(Array.map2 f (numbers θ[name]) (numbers θ'[name]))) ]

let private times stretch = ending (zip (fun before after -> before + stretch * (after - before)))

/// A step of another rule.
let private by (change: IClosureRule -> IClosureRule) : AskingStep = fun rule f at -> Descend.step (change rule) f at

/// A step that is told something else.
let private told change : AskingStep = fun rule f at -> Descend.step rule (fun θ -> change θ (f θ)) at

let private writes: AskingStep =
    fun rule f (θ, s) ->
        let after = Descend.step rule f (θ, s)
        (numbers θ[0])[0] <- 7.0
        after

let private writesToTheAsked: AskingStep =
    fun rule f at ->
        let mutable last = None

        let after =
            Descend.step
                rule
                (fun θ ->
                    last <- Some θ
                    f θ)
                at

        Option.iter (fun (θ: Params) -> (numbers θ[0])[0] <- 7.0) last
        after

let private forgets: AskingStep = fun rule f (θ, _) -> Descend.step rule f (Run.init rule θ)

let private losesTheFirstLoss: AskingStep =
    fun rule f at ->
        let (θ, s), _ = Descend.step rule f at
        let struct (loss, _) = f θ
        (θ, s), loss

let private onlyTheFirst =
    ending (fun θ θ' ->
        Params.Of [ for i in 0 .. θ.Count - 1 -> struct (θ.Names[i], if i = 0 then θ'[i] else NDArray.From(Array.copy (numbers θ[i]))) ])

let private decays (θ: Params) (struct (loss, g: Params)) =
    struct (loss, Params.Of [ for entry in θ.Entries -> struct (entry.Key, (if g.Contains entry.Key then g[entry.Key] else entry.Value)) ])

let private mistakes =
    dict
        [
            "gives back the array that it was given", Asking.purityOf (ending (fun θ _ -> θ))
            "writes to its argument", Asking.purityOf writes
            "writes to what the closure was given", Asking.purityOf writesToTheAsked
            "forgets between steps", Asking.inPlaceOf forgets
            "returns the last loss", Asking.inPlaceOf losesTheFirstLoss
            "saves no memory", Asking.resumeOf forgets
            "moves the first tensor only", Mirrors.flatOf onlyTheFirst
            "minimizes always", Mirrors.ascentOf (by (Options.set "maximize" false))
            "moves by another lr", Mirrors.stillOf (by (Options.set "lr" 0.1))
            "decays parameters without a gradient", Mirrors.absentOf (told decays)
            "moves where it is flat", Mirrors.restOf (ending (zip (fun _ after -> after + 1e-9)))
            "steps too far", Wolfe.wolfeOf (times 50.0)
            "steps too short", Wolfe.wolfeOf (times 0.05)
            "raises the loss", Wolfe.descentOf (times 50.0)
            "descends steepest", Conjugate.terminationOf forgets
        ]

let names = TheoryData<string>(mistakes.Keys)

[<Theory; MemberData(nameof names)>]
let ``a law finds a step that`` mistake = Assert.NotEmpty(mistakes[mistake] example)

/// A memory with some entries others.
let private memory (m: LbfgsMemory) d dirs steps ro diagonal = { m with D = d; OldDirs = dirs; OldStps = steps; Ro = ro; HDiag = diagonal }

let private iteration = List.last (Wolfe.iterations Descend.step example)
let private right = iteration.After
let private scaled x (t: NDArray | null) = NDArray.From(Array.map ((*) x) (Wolfe.floats t))
let private scaledAll x (ts: NDArray list) = [ for t in ts -> scaled x t ]

let private memories =
    dict
        [
            "no mistake", memory right right.D right.OldDirs right.OldStps right.Ro right.HDiag
            "the gradient as the direction", memory right (scaled -1.0 right.PrevFlatGrad) right.OldDirs right.OldStps right.Ro right.HDiag
            "a direction a little too long", memory right (scaled (1.0 + 1e-10) right.D) right.OldDirs right.OldStps right.Ro right.HDiag
            "H_diag upside down", memory right right.D right.OldDirs right.OldStps right.Ro (1.0 / right.HDiag)
            "ro without its inverse", memory right right.D right.OldDirs right.OldStps [ for x in right.Ro -> 1.0 / x ] right.HDiag
            "s without t", memory right right.D right.OldDirs (scaledAll 10.0 right.OldStps) right.Ro right.HDiag
            "y the other way round", memory right right.D (scaledAll -1.0 right.OldDirs) right.OldStps right.Ro right.HDiag
            "pairs newest first", memory right right.D (List.rev right.OldDirs) (List.rev right.OldStps) right.Ro right.HDiag
            "no pairs", memory right right.D [] [] [] 1.0
        ]

let memoryNames = TheoryData<string>(memories.Keys)

[<Theory; MemberData(nameof memoryNames)>]
let ``a law of the curvature finds in the memory`` mistake =
    let changed = { iteration with After = memories[mistake] }
    let found = Curvature.memory 100 changed @ Curvature.quasiNewton changed
    Assert.Equal((mistake = "no mistake"), found.IsEmpty)

[<Fact>]
let ``more pairs than history_size are found`` () = Assert.NotEmpty(Curvature.memory 2 iteration)

[<Fact>]
let ``a descent is written as the code that makes it again`` () =
    let descent =
        Descent.Float32(LBFGS(MaxEval = 3, LineSearchFn = "strong_wolfe"), [ [| 1.0 |]; [||] ], [| 2.0 |], [| 0.0 |], [| -0.5 |], 2)

    Assert.Equal(
        "Descent.Float32(LBFGS(MaxEval = 3, LineSearchFn = \"strong_wolfe\"), [ [| 1.0 |]; [||] ], [| 2.0 |], [| 0.0 |], [| -0.5 |], 2)",
        Descent.code Language.FSharp descent
    )

    Assert.Equal(
        "Descent.Float32(new LBFGS(MaxEval: 3, LineSearchFn: \"strong_wolfe\"), [[1.0], []], [2.0], [0.0], [-0.5], 2)",
        Descent.code Language.CSharp descent
    )

[<Fact>]
let ``a law of the descents tells which case it is about`` () =
    Law.replay "descent" example
    Assert.Throws<System.ArgumentException>(fun () -> Law.replay "purity" example) |> ignore
