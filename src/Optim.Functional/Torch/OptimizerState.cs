namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>Starts from a pure state: the arrays are copied.</summary>
    internal void Take(State s)
    {
        for (var i = 0; i < groups[0].States.Length; i++)
        {
            var p = groups[0].Members[i].Value;
            groups[0].States[i] = s.Entries[i].Copy(slot => { var own = p.NewLike(0); slot.CopyTo(own); return own; });
        }
        memory = s.Memory ?? LbfgsMemory.Empty;
    }

    /// <summary>The state as a pure one; the optimizer must not be used again.</summary>
    internal State Give(Params θ) => new(Name, θ, groups[0].States, null);
}
