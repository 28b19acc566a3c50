namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>Forgets the gradients.</summary>
    /// <param name="setToNull">True: they become absent, and a step skips their parameters.
    /// False: their numbers become zero, in the caller's own arrays.</param>
    public void ZeroGrad(bool setToNull = true)
    {
        foreach (var group in groups)
            foreach (var p in group.Members)
                if (setToNull) p.Grad = null;
                else if (p.Grad is { IsSparse: true }) p.Grad = p.Value.NewLike(0);
                else p.Grad?.Fill(0);
    }

    /// <summary>One step with the gradients as they are. Allocates nothing after a parameter's first.</summary>
    /// <exception cref="ArgumentException">A gradient or an option does not fit,
    /// or a gradient is not finite and <see cref="NonFinite"/> says to throw; nothing is changed.</exception>
    /// <exception cref="InvalidOperationException">The rule needs a closure.</exception>
    public void Step()
    {
        if (IsClosureDriven) throw Fault.NoClosure(groups[0].Rule);
        BeforeStep();
        StepOnce();
        ClosureLoss = null;
        AfterStep();
    }

    void StepOnce()
    {
        if (groups[0].Members[0].Value is NDArray<float>) Step(singles);
        else Step(doubles);
    }

    /// <summary>One step after computing the loss and the gradients.
    /// A rule that asks for the loss has them computed several times.</summary>
    /// <param name="closure">Clears the gradients, computes the loss, sets the gradients, returns the loss.</param>
    /// <returns>The loss of the first call, at the parameters before the step.</returns>
    /// <exception cref="ArgumentException">As <see cref="Step()"/>. If the closure throws, parameters and state are as before.</exception>
    public double Step(Func<double> closure)
    {
        if (closure is null) throw Fault.Null("the closure");
        BeforeStep();
        var loss = Ask(closure);
        ClosureLoss = loss;
        AfterStep();
        return loss;
    }

    /// <summary>What the last step's closure gave; null where it had none.</summary>
    internal double? ClosureLoss { get; private set; }

    double Ask(Func<double> closure)
    {
        if (IsClosureDriven)
            return groups[0].Members[0].Value is NDArray<float> ? StepClosure<float>(closure) : StepClosure<double>(closure);
        var loss = closure();
        StepOnce();
        return loss;
    }

    void Step<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (isEvaluating) throw Fault.WithinEvaluation(Name, "Step");
        var others = stepper.Exchange;
        stepper.Begin(Execution, groups[0].Members[0].Value.Device);
        others?.Begin(Reduces(others.EachCall));
        var isRun = false;
        try { Step(stepper, ref isRun); }
        catch (Exception e) when (others is not null && !isRun)
        {
            others.Agree(e); // the others are not to make the step either
            throw;
        }
        finally { stepper.End(); }
    }

    void Step<T>(Stepper<T> stepper, ref bool isRun) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var lifetime in lifetimes) lifetime.Check();
        var (number, others) = (0, stepper.Exchange);
        var reads = plan.Gradient.Length > 0 || others is not null;
        foreach (var group in groups)
        {
            group.Plan.Validate();
            CheckGradients(group, number, reads, plan.Sums, stepper.Scan);
            number += group.Members.Length;
        }
        var isMade = stepper.Scan.Decide(plan, GradScale, Progress);
        (GradNorm, laterNorm) = (stepper.Scan.Reported, stepper.Scan.ReportedLater);
        if (stepper.Scan.Waits)
        {
            others?.Agree(null);
            stepper.Scan.Keep(plan, stateOf ??= StateOf);
            MicroSteps++;
            return;
        }
        if (!isMade || !StaysFinite(stepper))
        {
            LeaveOut();
            ForgetSums();
            return;
        }
        stepper.BeginFit();
        Fit(stepper);
        others?.Agree(null);
        isRun = true;
        stepper.Run();
        stepper.Commit();
        for (var g = 0; g < groups.Count; g++) groups[g].Shared = shared[g];
        others?.Spread();
        Count();
        ForgetSums();
    }

    void ForgetSums()
    {
        if (plan.Accumulate is null) return;
        MicroSteps = 0;
        foreach (var group in groups)
            foreach (var state in group.States) state.HasSum = false;
    }

    Func<int, ParameterState>? stateOf;

    ParameterState StateOf(int number)
    {
        var group = 0;
        for (; number >= groups[group].Members.Length; group++) number -= groups[group].Members.Length;
        return groups[group].States[number];
    }

    /// <summary>Checks a group's gradients. This and the next are short loops of their own for the sake of many small tensors.</summary>
    static void CheckGradients<T>(ParamGroup group, int number, bool reads, bool sums, Scan<T> scan)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (members, rule) = (group.Members, (IGradientRule)group.Plan.Rule);
        var isSparseOnly = group.Plan.TakesSparseOnly;
        if (group.Plan.IsFrozen) return;
        for (var i = 0; i < members.Length; i++)
        {
            if (members[i].Grad is not NDArray<T> g)
            {
                if (scan.Exchange is not null || (sums && group.States[i].HasSum)) Add(i, null);
                continue;
            }
            g.Lifetime?.Check();
            if ((g.IsSparse || isSparseOnly) && !Check.Takes(rule, g))
                Check.Gradient(rule, members[i].Name, members[i].Value, g, number + i);
            if (reads) Add(i, g);
        }

        void Add(int i, NDArray<T>? g) => scan.Add(new(
            g, (NDArray<T>)members[i].Value, members[i].Name, number + i, rule, sums ? group.States[i].OpenSum<T>() : null));
    }

    /// <summary>Tries a step of large gradients on copies, where the plan asks for finite ones.</summary>
    bool StaysFinite<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!stepper.Scan.IsLarge) return true;
        stepper.BeginTrial();
        Fit(stepper);
        Exception? fault = stepper.EndTrial() is { } found ? NotFinite(found.θ, found.Slot, found.Found, found.At) : null;
        fault = stepper.Exchange is { } others ? others.Combine.First(fault) : fault;
        return fault is null || (plan.NonFinite == NonFinite.Skip ? false : throw fault);
    }

    ArgumentException NotFinite<T>(NDArray<T> θ, string? slot, NDArray<T> found, nint at) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var number = groups.SelectMany(g => g.Stepped).Index().First(p => ReferenceEquals(p.Item, θ)).Index;
        var parameter = groups.SelectMany(g => g.Members).ElementAt(number);
        return Fault.NonFiniteStep(plan, Label(number, parameter), slot, found, at, parameter.Grad!);
    }

    void Fit<T>(Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var prepared = 0;
        foreach (var group in groups)
        {
            stepper.BeginGroup(group.Plan, group.OwnLr, Steps, group.Shared);
            if (plan.PreparesGradients || stepper.Exchange is not null) FitPrepared(group, stepper, ref prepared);
            else if (!group.Plan.IsFrozen) Fit(group, stepper);
            stepper.EndGroup();
        }
        if (shared.Length < groups.Count) shared = new Scalars[groups.Count];
        stepper.Bind(shared);
    }

    /// <summary>Hands a group's parameters to the stepper.</summary>
    static void Fit<T>(ParamGroup group, Stepper<T> stepper) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (members, states) = (group.Members, group.States);
        for (var i = 0; i < members.Length; i++)
            if (members[i].Grad is NDArray<T> g && !stepper.Again(g, states[i]))
                stepper.Add((NDArray<T>)members[i].Value, g, states[i]);
    }

    /// <summary>The same, with the gradients that the plan's stages have made.</summary>
    static void FitPrepared<T>(ParamGroup group, Stepper<T> stepper, ref int next) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var gradients = stepper.Scan.Gradients;
        for (var i = 0; i < group.Members.Length && next < gradients.Length; i++)
        {
            ref readonly var given = ref gradients[next];
            if (!ReferenceEquals(given.θ, group.Members[i].Value)) continue;
            next++;
            var θ = (NDArray<T>)group.Stepped[i];
            if (group.Plan.Whole is not null && θ.Length < given.θ.Length) continue; // another process's
            if (!stepper.Again(given.G!, group.States[i])) stepper.Add(θ, given.G!, group.States[i]);
        }
    }
}
