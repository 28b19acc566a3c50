using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>A plan for some of the parameters.</summary>
/// <param name="Where">Which.</param>
/// <param name="Plan">Their plan.</param>
public sealed record Part(
    [property: DebuggerBrowsable(Never)] Select Where,
    [property: DebuggerBrowsable(Never)] Plan Plan)
{
    /// <summary>Which parameters, and their plan.</summary>
    public override string ToString() => $"{Where}: {Plan}";
}
