namespace Optim.Functional.Rules;

/// <summary>Inverse roots of all factors of a parameter's blocks.</summary>
/// <param name="Blocks">The blocks.</param>
/// <param name="Factors">Their factors A.</param>
/// <param name="Inverse">The roots R.</param>
/// <param name="Failed">How often a root could not be made, one number.</param>
readonly record struct Roots<T>(Blocks Blocks, Operand<T> Factors, Operand<T> Inverse, Operand<T> Failed)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Roots are the identity before the first ones.</summary>
    public void Begin()
    {
        using var opened = Inverse.OpenWrite();
        var all = opened.Span;
        all.Clear();
        foreach (var block in Blocks.All)
            foreach (var side in block.Sides)
                for (var i = 0; i < side.Size; i++) all[side.Offset + i * (side.Size + 1)] = T.One;
    }

    /// <summary>A ← βA + w·gᵢgᵢᵀ for each dimension i, the gradient standing row by row; taken along the other dimensions' roots first,
    /// where they are to be whitened.</summary>
    /// <param name="x">Where it is computed.</param>
    /// <param name="g">The gradient.</param>
    /// <param name="w">Weight of the new.</param>
    /// <param name="β">Weight of the old.</param>
    /// <param name="whiten">Whether the other dimensions are whitened.</param>
    /// <param name="a">Working memory for the largest block.</param>
    /// <param name="b">More of it.</param>
    /// <param name="c">And more.</param>
    public void Learn(in Whole<T> x, Operand<T> g, double w, double β, bool whiten, Operand<T> a, Operand<T> b, Operand<T> c)
    {
        foreach (var block in Blocks.All)
        {
            Operand<T> own = a.Slice(0, block.Length), seen = b.Slice(0, block.Length), other = c.Slice(0, block.Length);
            block.Gather(x, g, own);
            foreach (var side in block.Sides)
            {
                own.CopyTo(seen);
                foreach (var across in block.Sides)
                {
                    if (!whiten || across == side) continue;
                    x.Along(across, seen, across.Of(Inverse), other);
                    (seen, other) = (other, seen);
                }
                x.Gram(side, seen, w, β, side.Of(Factors));
            }
        }
    }

    /// <summary>R ← (cA + εI)^-power; where there is none, R stays, and it is counted.</summary>
    /// <param name="c">What A is corrected by.</param>
    /// <param name="ε">The shift.</param>
    /// <param name="power">The power, of a block's number of dimensions.</param>
    /// <param name="how">Threads and lanes.</param>
    public void Refresh(double c, double ε, Func<int, double> power, Execution how)
    {
        foreach (var block in Blocks.All)
            foreach (var side in block.Sides)
            {
                using var A = Factors.Slice(side.Offset, side.Area).OpenRead();
                using var R = Inverse.Slice(side.Offset, side.Area).Open();
                var pairs = Decomposition.Eigen(A.Span, side.Size, ε, c);
                if (pairs is null || !pairs.InverseRoot(power(block.Dims.Length), ε, R.Span, how)) Failed.Count();
            }
    }
}
