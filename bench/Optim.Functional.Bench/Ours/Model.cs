using System.Numerics;

namespace Optim.Functional.Bench;

/// <summary>Tensors, their gradients and the optimizer that steps them: our side of most comparisons.</summary>
sealed class Model<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Parameter[] parameters;
    readonly T[][] gradients;

    public Model(int[] lengths, IRule rule, int threads = 1, Home home = Home.Arrays)
    {
        if (home.Missing() is { } reason) throw new NotSupportedException(reason);
        gradients = [.. lengths.Select((n, i) => Noise.Of<T>(n, 0.1, (uint)(2 * i + 1)))];
        parameters = [.. lengths.Select((n, i) => new Parameter(Tensor.Of(Noise.Of<T>(n, 0.5, (uint)(2 * i + 2)))) { Grad = Tensor.Of(gradients[i]) })];
        Optimizer = new(parameters, rule);
        Threads = threads;
        if (rule is IElementwiseRule) Step();
    }

    public Optimizer Optimizer { get; }

    public int Threads { set => Optimizer.Execution = new() { Threads = value }; }

    public void Step() => Optimizer.Step();

    /// <summary>Parameter, gradient and slots of one tensor, in this order.</summary>
    public T[][] Streams(int tensor) =>
        [parameters[tensor].Value.As<T>().Data, gradients[tensor], .. Optimizer.State(parameters[tensor]).Slots.Values.Select(slot => slot.As<T>().Data)];

    /// <summary>Turns the gradients' signs: under a gradient that stays the same for ever, a centred variance goes below zero.</summary>
    public void Flip()
    {
        foreach (var g in gradients)
            for (var i = 0; i < g.Length; i++) g[i] = -g[i];
    }

    /// <summary>Whether all numbers are normal.</summary>
    public bool Normal => Enumerable.Range(0, parameters.Length).All(i => Streams(i).All(x => Noise.Normal<T>(x)));
}
