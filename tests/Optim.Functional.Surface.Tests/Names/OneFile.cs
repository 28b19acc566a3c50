using System.Numerics.Tensors;
using Optim.Functional;
using Optim.Functional.Tensors;
using TorchSharp;

namespace SomeModel;

/// <summary>One file, of a namespace outside the library, that names TorchSharp's types, System.Numerics.Tensors' and this library's,
/// without an alias: that it compiles is the test. It is never run.</summary>
static class OneFile
{
    public static NDArray FromTorch(torch.Tensor θ) => NDArray.Of(θ.data<float>().ToArray(), [.. θ.shape.Select(d => (int)d)]);

    public static void Train(torch.nn.Module<torch.Tensor, torch.Tensor> model, torch.Tensor input)
    {
        var parameters = model.named_parameters().Select(p => new Parameter(FromTorch(p.parameter), p.name)).ToArray();
        var optimizer = new Optimizer(parameters, new AdamW(Lr: 1e-3).ClipNorm(1).Schedule(new Cosine(1000)));
        var other = Torch.optim.SGD([new ParamGroup(parameters) { ["lr"] = 0.1 }], momentum: 0.9);
        var theirs = torch.optim.SGD(model.parameters(), learningRate: 0.1);
        model.forward(input).sum().backward();
        foreach (var (parameter, (_, θ)) in parameters.Zip(model.named_parameters())) parameter.Grad = FromTorch(θ.grad!);
        optimizer.Step();
        other.Step();
        theirs.step();
        StateDict saved = optimizer.StateDict();
        LoadReport report = optimizer.LoadStateDict(saved);
        Console.WriteLine(report);
    }

    public static Tensor<double> Average(Tensor<double> θ, TensorSpan<double> gradient)
    {
        IRule rule = new SGD(Lr: 0.1).Ema(0.9);
        Params parameters = Params.Of(("θ", θ.AsNDArray()));
        State state = rule.Init(parameters);
        (parameters, state) = rule.Step(parameters, Params.Of(("θ", gradient.CopyToNDArray())), state);
        NDArray<double> view = rule.View(parameters, state)["θ"].As<double>();
        return Tensor.Add(view.AsReadOnlyTensorSpan(), 0.0);
    }
}
