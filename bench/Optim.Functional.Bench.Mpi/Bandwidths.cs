using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Optim.Functional.Bench;

/// <summary>All-reduce, reduce-scatter and all-gather by the package and from C, by turns, in the same processes.</summary>
static unsafe class Bandwidths
{
    const int Rounds = 15;

    public static void Measure(World world, string calls)
    {
        var library = NativeLibrary.Load(calls);
        var session = world.Session;
        if (world.IsFirst)
            Console.WriteLine("| call | bytes | C, ms | ours, ms | GB/s | of medians | of least |\n|---|---:|---:|---:|---:|---:|---:|");
        foreach (var bytes in new[] { 64, 64 << 10, 1 << 20, 4 << 20, 32 << 20 })
        {
            var n = bytes / sizeof(float) / world.Size * world.Size;
            var (data, to) = (new Buffer<float>(n), new Buffer<float>(n));
            int[] counts = GC.AllocateArray<int>(world.Size, pinned: true), starts = GC.AllocateArray<int>(world.Size, pinned: true);
            for (var r = 0; r < world.Size; r++) (counts[r], starts[r]) = (n / world.Size, n / world.Size * r);
            fixed (int* c = counts, s = starts)
            {
                int* pc = c, ps = s;
                Row("allreduce", () => session.AllReduce<float>(data.At(), n, atOnce: true));
                Row("reduce_scatter", () => session.ReduceScatter<float>(data.At(), to.At(), pc, atOnce: true));
                Row("iallreduce", () => session.AllReduce<float>(data.At(), n));
                Row("ireduce_scatter", () => session.ReduceScatter<float>(data.At(), to.At(), pc));
                Row("iallgather", () => session.AllGather<float>(data.At(), pc, ps));
            }

            void Row(string name, Func<Session.Request> begin)
            {
                var c = (delegate* unmanaged<float*, float*, int, double>)NativeLibrary.GetExport(library, name);
                Samples theirs = new(), ours = new();
                for (var round = 0; round < Rounds; round++)
                {
                    // By turns the first, which finds the memory as it was filled.
                    for (var turn = 0; turn < 2; turn++)
                    {
                        data.Place.Fill(0, n); // sums are not to grow out of all bounds
                        if ((turn + round) % 2 == 0)
                        {
                            world.Barrier();
                            theirs.Add(c((float*)data.At(), (float*)to.At(), n));
                        }
                        else
                            ours.Time(world, () =>
                            {
                                var request = begin();
                                session.Wait(ref request);
                            });
                    }
                }
                if (!world.IsFirst) return;
                var ratio = ours.Median / theirs.Median;
                Console.WriteLine(Invariant($"| {name} | {bytes} | {Samples.Ms(theirs.Median)} | {Samples.Ms(ours.Median)} ")
                    + Invariant($"| {bytes / ours.Median / 1e9:0.00} | {ratio:0.00}{(ratio <= 1.1 ? "" : " MISS")} ")
                    + Invariant($"| {ours.Least / theirs.Least:0.00} |"));
            }
        }
    }
}
