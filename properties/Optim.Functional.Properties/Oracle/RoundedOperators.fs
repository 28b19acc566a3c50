/// The arithmetic of formulas. To be opened where no other numbers are computed with.
module internal Optim.Functional.Properties.RoundedOperators

/// 1R is the number one.
module NumericLiteralR =
    let FromZero () = Rounded.host 0.0
    let FromOne () = Rounded.host 1.0
    let FromInt32 n = Rounded.host (float (n: int))

let (~-) x = Rounded.negate x
let (+) x y = Rounded.add x y
let (-) x y = Rounded.add x (Rounded.negate y)
let (*) x y = Rounded.multiply x y
let (/) x y = Rounded.divide x y
let ( ** ) x n = Rounded.power x n
let sqrt x = Rounded.sqrt x
let abs x = Rounded.abs x
let max x y = Rounded.max x y
let min x y = Rounded.min x y
