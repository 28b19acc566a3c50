namespace Optim.Functional.Properties

open Optim.Functional

/// What L-BFGS remembers, read from a state: func_evals, n_iter, d, t, old_dirs, old_stps, ro, H_diag, prev_flat_grad, prev_loss.
type internal LbfgsMemory =
    {
        FuncEvals: int64
        NIter: int64
        D: NDArray | null
        T: float
        OldDirs: NDArray list
        OldStps: NDArray list
        Ro: float list
        HDiag: float
        PrevFlatGrad: NDArray | null
        PrevLoss: float
    }

[<RequireQualifiedAccess>]
module internal LbfgsMemory =

    /// Before the first step.
    let private empty =
        {
            FuncEvals = 0L
            NIter = 0L
            D = null
            T = 0.0
            OldDirs = []
            OldStps = []
            Ro = []
            HDiag = 1.0
            PrevFlatGrad = null
            PrevLoss = 0.0
        }

    let ofState (s: State) =
        let entries = s.ModelState

        let vector key : NDArray | null =
            match entries[key] with
            | :? NDArray as vector -> vector
            | _ -> null

        let list key =
            match entries[key] with
            | :? System.Collections.IEnumerable as list -> Seq.cast<'a> list |> List.ofSeq
            | _ -> []

        if entries.Count = 0 then
            empty
        else
            {
                FuncEvals = unbox entries["func_evals"]
                NIter = unbox entries["n_iter"]
                D = vector "d"
                T = unbox entries["t"]
                OldDirs = list "old_dirs"
                OldStps = list "old_stps"
                Ro = list "ro"
                HDiag = unbox entries["H_diag"]
                PrevFlatGrad = vector "prev_flat_grad"
                PrevLoss = unbox entries["prev_loss"]
            }
