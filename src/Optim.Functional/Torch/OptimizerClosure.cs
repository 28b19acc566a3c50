using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

public sealed partial class Optimizer
{
    IReadOnlyDictionary<string, object?>? modelState = ModelEntries.None; // null: not yet asked for since the last step
    IAsking? asking;

    /// <summary>What a rule that asks for the loss remembers of all parameters together, by torch's keys:
    /// a copy, made when it is first asked for after a step.
    /// Empty before the first step, and for other rules.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyDictionary<string, object?> ModelState => modelState ??= asking!.Save();

    /// <summary>The solver at work, without the copy that <see cref="ModelState"/> is; null before the first step.</summary>
    internal object? Solver => asking?.Solver;

    /// <summary>A copy for a state dict, which nobody else has.</summary>
    IReadOnlyDictionary<string, object?> SaveModel() =>
        ReferenceEquals(modelState, ModelEntries.None) ? ModelEntries.None : asking!.SaveHere();

    void TakeSolver(object solver, bool startsAfresh)
    {
        asking = solver is ISolver<float> single ? new Asking<float>(this, single) : new Asking<double>(this, (ISolver<double>)solver);
        modelState = startsAfresh ? ModelEntries.None : null;
    }

    double StepClosure<T>(Func<double> closure) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (asking is { IsBusy: true }) throw Fault.WithinClosure(Name, "Step");
        if (isEvaluating) throw Fault.WithinEvaluation(Name, "Step");
        groups[0].Rule.Validate();
        var mine = (Asking<T>)(asking ??= new Asking<T>(this));
        return mine.Step(closure);
    }

    interface IAsking
    {
        bool IsBusy { get; }
        object Solver { get; }
        IReadOnlyDictionary<string, object?> Save();
        IReadOnlyDictionary<string, object?> SaveHere();
    }

    /// <summary>The closure as a function of one vector, and the solver that goes down it from step to step.</summary>
    sealed class Asking<T> : IAsking, IObjective<T>, IPlacedObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Optimizer optimizer;
        readonly Parameter[] parameters;
        readonly NDArray[] values;
        readonly NDArray<T>?[] gradients; // of the last evaluation, dense
        readonly int length;
        readonly ISolver<T> solver;
        readonly Scan<T> scan = new();
        readonly DeviceBlas<T>? there; // where the parameters lie on a device
        Func<int, NDArray<T>?>? gradientOf;
        Func<double>? closure;
        Place<T>? start;
        double? first;
        bool isRead, isMoved;
        int evaluations;

        public Asking(Optimizer optimizer, ISolver<T>? solver = null)
        {
            (this.optimizer, parameters) = (optimizer, optimizer.groups[0].Members);
            values = Array.ConvertAll(parameters, p => p.Value);
            gradients = new NDArray<T>?[values.Length];
            length = Flat.Length(values);
            if (values[0].Device is { } device) there = new(device);
            this.solver = solver ?? Rule.Resume<T>(length, lasts: true, values[0].Device, ModelEntries.None, []);
        }

        IClosureRule Rule => (IClosureRule)optimizer.groups[0].Rule;

        public bool IsBusy => closure is not null;

        public object Solver => solver;

        public IReadOnlyDictionary<string, object?> Save() => solver.Save();

        public IReadOnlyDictionary<string, object?> SaveHere() => (solver as IPlacedSolver<T>)?.SaveHere() ?? solver.Save();

        public double Step(Func<double> ask)
        {
            (closure, first, isRead, isMoved, evaluations) = (ask, null, false, false, 0);
            try
            {
                var rule = Rule;
                var end = solver.Step(rule, this, optimizer.Execution, length);
                var loss = first ?? throw Fault.NeverAsked(rule);
                if (there is not null) _ = Start; // what a launch that fails half-way is undone by
                isMoved |= there is not null;
                if (isMoved && end.From is null) end = end with { From = Start };
                Flat.Write(end, values, values, optimizer.Execution, there);
                optimizer.modelState = null;
                optimizer.Count();
                return loss;
            }
            catch (Exception e)
            {
                Move(null);
                if (e is not Skipped) throw;
                optimizer.LeaveOut();
                return first!.Value;
            }
            finally
            {
                closure = null;
                Array.Clear(gradients);
                scan.End();
            }
        }

        T[] IObjective<T>.Start => Start.Array;

        public Place<T> Start
        {
            get
            {
                var to = start ??= Allocation.Vector<T>(there?.Device, length);
                if (!isRead) Flat.Read(values, to, optimizer.Execution, there);
                isRead = true;
                return to;
            }
        }

        /// <summary>Sets the parameters to a point, or back to the start.</summary>
        void Move(Place<T>? θ)
        {
            if (θ is null && !isMoved) return;
            _ = Start; // before it is overwritten
            isMoved = true;
            Flat.Write<T>(new(θ ?? Start), values, values, optimizer.Execution, there);
            isMoved = θ is not null;
        }

        public (double Loss, double Largest) Evaluate(T[]? θ, T[] gradient, double scale)
        {
            Solvers.Asked(Rule, θ, gradient, length);
            return Evaluate(Place<T>.Of(θ), gradient, scale);
        }

        public (double Loss, double Largest) Evaluate(Place<T>? θ, Place<T> gradient, double scale)
        {
            Move(θ);
            var loss = closure!();
            first ??= loss;
            evaluations++;
            if (!CheckGradients(scale) || !optimizer.plan.Allows(loss, evaluations)) throw new Skipped();
            gradientOf ??= i => gradients[i];
            return (loss, Flat.Read(values, gradientOf, scan.Scale, gradient, optimizer.Execution, there));
        }

        /// <summary>Checks the gradients, and asks the plan's stages; whether the step is to go on.</summary>
        bool CheckGradients(double scale)
        {
            scan.Begin(optimizer.Execution, there?.Engine);
            for (var i = 0; i < parameters.Length; i++)
            {
                gradients[i] = null;
                if (parameters[i].Grad is not NDArray<T> g) continue;
                g.Lifetime?.Check();
                if (g.IsSparse) Check.Gradient(Rule, Label(i, parameters[i]), values[i], g);
                gradients[i] = g.IsSparse ? g.Scattered() : g;
                scan.Add(new(gradients[i], (NDArray<T>)values[i], parameters[i].Name, i, Rule));
            }
            return scan.Decide(optimizer.plan, scale * optimizer.GradScale, default);
        }
    }
}
