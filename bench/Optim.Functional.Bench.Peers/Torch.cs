using TorchSharp;
using static TorchSharp.torch;

namespace Optim.Functional.Bench.Peers;

/// <inheritdoc/>
public sealed class Torch : ITorch
{
    /// <param name="folder">Where files of its own may be written.</param>
    public Torch(string folder)
    {
        Native.Load(folder);
        set_grad_enabled(false);
        random.manual_seed(1);
    }

    /// <inheritdoc/>
    public string Version => $"libtorch {__version__} through TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)}";

    /// <inheritdoc/>
    public int Threads { set => set_num_threads(value); }

    /// <inheritdoc/>
    public IPeer Fused(string rule, int[] lengths, int steps) => new Fused(rule, lengths, steps);

    /// <inheritdoc/>
    public IPeer Own(string rule, int[] lengths) => new Own(rule, lengths);

    /// <inheritdoc/>
    public IQuadratic Lbfgs(int length, int history, double lr) => new Quadratic(length, history, lr);
}
