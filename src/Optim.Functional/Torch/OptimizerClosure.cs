using System.Numerics;

namespace Optim.Functional;

public sealed partial class Optimizer
{
    bool asking;

    double StepClosure<T>(Func<double> closure) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (asking) throw Fault.WithinClosure(Name, "Step");
        var (group, rule) = (groups[0], (LBFGS)groups[0].Rule);
        rule.Validate();
        var values = Array.ConvertAll(group.Members, p => p.Value);
        var (start, first) = (Flat.Join<T>(values, i => values[i]), (double?)null);

        (double, T[]) Evaluate(T[] at)
        {
            Write(at, values);
            var loss = closure();
            first ??= loss;
            for (var i = 0; i < group.Members.Length; i++)
            {
                if (group.Members[i].Grad is not Tensor<T> g) continue;
                Check.Gradient(rule, Label(i, group.Members[i]), values[i], g);
                if (Check.Skips(rule, NonFinite, Label(i, group.Members[i]), g)) throw new Skipped();
            }
            return (loss, GradScale == 1 ? Flat.Join<T>(values, i => group.Members[i].Grad) : Blas<T>.Scale(GradScale, Flat.Join<T>(values, i => group.Members[i].Grad)));
        }

        try
        {
            asking = true;
            var (θ, next, loss) = rule.Step(Evaluate, start, memory);
            Write(θ, values);
            memory = next;
            return loss;
        }
        catch (Exception e)
        {
            Write(start, values);
            if (e is Skipped) return first!.Value;
            throw;
        }
        finally { asking = false; }
    }

    static void Write<T>(T[] flat, Tensor[] values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, at = 0; i < values.Length; at += values[i++].Length)
            Tensor<T>.Dense(flat.AsSpan(at, values[i].Length).ToArray(), values[i].Dims, columnMajor: false).CopyTo(values[i]);
    }
}
