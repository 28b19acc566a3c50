/// One file that names TorchSharp's types, System.Numerics.Tensors' and this library's, without an alias:
/// that it compiles is the test. It is never run.
module Optim.Functional.Names.OneFile

open System.Numerics.Tensors
open TorchSharp
open Optim.Functional
open Optim.Functional.Tensors

let ofTorch (θ: torch.Tensor) =
    NDArray.Of<float32>(θ.data<float32>().ToArray(), [| for d in θ.shape -> int d |])

let train (model: torch.nn.Module<torch.Tensor, torch.Tensor>) (input: torch.Tensor) =
    let θ = Params.ofList [ for struct (name, p) in model.named_parameters () -> name, ofTorch p ]
    let rule = AdamW(Lr = 1e-3) |> Optim.clipNorm 1.0 |> Optim.schedule (Cosine 1000L)
    let theirs = torch.optim.SGD(model.parameters (), learningRate = 0.1)
    (model.forward input).sum().backward()

    let g =
        Params.ofList [ for struct (name, p) in model.named_parameters () -> name, ofTorch (nonNull p.grad) ]

    theirs.step () |> ignore
    Optim.step rule (θ, g, Optim.init rule θ)

let trainInPlace (model: torch.nn.Module<torch.Tensor, torch.Tensor>) (input: torch.Tensor) =
    use optimizer = model.AdamW(lr = 1e-3, betas = struct (0.9, 0.99))
    use planned = model.Optimizer(AdamW(Lr = 1e-3) |> Optim.clipNorm 1.0)
    let schedule = torch.optim.lr_scheduler.StepLR(optimizer, 10)
    (model.forward input).sum().backward()
    optimizer.step () |> ignore
    planned.step () |> ignore
    schedule.step ()
    optimizer.Core.StateDict()

let average (θ: Tensor<float>) : NDArray<float> =
    let θ = Params.ofList [ "θ", θ.AsNDArray() ]
    let rule = SGD 0.1 |> Optim.ema 0.9
    let θ, s = Optim.step rule (θ, θ, Optim.init rule θ)
    (rule.View(θ, s)["θ"]).As<float>()
