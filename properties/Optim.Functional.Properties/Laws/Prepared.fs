/// Stages that make other gradients of a step's.
module internal Optim.Functional.Properties.Prepared

open System
open Optim.Functional
open Optim.Functional.Rules

/// Some of the stages, at least one.
let drawn (random: Random) (rule: IRule) : IRule =
    let stages: IStage[] =
        [|
            Accumulate(Numbers.pick random [| 1; 2; 3 |], random.Next 2 = 0)
            Centralize()
            ClipRows(Numbers.pick random [| 0.01; 0.5; 8.0 |], Numbers.pick random [| 1e-3; 0.0 |])
            ClipValue(Numbers.pick random [| 0.25; 2.0; 100.0 |])
            Noise(Numbers.pick random [| 1.0; 1e-4 |], Numbers.pick random [| 0.55; 0.0 |], int64 (random.Next 9))
        |]

    random.Shuffle stages
    stages[.. random.Next stages.Length] |> Array.fold (fun rule stage -> rule.With stage) rule

let private isMap (stage: IStage) = stage :? IGradientMap

/// SGD, which shows its gradient: the update itself is its new parameter.
let private shows (stages: IStage list) : IRule =
    (SGD(1.0).With(Probe(1.0, 1.0, true)), stages) ||> List.fold (fun plan stage -> plan.With stage) :> IRule

let private norm (values: float[]) = sqrt (Array.sumBy (fun x -> x * x) values)

/// By rows, each being all that belongs to one index of the first dimension; a vector is one row.
let private byRows (shape: int[]) f (θ: float[]) (g: float[]) =
    let length = if shape.Length < 2 then g.Length else Array.reduce (*) shape[1..]

    if g.Length = 0 then
        g
    else
        Array.map2 f (Array.chunkBySize length θ) (Array.chunkBySize length g) |> Array.concat

/// What the stages make of a gradient but for the noise, by their definitions.
let private defined (rule: IRule) (shape: int[]) (θ: float[]) (g: float[]) =
    let centralized =
        if (Kind.find<Centralize> rule).IsNone || shape.Length < 2 then
            g
        else
            byRows shape (fun _ g -> Array.map (fun x -> x - Array.average g) g) θ g

    let clipped =
        match Kind.find<ClipRows> rule with
        | None -> centralized
        | Some stage ->
            let clip θ g =
                let wanted = stage.Clipping * max (norm θ) stage.Eps
                if norm g > wanted then Array.map (fun x -> x * wanted / norm g) g else g

            byRows shape clip θ centralized

    match Kind.find<ClipValue> rule with
    | None -> clipped
    | Some stage -> clipped |> Array.map (fun x -> min stage.Value (max -stage.Value x))

/// Matrices where their elements allow it, so that there are rows.
let private shaped case =
    if not case.Shapes.IsEmpty then
        case
    else
        { case with
            Shapes = [ for θ in case.Start -> if θ.Length % 3 = 0 && θ.Length > 0 then [ θ.Length / 3; 3 ] else [ θ.Length ] ]
        }

let private named case (values: (string * float[]) list) =
    let names = Case.names case
    Params.Of [ for name, g in values -> struct (name, Case.gradient case (List.findIndex ((=) name) names) g) ]

