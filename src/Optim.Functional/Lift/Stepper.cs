using System.Numerics;

namespace Optim.Functional;

/// <summary>One step of a rule over some parameters: takes them one by one, then runs. In place where source and destination are the same.</summary>
/// <remarks>Everything has been checked before; nothing here fails half-way.</remarks>
sealed class Stepper<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Driver<T> driver = new();
    readonly List<(int[] Index, T[] From, Place<T> To)> scatters = [];
    IElementwiseRule? rule;
    bool counts, touched;

    /// <summary>The gradients whose norm is limited.</summary>
    public List<Tensor<T>> Gradients { get; } = [];

    /// <summary>A step begins; what one that threw has left is dropped.</summary>
    public void Begin()
    {
        driver.Begin();
        scatters.Clear();
        Gradients.Clear();
    }

    /// <summary>The parameters that follow are stepped by this rule.</summary>
    public void By(IElementwiseRule next) => (rule, counts, touched) = (next, next.CountsSteps, next.Sparse == SparseGradients.Touched);

    /// <param name="θ">Parameter.</param>
    /// <param name="g">Its gradient, of the same shape.</param>
    /// <param name="state">Its state, fitted to the rule.</param>
    /// <param name="newΘ">Where θ' goes, in θ's order.</param>
    /// <param name="newState">Where the state goes, with the same keys.</param>
    public void Add(Tensor<T> θ, Tensor<T> g, ParameterState state, Tensor<T> newΘ, ParameterState newState)
    {
        var (from, to) = (state.Values, newState.Values);
        ref var x = ref driver.Next();
        var clock = state.Clock;
        newState.Clock = driver.Take(rule!, counts ? clock with { T = clock.T + 1 } : clock, ref x.Turn);
        if (ReferenceEquals(x.State, newState) && ReferenceEquals(x.Slots, to) && !g.IsSparse) x.G = g.Ordered(θ.ColumnMajor);
        else if (g.IsSparse && touched) Touch(ref x, θ, g, newΘ, from, to);
        else
        {
            (x.θ, x.NewΘ, x.End) = (θ.Place, newΘ.Place, θ.Length);
            x.G = (g.IsSparse ? g.Scattered() : g).Ordered(θ.ColumnMajor);
            if (from.Length > 0) (x.A, x.NewA) = (Of(from[0], θ), Of(to[0], θ));
            if (from.Length > 1) (x.B, x.NewB) = (Of(from[1], θ), Of(to[1], θ));
            if (from.Length > 2) (x.C, x.NewC) = (Of(from[2], θ), Of(to[2], θ));
            if (from.Length > 3) (x.D, x.NewD) = (Of(from[3], θ), Of(to[3], θ));
            (x.State, x.Slots) = ReferenceEquals(state, newState) ? (state, to) : (null, null);
        }
    }

    void Touch(ref Streams<T> x, Tensor<T> θ, Tensor<T> g, Tensor<T> newΘ, Tensor[] from, Tensor[] to)
    {
        var index = g.OrderedIndices(θ.ColumnMajor);
        (x.G, x.End, x.State) = (g.Place, index.Length, null);
        x.θ = x.NewΘ = Gather(θ, newΘ, index);
        if (from.Length > 0) x.A = x.NewA = Gather(from[0], to[0], index);
        if (from.Length > 1) x.B = x.NewB = Gather(from[1], to[1], index);
        if (from.Length > 2) x.C = x.NewC = Gather(from[2], to[2], index);
        if (from.Length > 3) x.D = x.NewD = Gather(from[3], to[3], index);
    }

    public void Run(double gradientScale, Execution how)
    {
        driver.Run(rule!, gradientScale, how);
        foreach (var (index, from, to) in scatters)
        {
            var all = to.Span(to.Array.Length - to.Offset);
            for (var k = 0; k < index.Length; k++) all[index[k]] = from[k];
        }
        scatters.Clear();
    }

    static Place<T> Of(Tensor slot, Tensor<T> θ) => ((Tensor<T>)slot).Ordered(θ.ColumnMajor);

    Place<T> Gather(Tensor from, Tensor to, int[] index)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (source, few) = ((Tensor<T>)to, new T[index.Length]);
        var all = source.Span;
        for (var k = 0; k < index.Length; k++) few[k] = all[index[k]];
        scatters.Add((index, few, source.Place));
        return new(few);
    }
}
