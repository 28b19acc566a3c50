using System.Diagnostics;
using Optim.Functional.Bench.Peers;

namespace Optim.Functional.Bench;

/// <summary>What the rows share: how long they may take, and libtorch.</summary>
sealed class Workbench(bool quick)
{
    const int UnhurriedSeconds = 55;
    readonly Stopwatch clock = Stopwatch.StartNew();
    readonly Lazy<(ITorch? Torch, string Reason)> peer = new(PeerLoader.Load);

    public bool Quick => quick;

    public Pace Pace => !quick ? Pace.Full : clock.Elapsed.TotalSeconds < UnhurriedSeconds ? Pace.Quick : Pace.Hurried;

    /// <summary>Numbers of threads to measure with.</summary>
    public int[] Threads { get; } = Environment.ProcessorCount > 1 ? [1, 2] : [1];

    public ITorch? Torch => peer.Value.Torch;

    /// <summary>What is said where there is no peer.</summary>
    public string NoTorch => $"peer not loaded: {peer.Value.Reason}";

    /// <summary>Whether a row has asked for the peer.</summary>
    public bool Asked => peer.IsValueCreated;

    /// <summary>Gives back what the last case used, so that the next starts with free memory.</summary>
    public static void Collect()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
    }
}
