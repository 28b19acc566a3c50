using System.Diagnostics;
using System.Numerics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

public sealed partial class Optimizer
{
    LbfgsMemory? memory = LbfgsMemory.Empty; // null: not yet asked for since the last step
    IAsking? asking;

    /// <summary>What L-BFGS remembers of all parameters together: a copy, made when it is first asked for after a step.</summary>
    [DebuggerBrowsable(Never)] public LbfgsMemory Memory => memory ??= asking!.Give();

    /// <summary>How many pairs L-BFGS has, without the copy that <see cref="Memory"/> is.</summary>
    internal int PairCount => asking?.PairCount ?? Memory.OldDirs.Count;

    void TakeMemory(LbfgsMemory loaded)
    {
        memory = loaded;
        asking?.Forget();
    }

    double StepClosure<T>(Func<double> closure) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var mine = (Asking<T>)(asking ??= new Asking<T>(this));
        if (mine.IsBusy) throw Fault.WithinClosure(Name, "Step");
        groups[0].Rule.Validate();
        return mine.Step(closure);
    }

    interface IAsking
    {
        bool IsBusy { get; }
        int PairCount { get; }
        LbfgsMemory Give();

        /// <summary>The next step starts from <see cref="Memory"/>.</summary>
        void Forget();
    }

    /// <summary>L-BFGS over the parameters, with the memory it works in from step to step.</summary>
    sealed class Asking<T>(Optimizer optimizer) : IAsking, IObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Parameter[] parameters = optimizer.groups[0].Members;
        readonly NDArray[] values = Array.ConvertAll(optimizer.groups[0].Members, p => p.Value);
        readonly LbfgsWork<T> work = new(Flat.Length(Array.ConvertAll(optimizer.groups[0].Members, p => p.Value)));
        Func<int, NDArray<T>?>? checkedGradient;
        Func<double>? closure;
        double? first;
        bool isTaken, isMoved;

        public bool IsBusy => closure is not null;

        public int PairCount => work.Pairs.Count;

        public LbfgsMemory Give() => work.Save();

        public void Forget() => isTaken = false;

        public double Step(Func<double> ask)
        {
            if (!isTaken) work.Load(optimizer.Memory);
            isTaken = true;
            try
            {
                (closure, first, isMoved) = (ask, null, false);
                var (end, loss) = ((LBFGS)optimizer.groups[0].Rule).Step(this, work, optimizer.Execution);
                Flat.Write(end, values, values, optimizer.Execution);
                optimizer.memory = null;
                return loss;
            }
            catch (Exception e)
            {
                if (isMoved) Flat.Write<T>(new(work.Start), values, values, optimizer.Execution);
                if (e is Skipped) return first!.Value;
                throw;
            }
            finally { closure = null; }
        }

        public void Start(T[] θ) => Flat.Read(values, θ, optimizer.Execution);

        public (double Loss, double Largest) Evaluate(T[]? θ, double scale, T[] gradient)
        {
            if (isMoved = θ is not null) Flat.Write<T>(new(θ), values, values, optimizer.Execution);
            var loss = closure!();
            first ??= loss;
            return (loss, Flat.Read(values, checkedGradient ??= Gradient, scale * optimizer.GradScale, gradient, optimizer.Execution));
        }

        NDArray<T>? Gradient(int i)
        {
            if (parameters[i].Grad is not NDArray<T> g) return null;
            var rule = optimizer.groups[0].Rule;
            if (g.IsSparse) Check.Gradient(rule, Label(i, parameters[i]), values[i], g);
            if (optimizer.NonFinite == NonFinite.Propagate || Check.FirstNonFinite(g) < 0) return g;
            return Check.Skips(rule, optimizer.NonFinite, Label(i, parameters[i]), g) ? throw new Skipped() : g;
        }
    }
}
