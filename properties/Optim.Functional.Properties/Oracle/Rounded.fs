namespace Optim.Functional.Properties

open System

/// What a formula gives in exact arithmetic, and how far from it the formula may come out when every operation rounds once.
/// The bound is carried along with the value: Wilkinson's running error analysis, Higham, Accuracy and Stability, 2nd ed., section 3.3.
[<ReferenceEquality>]
type internal Rounded =
    {
        /// The reference.
        Value: DoubleDouble
        /// How far the computed number may be off. 0: not at all. Infinite: nothing is known of it.
        Error: float
        /// Unit roundoff of the type it is computed in: 2^-24 or 2^-53.
        Unit: float
        /// Whether the computed number cannot be below zero, whatever its error: g², and what is made of such.
        Positive: bool
    }

[<RequireQualifiedAccess>]
module internal Rounded =

    let private single, private double = Math.ScaleB(1.0, -24), Math.ScaleB(1.0, -53)

    let private given unit x =
        { Value = DoubleDouble.ofFloat x; Error = 0.0; Unit = unit; Positive = x >= 0.0 }

    /// A number that is given on the host, in float64: a hyperparameter, t.
    let host x = given double x

    /// A number that is given in the element type: θ, g, a slot.
    let lane isSingle x = given (if isSingle then single else double) x

    let size x = abs x.Value.Hi

    let isZero x = size x = 0.0 && x.Error = 0.0

    /// Bounds are themselves computed in float64, and another order of operations has other terms of second order: u² beside u.
    let slack = 1.0 + Math.ScaleB(1.0, -20)

    /// A number that may be off by so much; an overflow leaves nothing known.
    let within error unit isPositive value =
        let largest = if unit = single then float Single.MaxValue else Double.MaxValue
        let error = if abs value.Hi + error <= largest then error else infinity
        { Value = value; Error = error; Unit = unit; Positive = isPositive || value.Hi - error >= 0.0 }

    let private fits unit value = value.Lo = 0.0 && (unit = double || float (float32 value.Hi) = value.Hi)

    /// One rounding more than what is known to be off. None where exact operands give a number of the type.
    let round error underflow unit isPositive value =
        if error = 0.0 && underflow = 0.0 && fits unit value then
            within 0.0 unit isPositive value
        else
            within (slack * (error + unit * (abs value.Hi + error) + underflow)) unit isPositive value

    /// Whether an exact number is 1, or 1 more than a multiple of n.
    let isEach (n: int) x = (int64 x.Value.Hi - 1L) % int64 n = 0L

    /// Below this size double-double may lose its low part to underflow, the last bits of up to four operations.
    let private safe, private lost = Math.ScaleB(1.0, -900), 4.0 * Double.Epsilon

    /// What a product or quotient may lose besides where it is too small for the type, or for the reference.
    let underflow unit value =
        let normal, least = if unit = single then Math.ScaleB(1.0, -126), float Single.Epsilon else safe, lost
        if abs value.Hi >= normal then 0.0 else least

    /// What the reference may lose in x/y by a remainder that is too small for it.
    let remainder x y = if size x >= safe then 0.0 else lost / y

    /// The same number rounded to a coarser unit.
    let private toUnit unit x =
        if x.Unit >= unit then x
        elif x.Error = 0.0 && not (Double.IsFinite(size x)) then { x with Unit = unit }
        else round x.Error (if isZero x then 0.0 else underflow unit x.Value) unit x.Positive x.Value

    /// The number rounded to the element type.
    let toLane isSingle x = toUnit (if isSingle then single else double) x

    /// The same number on the host, where what is done with it rounds to float64.
    let toHost x = { x with Unit = double }

    /// Both in the coarser unit of the two: a host's constant is rounded where it meets an element.
    let meet x y =
        let unit = max x.Unit y.Unit
        struct (unit, toUnit unit x, toUnit unit y)

    /// Either of the two.
    let either x y =
        let struct (unit, x, y) = meet x y
        let apart = abs (DoubleDouble.subtract x.Value y.Value).Hi
        let error = if apart = 0.0 then max x.Error y.Error else slack * max x.Error (apart + y.Error)
        within error unit (x.Positive && y.Positive) x.Value

    /// For formulas that are put in another way than the reference's, so that one rounds where the other is exact:
    /// four times the bound, and eight roundings of the result and of the number it changes.
    let loosened (before: float) x =
        within (4.0 * x.Error + 8.0 * x.Unit * (size x + abs before)) x.Unit x.Positive x.Value

    /// The signs that the computed number may have. NaN counts as 0.
    let signs x =
        if x.Error = 0.0 then
            [
                (if x.Value.Hi > 0.0 then 1
                 elif x.Value.Hi < 0.0 then -1
                 else 0)
            ]
        else
            [
                if not (x.Value.Hi + x.Error <= 0.0) then
                    1
                if not (size x > x.Error) then
                    0
                if not (x.Value.Hi - x.Error >= 0.0) then
                    -1
            ]

    /// What belongs to the sign of x; where that is not certain, any of what may.
    let bySign x (above, at, below) =
        signs x
        |> List.map (fun sign ->
            if sign > 0 then above
            elif sign < 0 then below
            else at)
        |> List.reduce either

    /// |x - wanted| in units of the bound: at most 1 where x is what it may be.
    let ratio wanted x =
        if wanted.Error = infinity || Double.IsNaN x && Double.IsNaN wanted.Value.Hi then
            0.0
        else
            match abs (DoubleDouble.subtract (DoubleDouble.ofFloat x) wanted.Value).Hi with
            | 0.0 -> 0.0
            | apart when Double.IsNaN apart -> if x = wanted.Value.Hi then 0.0 else infinity
            | apart -> apart / wanted.Error

    let negate x =
        { x with Value = DoubleDouble.negate x.Value; Positive = x.Value.Hi + x.Error <= 0.0 }

    /// A sum does not underflow: where it is small it is exact.
    let add x y =
        let struct (unit, x, y) = meet x y
        round (x.Error + y.Error) 0.0 unit (x.Positive && y.Positive) (DoubleDouble.add x.Value y.Value)

    /// A sum in any order.
    let sum (terms: Rounded list) =
        let total = List.reduce add terms
        let off, sizes = List.sumBy _.Error terms, List.sumBy size terms
        within (slack * (off + float (terms.Length - 1) * total.Unit * (sizes + off))) total.Unit total.Positive total.Value

    /// x·x is a square, and so not below zero.
    let multiply x y =
        let isSquare = Object.ReferenceEquals(x, y)
        let struct (unit, x, y) = meet x y
        let value = DoubleDouble.multiply x.Value y.Value
        let error = size x * y.Error + x.Error * size y + x.Error * y.Error
        round error (if isZero x || isZero y then 0.0 else underflow unit value) unit (isSquare || x.Positive && y.Positive) value

    /// c·x², which is c's sign or zero, however often it rounds: as (c·x)·x, since x·x may be exact where c·x is not.
    let timesSquare c x = { multiply (multiply c x) x with Positive = c.Positive }

    let divide x y =
        let struct (unit, x, y) = meet x y
        let value, least = DoubleDouble.divide x.Value y.Value, size y - y.Error
        let error = if least > 0.0 then (x.Error + abs value.Hi * y.Error) / least else infinity
        round error (if isZero x then 0.0 else underflow unit value + remainder x least) unit (x.Positive && y.Positive) value

    /// |√a - √b| is |a - b|/(√a + √b), and at most √|a - b|. Where the number may be below zero, its root may be NaN.
    let sqrt x =
        let value, least = DoubleDouble.sqrt x.Value, x.Value.Hi - x.Error

        let error =
            if x.Error = 0.0 then 0.0
            elif x.Positive then min (sqrt x.Error) (x.Error / (value.Hi + sqrt (max 0.0 least)))
            else infinity

        round error (if isZero x then 0.0 else remainder x value.Hi) x.Unit true value

    /// x to an exact power. C libraries give it within one unit in the last place: twice what an operation of IEEE 754 may be off.
    let power x n =
        let n = n.Value.Hi
        let value = DoubleDouble.power x.Value (abs n)
        let value = if n < 0.0 then DoubleDouble.divide (DoubleDouble.ofFloat 1.0) value else value
        // (1 + δ)^n - 1 <= r + r² where r = nδ/(1 - δ) <= 1
        let r = if x.Error = 0.0 then 0.0 else abs n * x.Error / (size x - x.Error)
        let error = if r >= 0.0 && r <= 1.0 then abs value.Hi * (r + r * r) else infinity

        if n = 0.0 || isZero x && n > 0.0 then
            within 0.0 x.Unit true value
        else
            round (error + x.Unit * abs value.Hi) (underflow x.Unit value) x.Unit x.Positive value

    /// The one that is certainly ahead; where either may be, the reference's with the larger error.
    let private pick ahead choose isPositive x y =
        let struct (unit, x, y) = meet x y

        match signs (add x (negate y)) with
        | [ sign ] when sign <> 0 -> if sign = ahead then x else y
        | _ when Double.IsNaN x.Value.Hi || Double.IsNaN y.Value.Hi -> within infinity unit false x.Value
        | _ -> within (max x.Error y.Error) unit (isPositive x.Positive y.Positive) (choose x.Value y.Value)

    let max x y = pick 1 max (||) x y

    let min x y = pick -1 min (&&) x y

    let abs x = { x with Value = DoubleDouble.abs x.Value; Positive = true }

/// What is made of logarithms, on the host, in float64.
[<RequireQualifiedAccess>]
module internal Logarithms =

    /// Good to some 2^-50.
    let private halfLife β = log 0.5 / log (β + 1e-8) - 1.0

    /// β whose ln(1/2)/ln(β + 1e-8) - 1 is a part w of the way between those of two others.
    let between first last w =
        let β = exp (log 0.5 / (1.0 + (1.0 - w) * halfLife first + w * halfLife last))
        Rounded.within (Math.ScaleB(β, -46)) (Rounded.host 1.0).Unit true (DoubleDouble.ofFloat β)