let private given case step =
    [
        for name, g in List.zip (Case.names case) step do
            match g with
            | Some g -> name, Array.map (Round.to' case) g
            | None -> ()
    ]

/// The sums of gradients after one more call.
let private sums case (before: (string * float[]) list) (g: (string * float[]) list) =
    [
        for name in Case.names case do
            match List.tryFind (fst >> (=) name) before, List.tryFind (fst >> (=) name) g with
            | Some(_, sum), Some(_, g) -> name, Array.map2 (fun a b -> Round.to' case (a + b)) sum g
            | Some(_, one), None
            | None, Some(_, one) -> name, one
            | None, None -> ()
    ]

let private unlike case (from: float[]) (wanted: float[]) (got: float[]) (what: string) =
    let most = Seq.concat [ Seq.singleton 0.0; from; wanted; got ] |> Seq.map abs |> Seq.max
    // A sum of n terms and a few operations more, each off by half an ulp of the largest at most.
    let bound = Round.ulp case (most * float (16 + Array.length wanted))

    Seq.zip wanted got
    |> Seq.tryFindIndex (fun (a: float, b: float) -> not (abs (a - b) <= bound))
    |> Option.map (fun i -> $"{what}[{i}]: wanted about {wanted[i]:R}, got {got[i]:R}")
    |> Option.toList

/// The gradients that the step is made with, as the stages show them; and where they are not as defined.
let private prepared case (shown: State) scale (θ: Params) (sums: (string * float[]) list) =
    let maps = Kind.stages case.Rule |> List.filter isMap
    let see (stages: IStage list) g = (shows stages).Step(θ, named case g, shown, scale, Run.scalar)
    let struct (θ', after) = see maps sums
    let got = [ for name, _ in sums -> name, Bits.floats θ'[name] ]
    let zeros = [ for name, g in sums -> name, Array.map (fun _ -> 0.0) g ]

    let noise =
        match Kind.find<Noise> case.Rule with
        | None -> zeros
        | Some stage ->
            let struct (noise, _) = see [ stage ] zeros
            [ for name, _ in sums -> name, Bits.floats noise[name] ]

    let wrong =
        [
            for (name, g), (_, z), (_, got) in List.zip3 sums noise got do
                let now = Bits.floats θ[name]
                let g = g |> Array.map (fun x -> x * scale)
                let wanted = defined case.Rule (Seq.toArray θ[name].Shape) now g
                yield! unlike case g (Array.map2 (+) wanted z) got $"gradient of {name}"
        ]

    got, after, wrong

let prepared' =
    Make.gradient
        "prepared gradients"
        "A step with gradients clipped by value or by rows, centralized, with noise, or summed up over several calls is, bit for bit, the \
        rule's step with those gradients, which are what the definitions say; on both faces."
        "Pascanu et al., arXiv:1211.5063; Brock et al., arXiv:2102.06171; Yong et al., arXiv:2004.01461; Neelakantan et al., arXiv:1511.06807. \
        Noise is a function of the step and adds to any gradient alike."
        (Unless.any [ Unless.plan; Unless.sparseOnly ])
        { Domain.of' Moderate with Around = drawn }
        (fun case ->
            let case = shaped case
            let start = Case.start case
            let bare = Kind.rule case.Rule
            let trainer = Trainer.over case.Rule (Case.start case)
            let accumulate = Kind.find<Accumulate> case.Rule

            let call ((bareθ, bareS, shown, waiting, k), at, broken) (step, g: Params) =
                let waiting = sums case waiting (given case step)
                let at = Run.step Run.scalar case.Rule at g
                Trainer.step trainer g
                let calls = accumulate |> Option.map _.Steps |> Option.defaultValue 1

                let next, wrong =
                    if k + 1 < calls then
                        (bareθ, bareS, shown, waiting, k + 1), []
                    else
                        let scale =
                            match accumulate with
                            | Some stage when stage.Average -> 1.0 / float stage.Steps
                            | _ -> 1.0

                        let g, shown, wrong = prepared case shown scale bareθ waiting
                        let θ, s = Run.step Run.scalar bare (bareθ, bareS) (named case g)
                        (θ, s, shown, [], 0), wrong

                let θ, s, _, _, _ = next
                let differences = Bits.differences (Bits.whole (θ, s)) (Bits.whole at)

                let inPlace =
                    Bits.differences (List.sortBy fst (Bits.whole at)) (List.sortBy fst (Trainer.bits trainer))
                    |> List.map (sprintf "in place, %s")

                next, at, broken @ wrong @ differences @ inPlace

            (((start, bare.Init start, (shows []).Init start, [], 0), Run.init case.Rule (Case.start case), []),
             List.zip case.Gradients (Case.gradients case))
            ||> List.fold call
            |> fun (_, _, broken) -> List.truncate 6 broken)
    |> Make.costing 2

let all = [ prepared' ]
