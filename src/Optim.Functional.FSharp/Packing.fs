namespace Optim.Functional

open MathNet.Numerics.LinearAlgebra

type Packing<'θ> = { Pack: 'θ -> Params; Unpack: Params -> 'θ }

type Lift =
    | Lift

    static member private One<'θ when 'θ: not null>(unpack: NDArray -> 'θ) : Packing<'θ> =
        {
            Pack = fun θ -> Params.Of [ struct ("", Values.tensor "" θ) ]
            Unpack = fun packed -> unpack packed[0]
        }

    static member Packing(_: Lift, _: Params) = { Pack = id; Unpack = id }

    static member Packing(_: Lift, _: float[]) = Lift.One _.As<float>().Data

    static member Packing(_: Lift, _: float32[]) = Lift.One _.As<float32>().Data

    static member Packing(_: Lift, _: float list) = Lift.One(_.As<float>().ToArray() >> List.ofArray)

    static member Packing(_: Lift, _: float32 list) = Lift.One(_.As<float32>().ToArray() >> List.ofArray)

    static member Packing(_: Lift, _: Vector<float>) = Lift.One _.As<float>().ToVector()

    static member Packing(_: Lift, _: Vector<float32>) = Lift.One _.As<float32>().ToVector()

    static member Packing(_: Lift, _: Matrix<float>) = Lift.One _.As<float>().ToMatrix()

    static member Packing(_: Lift, _: Matrix<float32>) = Lift.One _.As<float32>().ToMatrix()
