namespace Optim.Functional.Bench.Peers;

/// <summary>libtorch as a .NET program reaches it. Implemented apart, so that nobody downloads libtorch to build this.</summary>
public interface ITorch
{
    /// <summary>Versions of libtorch and TorchSharp.</summary>
    string Version { get; }

    /// <summary>Threads that it may use from now on.</summary>
    int Threads { set; }

    /// <summary>A fused kernel, its step counters included: AdamW, SGD (momentum 0.9) or Adagrad, with the options of the rule of that name here.</summary>
    /// <param name="rule">The kernel's name.</param>
    /// <param name="lengths">Lengths of the tensors.</param>
    /// <param name="steps">Steps that one call makes, within libtorch.</param>
    IPeer Fused(string rule, int[] lengths, int steps = 1);

    /// <summary>One of TorchSharp's optimizers at the options of the rule of that name here.</summary>
    IPeer Own(string rule, int[] lengths);
}

/// <summary>Tensors of libtorch's and what steps them.</summary>
public interface IPeer : IDisposable
{
    /// <summary>One step, or as many as one call makes.</summary>
    void Step();

    /// <summary>Whether no parameter is NaN, infinite or denormal.</summary>
    bool Normal { get; }
}
