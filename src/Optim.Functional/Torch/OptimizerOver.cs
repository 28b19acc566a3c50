namespace Optim.Functional;

// What several processes step together.
public sealed partial class Optimizer
{
    readonly ProcessGroup? over;

    IEnumerable<ParameterState> States => groups.SelectMany(group => group.States);

    /// <summary>Whether other processes make the steps too.</summary>
    internal bool IsOver => over is not null;

    /// <summary>Whether this process steps parts of the parameters, and has their state only.</summary>
    internal bool HasParts => singles.Exchange is { HasParts: true } || doubles.Exchange is { HasParts: true };

    /// <summary>Whether each process adds gradients up by itself until a step, and has begun to.</summary>
    bool HasOwnSums => over is not null && MicroSteps > 0 && plan.Sums
        && !(singles.Exchange is { EachCall: true } || doubles.Exchange is { EachCall: true });

    /// <summary>Brings the parameters to those of the first process, and learns which part of each is stepped here.</summary>
    void Join()
    {
        if (IsClosureDriven || groups.Any(g => g.Plan.TakesSparseOnly)) throw Fault.NotOver(plan);
        if (groups[0].Members[0].Value.Device is { } device) throw Fault.DeviceOver(device.Name);
        if (groups[0].Members[0].Value is NDArray<float>) singles.Exchange = over!.Join<float>(this);
        else doubles.Exchange = over!.Join<double>(this);
    }

    /// <summary>Whether the stages of a plan look at whole parameters where those of this one do.</summary>
    bool LooksAlike(Plan other)
    {
        return Looking(other).SequenceEqual(Looking(plan));

        static IEnumerable<Type> Looking(Plan of) => of.Resolved.SelectMany(p => p.Stages)
            .Where(s => s is IUpdateStage or IGradientMap)
            .Select(s => s.GetType());
    }

    /// <summary>After parameters were added.</summary>
    void JoinAgain()
    {
        if (over is null) return;
        if (HasParts && States.Any(s => s.Exists)) throw Fault.AddedToParts(Name);
        Join();
    }

    /// <summary>Whether a step exchanges gradients: not where they wait for others in each process.</summary>
    bool Reduces(bool eachCall) =>
        plan.Accumulate is not { } accumulate || MicroSteps + 1 >= accumulate.Steps || (eachCall && accumulate.Buffers);

    /// <summary>Whether a gradient may go on its way before the step that it is for.</summary>
    internal bool TakesEarly(bool eachCall) => Reduces(eachCall) && (eachCall || !plan.Sums);

    /// <summary>What this process's parts have beside their tensors, and what all of them share.</summary>
    internal StateDict PartsToStateDict()
    {
        if (HasOwnSums) throw Fault.SumsInParts(Name, MicroSteps);
        return Save(withTensors: false);
    }

    /// <summary>Brings the parts of the parameters that processes have to all of them.</summary>
    internal void SpreadParameters() => Spread();

    /// <summary>Takes over the state of this process's parts.</summary>
    internal LoadReport LoadParts(StateDict saved, bool strict) => LoadStateDict(saved, strict);
}
