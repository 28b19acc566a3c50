using System.Collections.Concurrent;

namespace Optim.Functional.Tests.Lift;

/// <summary>Who runs which chunks.</summary>
[Collection(nameof(Alone))]
public class CrewTests
{
    sealed class Chunks(Action<int> run) : IChunks
    {
        public void Run(int chunk) => run(chunk);
    }

    [Theory]
    [InlineData(1, 1), InlineData(2, 1), InlineData(2, 2), InlineData(2, 7), InlineData(3, 8), InlineData(8, 3)]
    [InlineData(5, 1000)]
    public void Each_chunk_is_run_once(int threads, int chunks)
    {
        var crew = new Crew();
        for (var run = 0; run < 50; run++)
        {
            var times = new int[chunks];
            crew.Run(threads, chunks, new Chunks(k => Interlocked.Increment(ref times[k])));
            Assert.All(times, n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void A_helper_begins_in_the_middle_and_ends_with_what_the_caller_left()
    {
        using var rest = new CountdownEvent(9);
        var (others, caller) = (new ConcurrentQueue<int>(), Environment.CurrentManagedThreadId);
        new Crew().Run(2, 10, new Chunks(k =>
        {
            if (Environment.CurrentManagedThreadId == caller) { Assert.True(rest.Wait(SharingTests.Patience)); return; }
            others.Enqueue(k);
            rest.Signal();
        }));
        Assert.Equal([5, 6, 7, 8, 9, 1, 2, 3, 4], others);
    }

    [Fact]
    public void A_thread_begins_with_the_same_part_in_each_run()
    {
        var (crew, begun) = (new Crew(), new ConcurrentDictionary<int, int>());
        for (var run = 0; run < 20; run++)
        {
            using var all = new Barrier(3);
            var here = new ConcurrentDictionary<int, bool>();
            crew.Run(3, 12, new Chunks(k =>
            {
                var thread = Environment.CurrentManagedThreadId;
                if (!here.TryAdd(thread, true)) return;
                Assert.Equal(k / 4, begun.GetOrAdd(thread, k / 4));
                Assert.True(all.SignalAndWait(SharingTests.Patience));
            }));
        }
        Assert.Equal(0, begun[Environment.CurrentManagedThreadId]);
    }
}
