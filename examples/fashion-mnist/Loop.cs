using System.Diagnostics;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>TorchSharp's training loop, which is the same for any optimizer. It can stop anywhere and go on from there.</summary>
sealed class Loop(nn.Module<Tensor, Tensor> model, optim.Optimizer optimizer, DataSet data, int batch)
{
    const int Seed = 5;

    int[] order = [];
    int epochOfOrder = -1;

    /// <summary>Seconds in the forward and backward passes, and in the optimizer.</summary>
    public (double Passes, double Optimizer) Seconds { get; private set; }

    public int StepsPerEpoch => (int)(data.Count / batch);

    /// <summary>Steps made; the place in the run.</summary>
    public int Step { get; set; }

    /// <summary>One step.</summary>
    /// <returns>The loss before it.</returns>
    public double Next()
    {
        using var scope = NewDisposeScope();
        var (x, y) = Batch();
        var start = Stopwatch.GetTimestamp();
        optimizer.zero_grad();
        var loss = nn.functional.cross_entropy(model.call(x), y);
        loss.backward();
        var passed = Stopwatch.GetTimestamp();
        optimizer.step();
        var (passes, steps) = Seconds;
        Seconds = (passes + Stopwatch.GetElapsedTime(start, passed).TotalSeconds, steps + Stopwatch.GetElapsedTime(passed).TotalSeconds);
        Step++;
        return loss.to(ScalarType.Float64).item<double>();
    }

    /// <summary>The pictures of this step: an epoch's order depends on its number alone.</summary>
    (Tensor X, Tensor Y) Batch()
    {
        var (epoch, at) = (Step / StepsPerEpoch, Step % StepsPerEpoch);
        if (epoch != epochOfOrder)
        {
            order = [.. Enumerable.Range(0, (int)data.Count)];
            new Random(Seed + epoch).Shuffle(order);
            epochOfOrder = epoch;
        }
        var chosen = tensor(Array.ConvertAll(order[(at * batch)..((at + 1) * batch)], i => (long)i));
        return (data.Images.index_select(0, chosen), data.Labels.index_select(0, chosen));
    }

    /// <summary>For each class, how often its pictures are taken for which.</summary>
    public static int[,] Confusion(nn.Module<Tensor, Tensor> model, DataSet test)
    {
        const int AtATime = 1000;
        var counts = new int[DataSet.Classes.Length, DataSet.Classes.Length];
        using var isConstant = no_grad();
        for (var from = 0L; from < test.Count; from += AtATime)
        {
            using var scope = NewDisposeScope();
            var part = TensorIndex.Slice(from, Math.Min(from + AtATime, test.Count));
            var (taken, its) = (model.call(test.Images[part]).argmax(1).data<long>(), test.Labels[part].data<long>());
            for (var i = 0L; i < taken.Count; i++) counts[its[i], taken[i]]++;
        }
        return counts;
    }

    public static double Right(int[,] counts)
    {
        var right = Enumerable.Range(0, counts.GetLength(0)).Sum(i => counts[i, i]);
        return right / (double)counts.Cast<int>().Sum();
    }
}
