/// With exact line searches L-BFGS is the method of conjugate gradients.
module internal Optim.Functional.Properties.Conjugate

open Optim.Functional
open Optim.Functional.Properties.Wolfe

let all = [ termination ]
