using System.Numerics;

namespace Optim.Functional;

/// <summary>One step of a rule over some parameters: takes them one by one, then runs. In place where source and destination are the same.</summary>
/// <remarks>Everything has been checked before; nothing here fails half-way.</remarks>
sealed class Stepper<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Driver<T> driver = new();
    readonly InOrder<T> gradients = new();
    readonly List<(int[] Index, T[] From, Place<T> To)> scatters = [];
    IElementwiseRule? rule;
    bool counts, touched;

    /// <summary>The gradients whose norm is limited.</summary>
    public List<NDArray<T>> Gradients { get; } = [];

    /// <summary>A step begins; what one that threw has left is dropped.</summary>
    public void Begin()
    {
        driver.Begin();
        scatters.Clear();
        gradients.Clear();
        Gradients.Clear();
    }

    /// <summary>The parameters that follow are stepped by this rule.</summary>
    public void By(IElementwiseRule next) => (rule, counts, touched) = (next, next.CountsSteps, next.Sparse == SparseGradients.Touched);

    /// <summary>Takes a parameter in place whose streams are those of the last step, but for the gradient; false where they are not.</summary>
    public bool Again(NDArray<T> g, ParameterState state, IReadOnlyList<string> keys)
    {
        if (!driver.Stands(out var index)) return false;
        ref var x = ref driver[index];
        if (!ReferenceEquals(x.State, state) || !ReferenceEquals(x.Slots, state.Values) || !ReferenceEquals(keys, state.Keys) || g.IsSparse
            || x.Other > 0 != InOrder<T>.IsByParts(g, x.ColumnMajor)) return false;
        driver.Next();
        var clock = state.Clock;
        state.Clock = driver.Take(rule!, new(counts ? clock.T + 1 : clock.T, false, clock.S1, clock.S2), ref x.Turn);
        x.G = gradients.Place(g, x.ColumnMajor, out x.Other);
        if (x.Start > 0) driver[driver.Next()].Again(x);
        return true;
    }

    /// <param name="θ">Parameter.</param>
    /// <param name="g">Its gradient, of the same shape.</param>
    /// <param name="state">Its state, fitted to the rule.</param>
    /// <param name="newΘ">Where θ' goes, in θ's order.</param>
    /// <param name="newState">Where the state goes, with the same keys.</param>
    public void Add(NDArray<T> θ, NDArray<T> g, ParameterState state, NDArray<T> newΘ, ParameterState newState)
    {
        var index = driver.Next();
        ref var x = ref driver[index];
        var clock = state.Clock;
        newState.Clock = driver.Take(rule!, counts ? clock with { T = clock.T + 1 } : clock, ref x.Turn);
        var inPlace = ReferenceEquals(state, newState);
        x.Other = 0;
        if (g.IsSparse && touched) Touch(ref x, θ, g, newΘ, newState, state);
        else (x.From, x.G, x.End) = (Places<T>.Of(θ, state.Values), gradients.Place(g.IsSparse ? g.Scattered() : g, θ.ColumnMajor, out x.Other), (nint)θ.Length);
        (x.State, x.Slots, x.ColumnMajor) = inPlace && !g.IsSparse ? (state, state.Values, θ.ColumnMajor) : (null, null, false);
        var to = inPlace || g.IsSparse && touched ? x.From : Places<T>.Of(newΘ, newState.Values);
        x.Start = 0;
        var lead = x.Other > 0 ? 0 : CacheLine.Lead(x, to);
        if (!inPlace) driver.Into(index, to);
        if (lead == 0) return;
        x.Start = lead;
        var head = driver.Next();
        driver[head] = driver[index] with { Start = 0, End = lead, State = null, Slots = null };
        if (!inPlace) driver.Into(head, to);
    }

    void Touch(ref Streams<T> x, NDArray<T> θ, NDArray<T> g, NDArray<T> newΘ, ParameterState newState, ParameterState state)
    {
        var index = g.OrderedIndices(θ.ColumnMajor);
        var (from, to) = (state.Values, newState.Values);
        (x.G, x.End) = (g.Place, index.Length);
        Place<T> At(int slot) => slot < from.Length ? Gather(from[slot], to[slot], index) : default;
        x.From = new() { θ = Gather(θ, newΘ, index), A = At(0), B = At(1), C = At(2), D = At(3) };
    }

    public void Run(double gradientScale, Execution how)
    {
        gradients.Write(how);
        driver.Run(rule!, gradientScale, how, gradients);
        foreach (var (index, from, to) in scatters)
        {
            for (var k = 0; k < index.Length; k++) to.From(index[k]) = from[k];
        }
        scatters.Clear();
    }

    Place<T> Gather(NDArray from, NDArray to, int[] index)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (source, few) = ((NDArray<T>)to, new T[index.Length]);
        var all = source.Place;
        for (var k = 0; k < index.Length; k++) few[k] = all.From(index[k]);
        scatters.Add((index, few, all));
        return new(few);
    }
}
