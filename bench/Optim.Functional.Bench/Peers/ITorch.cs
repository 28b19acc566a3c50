namespace Optim.Functional.Bench.Peers;

/// <summary>libtorch as a .NET program reaches it. Implemented apart, so that nobody downloads libtorch to build this.</summary>
public interface ITorch
{
    /// <summary>Versions of libtorch and TorchSharp.</summary>
    string Version { get; }

    /// <summary>Threads that it may use from now on.</summary>
    int Threads { set; }

    /// <summary>A fused kernel, its step counters included: AdamW, SGD (momentum 0.9) or Adagrad,
    /// with the options of the rule of that name here.</summary>
    /// <param name="rule">The kernel's name.</param>
    /// <param name="lengths">Lengths of the tensors.</param>
    /// <param name="steps">Steps that one call makes, within libtorch.</param>
    IPeer Fused(string rule, int[] lengths, int steps = 1);

    /// <summary>One of TorchSharp's optimizers at the options of the rule of that name here.</summary>
    IPeer Own(string rule, int[] lengths);

    /// <summary>libtorch's own L-BFGS of one iteration a step, on <see cref="IQuadratic"/>.</summary>
    IQuadratic Lbfgs(int length, int history, double lr);
}

/// <summary>Tensors of libtorch's and what steps them.</summary>
public interface IPeer : IDisposable
{
    /// <summary>One step, or as many as one call makes.</summary>
    void Step();

    /// <summary>Whether no parameter is NaN, infinite or denormal.</summary>
    bool Normal { get; }
}

/// <summary>L-BFGS on ½ Σ dᵢθᵢ² with d in [1, 10], from θ in ±0.5:
/// so small steps that each of them gives a pair of positive curvature.</summary>
public interface IQuadratic : IPeer
{
    /// <summary>What a step asks for, alone: the gradient d∘θ.</summary>
    void Closure();

    /// <summary>Makes a step; whether it will be remembered as a pair: y·s > 1e-10.</summary>
    bool StepIsKept();
}
