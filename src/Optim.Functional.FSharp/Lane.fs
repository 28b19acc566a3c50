namespace Optim.Functional.Rules


[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Lane =

    let inline constant x : 'L :> ILane<'L> = 'L.Of x

    let inline fma (x: 'L) (y: 'L) (z: 'L) : 'L :> ILane<'L> = 'L.Fma(x, y, z)

    let inline sqrt (x: 'L) : 'L :> ILane<'L> = 'L.Sqrt x

    let inline abs (x: 'L) : 'L :> ILane<'L> = 'L.Abs x

    let inline max (x: 'L) (y: 'L) : 'L :> ILane<'L> = 'L.Max(x, y)

    let inline min (x: 'L) (y: 'L) : 'L :> ILane<'L> = 'L.Min(x, y)

    let inline whereGreater (x: 'L) (y: 'L) (ifSo: 'L) (ifNot: 'L) : 'L :> ILane<'L> = 'L.WhereGreater(x, y, ifSo, ifNot)

    let inline sign (x: 'L) : 'L :> ILane<'L> = 'L.Sign x

    let inline lerp (a: 'L) (b: 'L) (w: 'L) : 'L :> ILane<'L> = 'L.Lerp(a, b, w)
