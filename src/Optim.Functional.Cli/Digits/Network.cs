using MathNet.Numerics.LinearAlgebra.Double;

namespace Optim.Functional.Cli;

/// <summary>64 pixels, 64 rectified units, 10 classes; softmax cross-entropy. A column of a matrix is one digit.</summary>
internal sealed class Network
{
    const int Hidden = 64;

    readonly DenseMatrix W1, W2, dW1 = new(Hidden, Digits.PixelCount), dW2 = new(Digits.Classes, Hidden);
    readonly DenseVector b1, b2, db1 = new(Hidden), db2 = new(Digits.Classes);
    readonly Parameter w1, w2, c1, c2;

    /// <summary>Starts as torch's nn.Linear does: weights and biases uniform in ±1/√fan_in.</summary>
    public Network(long seed)
    {
        var random = new SplitMix(seed, Streams.Weights);
        W1 = new(Hidden, Digits.PixelCount, Draw(Hidden * Digits.PixelCount, Digits.PixelCount));
        b1 = new(Draw(Hidden, Digits.PixelCount));
        W2 = new(Digits.Classes, Hidden, Draw(Digits.Classes * Hidden, Hidden));
        b2 = new(Draw(Digits.Classes, Hidden));
        Parameters = [w1 = new(W1, "fc1.weight"), c1 = new(b1, "fc1.bias"), w2 = new(W2, "fc2.weight"), c2 = new(b2, "fc2.bias")];

        double[] Draw(int count, int fanIn) =>
            [.. Enumerable.Range(0, count).Select(_ => (2 * random.Uniform() - 1) / Math.Sqrt(fanIn))];
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Mean cross-entropy over the batch; sets every parameter's gradient.</summary>
    public double Backward(Digits batch)
    {
        var (h, p) = Forward(batch);
        var loss = Softmax(p, batch.Labels).Loss;

        // dL/dlogits = (softmax - one-hot) / batch
        for (var k = 0; k < batch.Count; k++) p.Values[k * Digits.Classes + batch.Labels[k]] -= 1;
        p.Multiply(1.0 / batch.Count, p);
        p.TransposeAndMultiply(h, dW2);
        SumColumns(p, db2);
        var dh = (DenseMatrix)W2.TransposeThisAndMultiply(p);
        for (var i = 0; i < dh.Values.Length; i++)
            if (h.Values[i] <= 0) dh.Values[i] = 0;
        dh.TransposeAndMultiply(batch.Pixels, dW1);
        SumColumns(dh, db1);

        (w1.Grad, c1.Grad, w2.Grad, c2.Grad) = (dW1, db1, dW2, db2);
        return loss;
    }

    /// <summary>Mean cross-entropy and the share of digits whose largest output is the right one.</summary>
    public (double Loss, double Accuracy) Evaluate(Digits digits)
    {
        var (loss, right) = Softmax(Forward(digits).Outputs, digits.Labels);
        return (loss, (double)right / digits.Count);
    }

    (DenseMatrix Hidden, DenseMatrix Outputs) Forward(Digits digits)
    {
        var h = (DenseMatrix)W1.Multiply(digits.Pixels);
        AddToColumns(h, b1);
        // Math.Max keeps a NaN, so that a diverged run shows as one.
        for (var i = 0; i < h.Values.Length; i++) h.Values[i] = Math.Max(h.Values[i], 0);
        var o = (DenseMatrix)W2.Multiply(h);
        AddToColumns(o, b2);
        return (h, o);
    }

    /// <summary>Replaces each column by its softmax.</summary>
    static (double Loss, int Right) Softmax(DenseMatrix outputs, int[] labels)
    {
        var (loss, right) = (0.0, 0);
        for (var k = 0; k < labels.Length; k++)
        {
            var column = outputs.Values.AsSpan(k * Digits.Classes, Digits.Classes);
            var best = 0;
            for (var i = 1; i < column.Length; i++)
                if (column[i] > column[best]) best = i;
            if (labels[k] == best) right++;
            var (top, logit) = (column[best], column[labels[k]]);
            var sum = 0.0;
            for (var i = 0; i < column.Length; i++) sum += column[i] = Math.Exp(column[i] - top);
            for (var i = 0; i < column.Length; i++) column[i] /= sum;
            loss += Math.Log(sum) - (logit - top);
        }
        return (loss / labels.Length, right);
    }

    static void AddToColumns(DenseMatrix m, DenseVector v)
    {
        for (var i = 0; i < m.Values.Length; i++) m.Values[i] += v.Values[i % v.Count];
    }

    static void SumColumns(DenseMatrix m, DenseVector sums)
    {
        sums.Clear();
        for (var i = 0; i < m.Values.Length; i++) sums.Values[i % sums.Count] += m.Values[i];
    }
}
