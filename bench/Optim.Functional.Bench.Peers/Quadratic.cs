using static TorchSharp.torch;

namespace Optim.Functional.Bench.Peers;

/// <inheritdoc cref="IQuadratic"/>
sealed class Quadratic : IQuadratic
{
    const double LeastCurvature = 1e-10;

    readonly TorchSharp.Modules.Parameter parameter;
    readonly Tensor θ, d, g, loss = tensor(1f);
    readonly optim.Optimizer optimizer;
    readonly Func<Tensor> closure;

    public Quadratic(int length, int history, double lr)
    {
        d = rand(length).mul_(9).add_(1);
        g = zeros(length);
        parameter = new(rand(length) - 0.5f) { grad = g };
        θ = parameter.detach(); // the same numbers, outside of autograd, which the optimizer turns on around the closure
        optimizer = optim.LBFGS([parameter], lr, max_iter: 1, max_eval: 1, tolerange_grad: 0, tolerance_change: 0, history_size: history);
        closure = () => { Closure(); return loss.alias(); };
    }

    public void Closure()
    {
        g.copy_(θ).mul_(d);
    }

    public void Step() => optimizer.step(closure);

    public bool StepIsKept()
    {
        using var scope = NewDisposeScope();
        Closure();
        var (oldθ, oldG) = (θ.clone(), g.clone());
        Step();
        Closure();
        return ((g - oldG) * (θ - oldθ)).sum(ScalarType.Float64).item<double>() > LeastCurvature;
    }

    public bool Normal => Values.Normal(parameter);

    public void Dispose()
    {
        optimizer.Dispose();
        foreach (var x in (Tensor[])[parameter, θ, d, g, loss]) x.Dispose();
    }
}
