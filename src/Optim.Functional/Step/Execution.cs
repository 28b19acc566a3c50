using System.Runtime.Intrinsics;

namespace Optim.Functional;

/// <summary>How a step is run. Whatever is chosen here, the bits of the result are the same.</summary>
public sealed record Execution
{
    /// <summary>Up to this many elements in a step, one thread is faster than waking others.</summary>
    public const int DefaultSerialUpTo = 256 * 1024;

    /// <summary>Elements in one chunk: its streams fit a core's second-level cache.</summary>
    public const int DefaultChunkLength = 64 * 1024;

    /// <summary>All cores, the widest lane that the processor accelerates.</summary>
    public static Execution Default { get; } = new();

    /// <summary>Threads that may take part, the caller included, at least 1. Default: the number of cores.</summary>
    public int Threads { get; init => field = Fault.AtLeastOne(value); } = Environment.ProcessorCount;

    /// <summary>Elements handed to a thread at a time, at least 1; rounded up to whole lanes.</summary>
    public int ChunkLength { get; init => field = Fault.AtLeastOne(value); } = DefaultChunkLength;

    /// <summary>Steps of at most this many elements stay on the caller's thread.</summary>
    public int SerialUpTo { get; init; } = DefaultSerialUpTo;

    /// <summary>Whether a step makes a report of each parameter, <see cref="ParameterState.Report"/>, in its own pass. Default
    /// no.</summary>
    public bool Reports { get; init; }

    /// <summary>Widest lane in bits: 512, 256, 128, or less for one element at a time.</summary>
    public int LaneBits { get; init; } =
        Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;
}
