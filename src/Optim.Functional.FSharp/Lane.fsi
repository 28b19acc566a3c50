namespace Optim.Functional.Rules


/// <summary>The arithmetic of a formula, as functions, for rules written in F#.
/// Operators (+ - * / and unary -) work on lanes as they are.</summary>
/// <remarks>Every function rounds once and gives the same bits on every lane. See <see cref="T:Optim.Functional.Rules.ILane`1"/>.</remarks>
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Lane =

    /// <summary>The number, rounded once to the element type, in every element.</summary>
    val inline constant: x: float -> 'L when 'L :> ILane<'L>

    /// <summary>x·y + z with one rounding.</summary>
    val inline fma: x: 'L -> y: 'L -> z: 'L -> 'L when 'L :> ILane<'L>

    /// <summary>√x; NaN below zero.</summary>
    val inline sqrt: x: 'L -> 'L when 'L :> ILane<'L>

    /// <summary>|x|; clears the sign of zero and NaN too.</summary>
    val inline abs: x: 'L -> 'L when 'L :> ILane<'L>

    /// <summary>The larger one; NaN if either is NaN.</summary>
    val inline max: x: 'L -> y: 'L -> 'L when 'L :> ILane<'L>

    /// <summary>The smaller one; NaN if either is NaN.</summary>
    val inline min: x: 'L -> y: 'L -> 'L when 'L :> ILane<'L>

    /// <summary><c>ifSo</c> where x &gt; y, else <c>ifNot</c> (also where either is NaN). Both are computed.</summary>
    val inline whereGreater: x: 'L -> y: 'L -> ifSo: 'L -> ifNot: 'L -> 'L when 'L :> ILane<'L>

    /// <summary>1, -1 or 0; zero for NaN.</summary>
    val inline sign: x: 'L -> 'L when 'L :> ILane<'L>

    /// <summary>a + w(b - a), exact at both ends.</summary>
    val inline lerp: a: 'L -> b: 'L -> w: 'L -> 'L when 'L :> ILane<'L>
