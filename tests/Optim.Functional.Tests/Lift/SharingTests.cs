using System.Collections.Concurrent;

namespace Optim.Functional.Tests.Lift;

/// <summary>Which threads run a step.</summary>
[Collection(nameof(Alone))]
public class SharingTests
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Steps the witness, on a thread of its own; returns that thread's number.</summary>
    static int Step(Action stepping, Execution how, int times, params int[] lengths)
    {
        var (rule, caller) = (new Witness { Stepping = _ => stepping() }, 0);
        var θ = Params.Of(lengths.Select((n, i) => ($"p{i}", (NDArray)NDArray.Of(new float[n]))));
        OwnThread.Run(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            for (var t = 0; t < times; t++) rule.Step(θ, θ, rule.Init(θ), how: how);
        });
        return caller;
    }

    /// <summary>How many calls of the formula met a call on another thread, all of them or up to the first that waited in vain.</summary>
    static int Met(Execution how, int times, params int[] lengths)
    {
        using var both = new Barrier(2);
        var (met, alone) = (0, false);
        Step(() =>
        {
            if (!alone && both.SignalAndWait(Patience)) Interlocked.Increment(ref met);
            else alone = true;
        }, how, times, lengths);
        return met;
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(128, 4, 8)]
    [InlineData(128, 3, 8)]
    public void Every_step_above_the_threshold_is_shared_chunk_by_chunk(int bits, int chunk, int length) =>
        Assert.Equal(6, Met(new() { Threads = 2, SerialUpTo = length - 1, ChunkLength = chunk, LaneBits = bits }, 3, length));

    [Fact]
    public void The_threshold_counts_the_elements_of_all_parameters_together() =>
        Assert.Equal(2, Met(new() { Threads = 2, SerialUpTo = 1, ChunkLength = 1 }, 1, 1, 1));

    [Fact]
    public void A_step_of_as_many_elements_as_the_threshold_stays_on_the_callers_thread()
    {
        var threads = new ConcurrentBag<int>();
        void Note()
        {
            threads.Add(Environment.CurrentManagedThreadId);
            Thread.Sleep(10);
        }
        var caller = Step(Note, new() { Threads = 4, SerialUpTo = 72, ChunkLength = 1, LaneBits = 128 }, 1, 9, 9, 9, 9, 9, 9, 9, 9);
        Assert.Equal([caller], threads.Distinct());
    }

    [Fact]
    public void At_most_as_many_threads_as_asked_for_run_a_step()
    {
        var (running, most) = (0, 0);
        void Count()
        {
            var now = Interlocked.Increment(ref running);
            for (var seen = most; now > seen; seen = most) Interlocked.CompareExchange(ref most, now, seen);
            Thread.Sleep(10);
            Interlocked.Decrement(ref running);
        }
        Step(Count, new() { Threads = 2, SerialUpTo = 0, ChunkLength = 1, LaneBits = 0 }, 3, 12);
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public void A_busy_pool_is_not_given_more_helpers_with_each_step()
    {
        using var busy = new ManualResetEventSlim();
        using var waiting = new CountdownEvent(64);
        for (var i = 0; i < waiting.InitialCount; i++)
            ThreadPool.UnsafeQueueUserWorkItem(_ => { busy.Wait(); waiting.Signal(); }, null);
        var (queued, steps) = (-1, 0);
        try
        {
            // The crew is the stepping thread's own, so it is asked there; the pool's own count holds others' work too.
            Step(
                () => (queued, steps) = (Crew.Mine.Queued, steps + 1),
                new() { Threads = 2, SerialUpTo = 0, ChunkLength = 12, LaneBits = 0 },
                200,
                12,
                12);
            Assert.Equal((1, 2 * 12 * 200), (queued, steps));
        }
        finally
        {
            busy.Set();
            waiting.Wait(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void A_step_in_place_keeps_no_hold_of_its_gradients()
    {
        Parameter p = new(new float[100]);
        var optimizer = new Optimizer([p], new Adam());
        WeakReference Run()
        {
            var g = new float[100];
            p.Grad = g;
            optimizer.Step();
            p.Grad = null;
            return new(g);
        }
        var gradient = Run();
        GC.Collect();
        Assert.False(gradient.IsAlive);
        GC.KeepAlive(optimizer);
    }
}
