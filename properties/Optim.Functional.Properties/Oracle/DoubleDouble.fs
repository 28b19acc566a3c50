namespace Optim.Functional.Properties

open System

/// A number as the unevaluated sum of two float64 with |Lo| <= ulp(Hi)/2: about 104 bits, the range of float64.
[<Struct>]
type internal DoubleDouble = { Hi: float; Lo: float }

/// Dekker, Numer. Math. 18, 1971; Hida, Li, Bailey, "Algorithms for quad-double precision floating point arithmetic", ARITH-15, 2001.
[<RequireQualifiedAccess>]
module internal DoubleDouble =

    let ofFloat x = { Hi = x; Lo = 0.0 }

    /// a + b and its rounding error, where |a| >= |b| (Dekker's Fast2Sum).
    let private fastTwoSum (a: float) (b: float) =
        let s = a + b
        { Hi = s; Lo = b - (s - a) }

    /// a + b and its rounding error (Knuth's TwoSum).
    let private twoSum (a: float) (b: float) =
        let s = a + b
        let b' = s - a
        { Hi = s; Lo = (a - (s - b')) + (b - b') }

    let negate a = { Hi = -a.Hi; Lo = -a.Lo }

    let abs a = if a.Hi < 0.0 then negate a else a

    let add a b =
        let s, t = twoSum a.Hi b.Hi, twoSum a.Lo b.Lo
        let u = fastTwoSum s.Hi (s.Lo + t.Hi)
        fastTwoSum u.Hi (u.Lo + t.Lo)

    let subtract a b = add a (negate b)

    let multiply a b =
        let p = a.Hi * b.Hi
        fastTwoSum p (Math.FusedMultiplyAdd(a.Hi, b.Hi, -p) + (a.Hi * b.Lo + a.Lo * b.Hi))

    /// Long division: three digits of 53 bits.
    let divide a b =
        let digit r = ofFloat (r.Hi / b.Hi)
        let first = digit a
        let r = subtract a (multiply first b)
        let second = digit r
        let third = digit (subtract r (multiply second b))
        add (add first second) third

    /// One step of Newton from the root in float64.
    let sqrt a =
        let x = ofFloat (sqrt a.Hi)

        if x.Hi = 0.0 then x else add x (ofFloat ((subtract a (multiply x x)).Hi / (2.0 * x.Hi)))

    /// a to the power n by the binary digits of n: squares for the whole part, square roots for the rest.
    let power a n =
        let one = ofFloat 1.0

        let rec whole result square n =
            if n = 0.0 then
                result
            else
                whole (if n % 2.0 = 1.0 then multiply result square else result) (multiply square square) (floor (n / 2.0))

        let rec part result root n =
            if n = 0.0 || root = one then
                result
            else
                let root, n = sqrt root, 2.0 * n
                part (if n >= 1.0 then multiply result root else result) root (n - floor n)

        if not (Double.IsFinite n) then
            ofFloat nan
        else
            let n, m = Math.Abs n, floor (Math.Abs n)
            part (whole one a m) a (n - m)
