using static TorchSharp.torch;

namespace Optim.Functional.Bench.Peers;

/// <summary>One of TorchSharp's optimizers over tensors of its own.</summary>
sealed class Own : IPeer
{
    readonly TorchSharp.Modules.Parameter[] parameters;
    readonly optim.Optimizer optimizer;

    public Own(string rule, int[] lengths)
    {
        parameters = Array.ConvertAll(lengths, n => new TorchSharp.Modules.Parameter(rand(n) - 0.5f) { grad = rand(n) * 0.2f - 0.1f });
        optimizer = rule switch
        {
            "Adadelta" => optim.Adadelta(parameters, 1, 0.9, 1e-6),
            "Adagrad" => optim.Adagrad(parameters, 1e-2, 0, 0, 0, 1e-10),
            "Adam" => optim.Adam(parameters, 1e-3),
            "AdamW" => optim.AdamW(parameters, 1e-3, weight_decay: 0.01),
            "RMSprop" => optim.RMSProp(parameters, 1e-2),
            "Rprop" => optim.Rprop(parameters, 1e-2),
            "SGD" => optim.SGD(parameters, 1e-3, 0.9),
            _ => throw new NotSupportedException($"TorchSharp has no {rule}."),
        };
        Step();
    }

    public void Step() => optimizer.step();

    public bool Normal => parameters.All(Values.Normal);

    public void Dispose()
    {
        optimizer.Dispose();
        foreach (var p in parameters)
        {
            p.grad?.Dispose();
            p.Dispose();
        }
    }
}
