using System.Globalization;
using System.Text;

namespace Optim.Functional.Rules;

/// <summary>A rule that asks for the loss again within one step.</summary>
/// <remarks>
/// To it all parameters are one vector, each row by row, one after another: it is given neither names nor shapes, and what it
/// remembers belongs to all of them together.
/// An optimizer of it has one group of parameters, in this process's memory. An absent gradient counts as zero.
/// </remarks>
public interface IClosureRule : IRule
{
    /// <summary>What it works in and remembers, as before the first step. Must not depend on the options: these come with each step, and
    /// may be others each time.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="n">Elements of all parameters together, at least 0.</param>
    /// <param name="lasts">Whether it is kept from step to step, as in place, or made for a single one, as by the pure face: this may
    /// decide what it allocates, and nothing else.</param>
    ISolver<T> Solver<T>(int n, bool lasts) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>What a closure rule remembers, and its step.</summary>
/// <typeparam name="T">Type of an element.</typeparam>
public interface ISolver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>One step. When it throws, or <paramref name="f"/> does, what is remembered must be as before: so write to it at the end,
    /// or keep what was there. An exception of <paramref name="f"/> must come through.</summary>
    /// <param name="rule">The rule that made the solver, with the options of this step.</param>
    /// <param name="f">Loss and gradient. The first loss that is asked for is what the step gives back to its caller: so let that be
    /// the start's.</param>
    /// <param name="how">Threads and lanes; they must not change the result.</param>
    /// <returns>Where it ends: a vector, or a length along a direction from one. It is read at once, and not written to.</returns>
    Point<T> Step(IClosureRule rule, IObjective<T> f, Execution how);

    /// <summary>Everything that the next step takes from those before it, in arrays of its own, by torch's keys where torch has the
    /// rule. A solver made for a single step may give its arrays themselves, which it does not write to again.</summary>
    /// <returns>long, double, bool, string, null, <see cref="NDArray"/>, or lists of these. Vectors of all parameters have one dimension of
    /// n elements: where a saved state is loaded into parameters that stand in another order, they are put into that order.</returns>
    IReadOnlyDictionary<string, object?> Save();

    /// <summary>Takes over what <see cref="Save"/> gave, perhaps long ago or to another program. Called on a new solver only.</summary>
    /// <param name="entries">Arrays are of T already; what is kept of them must be copied, but for a single step, which
    /// may keep them, and give them to <see cref="Save"/> again, if it never writes to them. <see cref="SavedEntries{T}"/> reads
    /// them.</param>
    /// <param name="differences">One sentence is added for each thing that does not fit; the solver is then not used.</param>
    void Load(IReadOnlyDictionary<string, object?> entries, ICollection<string> differences);
}

/// <summary>A loss with its gradient, asked for at a point.</summary>
/// <typeparam name="T">Type of an element.</typeparam>
public interface IObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The parameters where the step starts, as one vector. Only to be read; valid until the step ends.</summary>
    T[] Start { get; }

    /// <summary>Loss and gradient at a point.</summary>
    /// <param name="θ">The point, which is only read; null: where the step starts.</param>
    /// <param name="gradient">n elements, which are written: the gradient times <paramref name="scale"/>.</param>
    /// <param name="scale">-1 to ascend. The loss is given as it is.</param>
    /// <returns>The loss, and max |g| of the gradient as it was written: 0 of no elements, NaN if an element is.</returns>
    (double Loss, double Largest) Evaluate(T[]? θ, T[] gradient, double scale = 1);
}

/// <summary>A point: a vector of all parameters and, where there is a direction, a length along it from there.</summary>
/// <remarks>From + Length·Direction is made where the parameters lie, without a vector of its own.</remarks>
/// <param name="From">The vector; null: where the step starts.</param>
/// <param name="Length">Rounded to T before it multiplies.</param>
/// <param name="Direction">None: the point is <paramref name="From"/>.</param>
public readonly record struct Point<T>(T[]? From, double Length = 0, T[]? Direction = null)
{
    /// <summary>The point that a vector is.</summary>
    public static implicit operator Point<T>(T[]? from) => new(from);

    bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"From = {From}, Length = {Length}, Direction = {Direction}");
        return true;
    }
}
