using System.Numerics;

namespace Optim.Functional.Bench;

/// <summary>Tensors, their gradients and the optimizer that steps them: our side of most comparisons.</summary>
sealed class Model<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly ParameterBuffer<T>? buffer;
    readonly IReadOnlyList<Parameter> parameters;

    public Model(int[] lengths, IRule rule, int threads = 1, Home home = Home.Arrays)
    {
        if (home == Home.Buffer) parameters = (buffer = new(lengths.Select((n, i) => ($"{i}", new[] { n })))).Parameters;
        else parameters = [.. lengths.Select(n => new Parameter(NDArray.Of(new T[n])) { Grad = NDArray.Of(new T[n]) })];
        for (var i = 0; i < lengths.Length; i++)
        {
            Noise.Fill(parameters[i].Grad!.As<T>().Span, 0.1, (uint)(2 * i + 1));
            Noise.Fill(parameters[i].Value.As<T>().Span, 0.5, (uint)(2 * i + 2));
        }
        Optimizer = new(parameters, rule);
        Threads = threads;
        if (rule is IElementwiseRule) Step();
    }

    public Optimizer Optimizer { get; }

    public int Threads { set => Optimizer.Execution = new() { Threads = value }; }

    public void Step() => Optimizer.Step();

    /// <summary>Parameter, gradient and slots of one tensor, in this order.</summary>
    public NDArray<T>[] Tensors(int number)
    {
        var p = parameters[number];
        return [p.Value.As<T>(), p.Grad!.As<T>(), .. Optimizer.State(p).Slots.Values.Select(slot => slot.As<T>())];
    }

    /// <summary>The arrays of these, where each has its own.</summary>
    public T[][] Streams(int number) => Array.ConvertAll(Tensors(number), t => t.Data);

    /// <summary>Turns the gradients' signs: under a gradient that stays the same for ever, a centred variance goes below zero.</summary>
    public void Flip()
    {
        foreach (var p in parameters)
            foreach (ref var g in p.Grad!.As<T>().Span) g = -g;
    }

    /// <summary>Whether all numbers are normal.</summary>
    public bool Normal => Enumerable.Range(0, parameters.Count).All(i => Tensors(i).All(t => Noise.Normal<T>(t.Span)));

    public void Dispose() => buffer?.Dispose();
}
