module Optim.Functional.Properties.Tests.PackingTests

open MathNet.Numerics.LinearAlgebra
open Xunit
open Optim.Functional

type Model =
    {
        W: Matrix<float>
        b: Vector<float>
    }

    static member Packing(_: Lift, _: Model) : Packing<Model> =
        {
            Pack = fun m -> Params.ofList [ "W", m.W; "b", m.b ]
            Unpack = fun p -> { W = Params.matrix "W" p; b = Params.vector "b" p }
        }

let private rule = Adam(Lr = 0.1)
let private numbers = [| 1.0; -2.0; 3.0; 0.5; 0.25; -8.0 |]
let private singles = Array.map float32 numbers

let inline private steps θ =
    (((θ, Optim.init rule θ), [ 1..3 ]) ||> List.fold (fun (θ, s) _ -> Optim.step rule (θ, θ, s))) |> fst

let private wanted = steps (Params.ofList [ "x", numbers ]) |> Params.array<float> "x"

[<Fact>]
let ``an array steps as the one tensor of a Params`` () = Assert.Equal<float[]>(wanted, steps numbers)

[<Fact>]
let ``a vector steps as an array`` () =
    Assert.Equal<float[]>(wanted, (steps (Vector<float>.Build.Dense numbers)).ToArray())

[<Fact>]
let ``a matrix steps as an array`` () =
    Assert.Equal<float[]>(wanted, (steps (Matrix<float>.Build.Dense(2, 3, numbers))).ToColumnMajorArray())

[<Fact>]
let ``float32 arrays, vectors and matrices step alike`` () =
    let array = steps singles
    Assert.Equal<float32[]>(array, (steps (Vector<float32>.Build.Dense singles)).ToArray())
    Assert.Equal<float32[]>(array, (steps (Matrix<float32>.Build.Dense(2, 3, singles))).ToColumnMajorArray())

[<Fact>]
let ``a record that says how it is packed steps as its fields`` () =
    let W, b = Matrix<float>.Build.Dense(2, 3, numbers), Vector<float>.Build.Dense numbers
    let model = steps { W = W; b = b }
    Assert.Equal<float[]>(wanted, model.W.ToColumnMajorArray())
    Assert.Equal<float[]>(wanted, model.b.ToArray())

[<Fact>]
let ``Params keep the order, the shapes and the numbers they are made of`` () =
    let θ = Params.ofList [ "W", Matrix<float>.Build.Dense(2, 3, numbers); "b", numbers; "c", 3.0 ]
    Assert.Equal<string list>([ "W"; "b"; "c" ], Params.toList θ |> List.map fst)
    Assert.Equal<int list list>([ [ 2; 3 ]; [ 6 ]; [] ], Params.toList θ |> List.map (fun (_, t) -> List.ofSeq t.Shape))
    Assert.Same(numbers, (Params.tensor "b" θ).As<float>().Data)

    let doubled = θ |> Params.map (fun _ tensor -> tensor.As<float>().ToArray() |> Array.map ((*) 2.0))
    Assert.Equal<float[]>([| 6.0 |], doubled |> Params.array "c")

[<Fact>]
let ``L-BFGS finds the minimum of a parabola and gives the loss where it started`` () =
    let rule = LBFGS(LineSearchFn = "strong_wolfe")
    let start = Vector<float>.Build.Dense numbers

    let x, _, loss =
        Optim.stepWith rule (fun (x: Vector<float>) -> x * x, 2.0 * x) (start, Optim.init rule start)

    Assert.Equal(start * start, loss)
    Assert.True(x.L2Norm() < 1e-6)

[<Fact>]
let ``steps on one thread, and steps that take the place of the last, give what steps give`` () =
    let how = Execution(Threads = 1)

    let three step =
        (((numbers, Optim.init rule numbers), [ 1..3 ]) ||> List.fold (fun (θ, s) _ -> step (θ, Array.copy θ, s))) |> fst

    Assert.Equal<float[]>(wanted, three (Optim.stepOn how rule))
    Assert.Equal<float[]>(wanted, three (Optim.stepDonating rule))

[<Fact>]
let ``a state that was given away cannot be used again`` () =
    let θ, s = Optim.step rule (numbers, numbers, Optim.init rule numbers)
    Optim.stepDonating rule (θ, numbers, s) |> ignore

    let error =
        Assert.Throws<System.InvalidOperationException>(fun () -> Optim.step rule (θ, numbers, s) |> ignore)

    Assert.Contains("donated", error.Message)

[<Fact>]
let ``a saved state goes on bit for bit`` () =
    let plan = rule |> Optim.clipNorm 1.0 |> Optim.ema 0.9
    let θ, s = Optim.step plan (numbers, numbers, Optim.init plan numbers)
    let loaded = Optim.load plan (StateDict.FromJson((Optim.save s).ToJson())) θ
    let next s = Optim.step plan (θ, numbers, s)
    Assert.Equal<float[]>(next s |> fst, next loaded |> fst)
    Assert.Equal<float[]>(Optim.view plan (next s), Optim.view plan (next loaded))
