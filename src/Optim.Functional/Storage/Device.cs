namespace Optim.Functional;

/// <summary>Where tensors lie that this process cannot read: their memory, copies of them, and who steps them.</summary>
/// <remarks>Places on it are outside of arrays (<see cref="Place{T}.Outside"/>); only their addresses are looked at here.</remarks>
abstract class Device
{
    /// <summary>Stands for the factor on the gradients where it is on the device: a NaN that no computation makes. Negative where it is
    /// to be negative.</summary>
    public static readonly double Factor = BitConverter.UInt64BitsToDouble(0x7FF8_FAC7_0A00_0001);

    /// <summary>What it is called in messages.</summary>
    public abstract string Name { get; }

    /// <summary>How long its memory is there.</summary>
    public abstract Lifetime Lifetime { get; }

    /// <summary>Memory for so many numbers, of 0 or as they come.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public abstract Place<T> New<T>(long length, bool cleared) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Copies from one place of it to another.</summary>
    public abstract void Copy<T>(Place<T> from, Place<T> to, nint length) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>to[i, j] ← from[i, j] of so many rows and columns of it, as <see cref="Pitch.Copy"/> has it.</summary>
    public abstract void Copy<T>(Place<T> from, Pitch there, Place<T> to, Pitch here, int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Copies to a place of this process, and waits for it.</summary>
    public abstract void Read<T>(Place<T> from, Place<T> to, nint length) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Copies from a place of this process, which may be written to again when this returns.</summary>
    public abstract void Write<T>(Place<T> from, Place<T> to, nint length) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Makes so many numbers <paramref name="value"/>.</summary>
    public abstract void Fill<T>(Place<T> to, T value, nint length) where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Who steps its tensors.</summary>
    public abstract IDeviceEngine<T> NewEngine<T>() where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Who computes outside of steps, one for all: its tables on the device are made once.</summary>
    public IDeviceEngine<T> Engine<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        Lifetime.Check();
        if (!engines.TryGetValue(typeof(T), out var engine)) engines[typeof(T)] = engine = NewEngine<T>();
        return (IDeviceEngine<T>)engine;
    }

    readonly Dictionary<Type, object> engines = [];
}

/// <summary>An engine of a device, which sums up what lies there.</summary>
interface IDeviceEngine<T> : IEngine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>x·x of several vectors together, as <see cref="Reduce.SumOfSquares"/> has it.</summary>
    double SumOfSquares(IReadOnlyList<Given<T>> gradients);

    /// <summary>max |x| of each vector, as <see cref="Reduce.MaxAbs"/> has it.</summary>
    void MaxAbs(IReadOnlyList<Given<T>> gradients, Span<double> most);

    /// <summary>Makes the factor on the gradients that limits their norm, where it is used: recipes that are bound next are told that it is
    /// there.</summary>
    /// <param name="gradients">The gradients.</param>
    /// <param name="scale">The factor on them so far.</param>
    /// <param name="limit">The limit.</param>
    /// <returns>Reads the norm, when it is asked for.</returns>
    Func<double> Limit(IReadOnlyList<Given<T>> gradients, double scale, ClipNorm limit);

    /// <summary>No sums are asked for.</summary>
    void BeginSums();

    /// <summary>Asks for the sums of terms over a tensor.</summary>
    void AskSum<B>(in B terms, in Streams<T> x) where B : struct, ITerms;

    /// <summary>Asks for x·y, as <see cref="Reduce.Dot"/> has it.</summary>
    void AskProduct(Place<T> x, Place<T> y, nint length);

    /// <summary>Asks for max |x|, as <see cref="Reduce.MaxAbs"/> has it.</summary>
    void AskLargest(Place<T> x, nint length);

    /// <summary>Reads all that was asked for, one tensor's after another's.</summary>
    void ReadSums(Span<double> into);

    /// <summary>C ← αAB + βC, as <see cref="MatrixProduct.Run"/> has it.</summary>
    void Multiply(double α, MatrixPlace<T> a, MatrixPlace<T> b, double β, MatrixPlace<T> c);

    /// <summary>Means of terms along lines, or across them, as <see cref="Functional.Lines{T}"/> has them.</summary>
    void Lines<B>(in B terms, Place<T> a, Place<T> b, LineShape shape, Place<T> to, bool across) where B : struct, ITerms;

    /// <summary>A pass over each line, as <see cref="Lines{T}.Each"/> has it.</summary>
    /// <param name="pass">The formula.</param>
    /// <param name="scale">The factor on the second operand.</param>
    /// <param name="places">First operand, second, target, numbers of places, numbers of lines.</param>
    /// <param name="shape">The matrices.</param>
    /// <param name="lineIsSecond">Whether the line's number is the second slot and not the first.</param>
    void EachLine<F>(in F pass, double scale, in Places<T> places, LineShape shape, bool lineIsSecond) where F : struct, IPass;

    /// <summary>Runs a pass of a single element's formula.</summary>
    /// <param name="pass">The formula.</param>
    /// <param name="x">Its operands: the first in θ, the second in G, further ones in the slots.</param>
    /// <param name="to">Where each goes.</param>
    /// <param name="scale">The factor on the second operand.</param>
    void Pass<F>(in F pass, in Streams<T> x, in Places<T> to, double scale) where F : struct, IPass;
}
