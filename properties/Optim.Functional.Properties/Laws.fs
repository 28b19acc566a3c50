module Optim.Functional.Properties.Laws

open Xunit
open FsCheck.Xunit

[<Property>]
let ``the law runner draws values and runs laws`` (xs: float32 list) = List.length xs = List.length (List.rev xs)
