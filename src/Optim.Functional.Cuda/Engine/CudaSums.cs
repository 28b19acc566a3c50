using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Sums and maxima of what lies on a device, with the processor's bits: each block's by a warp, then a tensor's by a block of the
/// launch.</summary>
sealed unsafe class CudaSums<T>(CudaDevice device) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A vector's numbers; each and itself; those of two vectors.</summary>
    static readonly StepCode itself = Inputs(0), square = Inputs(0, 0), product = Inputs(0, 1);

    readonly List<SumLaunch<T>> launches = [];
    readonly List<(int Launch, int Row)> asked = [];
    readonly DeviceTable results = new(device);
    CudaMemory? factor;
    double[] read = [];
    int count;

    /// <summary>Where the factors on the gradients are; 0: nowhere.</summary>
    public nint Factor => factor?.Address ?? 0;

    static StepCode Inputs(params int[] streams)
    {
        var recording = new Recording();
        return StepCode.Of(recording, [.. streams.Select(s => recording.Add(new(Op.Input, s)))], streams.Max() + 1).Code;
    }

    /// <summary>Nothing is asked for.</summary>
    public void Begin()
    {
        count = 0;
        asked.Clear();
    }

    /// <summary>Asks for the sums of terms over a tensor.</summary>
    public void Add(KnownCode known, Recording recording, in Streams<T> x)
    {
        var launch = LaunchOf(KernelKind.Sum, known.Code);
        asked.Add((launch, launches[launch].Count));
        var row = launches[launch].Add(x.End - x.Start, known, recording);
        for (var s = 0; s < known.Code.Streams; s++) row[s] = (ulong)(PlaceOf(x, s).Address + x.Start * sizeof(T));
    }

    /// <summary>Asks for x·y.</summary>
    public void AddProduct(Place<T> x, Place<T> y, nint length)
    {
        var row = Row(KernelKind.SumOfProducts, product, length);
        (row[0], row[1]) = ((ulong)x.Address, (ulong)y.Address);
    }

    /// <summary>Asks for max |x|.</summary>
    public void AddLargest(Place<T> x, nint length) => Row(KernelKind.Largest, itself, length)[0] = (ulong)x.Address;

    Span<ulong> Row(KernelKind kind, StepCode code, nint length)
    {
        var launch = LaunchOf(kind, code);
        asked.Add((launch, launches[launch].Count));
        return launches[launch].Add(length);
    }

    int LaunchOf(KernelKind kind, StepCode code)
    {
        for (var k = count - 1; k >= 0; k--)
            if (launches[k].Kind == kind && launches[k].Code.Equals(code) && launches[k].HasRoom) return k;
        if (count == launches.Count) launches.Add(new(device));
        launches[count].Begin(kind, code);
        return count++;
    }

    static Place<T> PlaceOf(in Streams<T> x, int stream) => stream switch
    {
        0 => x.From.θ,
        1 => x.G,
        2 => x.From.A,
        3 => x.From.B,
        4 => x.From.C,
        5 => x.From.D,
        6 => x.More![0].A,
        7 => x.More![0].B,
        8 => x.More![0].C,
        _ => x.More![0].D,
    };

    /// <summary>The sums that were asked for, one tensor's after another's: one copy from the device.</summary>
    public void Read(Span<double> into)
    {
        if (asked.Count == 0) return;
        using var within = device.Enter();
        Span<int> begins = count <= 64 ? stackalloc int[count] : new int[count];
        var all = Run(begins);
        if (read.Length < all) read = new double[2 * all];
        Copy(read.AsSpan(0, all), results.Address);
        var at = 0;
        foreach (var (launch, row) in asked)
            for (var k = 0; k < launches[launch].Sums; k++) into[at++] = read[begins[launch] + row * launches[launch].Sums + k];
    }

    /// <summary>Launches all that is asked for.</summary>
    /// <returns>How many sums there are.</returns>
    int Run(Span<int> begins)
    {
        var all = 0;
        for (var k = 0; k < count; k++)
        {
            begins[k] = all;
            all += launches[k].Count * launches[k].Sums;
        }
        results.Reserve(Math.Max(1, all) * sizeof(double));
        for (var k = 0; k < count; k++) launches[k].Run(results.Address + begins[k] * sizeof(double), Factor);
        return all;
    }

    /// <summary>Asks for something of vectors.</summary>
    void Ask(KernelKind kind, StepCode code, IReadOnlyList<Given<T>> vectors)
    {
        Begin();
        for (var k = 0; k < vectors.Count; k++)
        {
            var g = vectors[k].G!;
            Row(kind, code, (nint)g.Stored)[0] = (ulong)g.Where.Address;
        }
    }

    /// <summary>x·x of all vectors together: that of each, added in their order.</summary>
    public double SumOfSquares(IReadOnlyList<Given<T>> vectors)
    {
        Ask(KernelKind.SumOfProducts, square, vectors);
        var each = new double[vectors.Count];
        Read(each);
        var sum = 0.0;
        foreach (var one in each) sum += one;
        return double.IsNaN(sum) ? double.NaN : sum;
    }

    /// <summary>max |x| of each vector.</summary>
    public void MaxAbs(IReadOnlyList<Given<T>> vectors, Span<double> most)
    {
        Ask(KernelKind.Largest, itself, vectors);
        Read(most);
    }

    /// <summary>The factor that limits the norm of all vectors together: it stays on the device.</summary>
    /// <returns>Reads the norm.</returns>
    public Func<double> Limit(IReadOnlyList<Given<T>> vectors, double scale, ClipNorm limit)
    {
        Ask(KernelKind.SumOfProducts, square, vectors);
        using var within = device.Enter();
        factor ??= device.New(3 * sizeof(double));
        Run(stackalloc int[1]);
        Span<byte> given = stackalloc byte[44];
        MemoryMarshal.Write(given, (ulong)results.Address);
        MemoryMarshal.Write(given[8..], (ulong)Factor);
        MemoryMarshal.Write(given[16..], scale);
        MemoryMarshal.Write(given[24..], limit.MaxNorm);
        MemoryMarshal.Write(given[32..], limit.Eps);
        MemoryMarshal.Write(given[40..], vectors.Count);
        device.Launch(new(KernelKind.Limit, null, IsDouble: false), 1, 1, given);
        return readNorm ??= ReadNorm;
    }

    Func<double>? readNorm;

    double ReadNorm()
    {
        using var within = device.Enter();
        var norm = 0.0;
        Copy(new(ref norm), Factor + 2 * sizeof(double));
        return norm;
    }

    /// <summary>Reads the factor that is on the device.</summary>
    public double ReadFactor()
    {
        using var within = device.Enter();
        Span<double> parts = stackalloc double[2];
        Copy(parts, Factor);
        return parts[0] * parts[1];
    }

    /// <summary>Copies from the device, and waits for it; a NaN is always the same one.</summary>
    void Copy(Span<double> into, nint from)
    {
        fixed (double* to = into)
            device.Context.Check(device.Driver.ToHost(to, from, into.Length * sizeof(double), device.Stream), "cuMemcpyDtoHAsync");
        device.Context.Check(device.Driver.Synchronize(device.Stream), "cuStreamSynchronize");
        foreach (ref var x in into)
            if (double.IsNaN(x)) x = double.NaN;
    }
}
