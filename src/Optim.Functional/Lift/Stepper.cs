using System.Numerics;

namespace Optim.Functional;

/// <summary>One step of a rule over some parameters: takes them one by one, then runs. In place where source and destination are the same.</summary>
/// <remarks>Everything has been checked before; nothing here fails half-way.</remarks>
sealed class Stepper<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Driver<T> driver = new();
    readonly List<(int[] Index, T[] From, T[] To)> scatters = [];

    /// <param name="rule">The rule.</param>
    /// <param name="θ">Parameter.</param>
    /// <param name="g">Its gradient, of the same shape.</param>
    /// <param name="state">Its state, fitted to the rule.</param>
    /// <param name="newΘ">Where θ' goes, in θ's order.</param>
    /// <param name="newState">Where the state goes, with the same keys.</param>
    public void Add(IElementwiseRule rule, Tensor<T> θ, Tensor<T> g, ParameterState state, Tensor<T> newΘ, ParameterState newState)
    {
        var (from, to) = (state.Values, newState.Values);
        Streams<T> x = default;
        x.Now = rule.CountsSteps ? state.Clock with { T = state.Clock.T + 1 } : state.Clock;
        if (g.IsSparse && rule.Sparse == SparseGradients.Touched)
        {
            var index = g.OrderedIndices(θ.ColumnMajor);
            (x.G, x.Length) = (g.Data, index.Length);
            x.θ = x.NewΘ = Gather(θ, newΘ, index);
            if (from.Length > 0) x.A = x.NewA = Gather(from[0], to[0], index);
            if (from.Length > 1) x.B = x.NewB = Gather(from[1], to[1], index);
            if (from.Length > 2) x.C = x.NewC = Gather(from[2], to[2], index);
            if (from.Length > 3) x.D = x.NewD = Gather(from[3], to[3], index);
        }
        else
        {
            (x.θ, x.NewΘ, x.Length) = (θ.Data, newΘ.Data, θ.Data.Length);
            x.G = (g.IsSparse ? g.Scattered() : g).Ordered(θ.ColumnMajor);
            if (from.Length > 0) (x.A, x.NewA) = (Data(from[0], θ), Data(to[0], θ));
            if (from.Length > 1) (x.B, x.NewB) = (Data(from[1], θ), Data(to[1], θ));
            if (from.Length > 2) (x.C, x.NewC) = (Data(from[2], θ), Data(to[2], θ));
            if (from.Length > 3) (x.D, x.NewD) = (Data(from[3], θ), Data(to[3], θ));
        }
        driver.Add(x);
        newState.Clock = rule.After(x.Now);
    }

    /// <summary>Drops what a step that threw has left: a rule of the user's own may throw where it is asked for its slots or constants.</summary>
    public void Forget()
    {
        driver.Forget();
        scatters.Clear();
    }

    public void Run(IElementwiseRule rule, double gradientScale, Execution how)
    {
        driver.Run(rule, gradientScale, how);
        foreach (var (index, from, to) in scatters)
            for (var k = 0; k < index.Length; k++) to[index[k]] = from[k];
        scatters.Clear();
    }

    static T[] Data(Tensor slot, Tensor<T> θ) => ((Tensor<T>)slot).Ordered(θ.ColumnMajor);

    T[] Gather(Tensor from, Tensor to, int[] index)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (source, few) = (((Tensor<T>)to).Data, new T[index.Length]);
        for (var k = 0; k < index.Length; k++) few[k] = source[index[k]];
        scatters.Add((index, few, source));
        return few;
    }
}
