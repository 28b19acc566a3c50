using Optim.Functional.Bench.Peers;

namespace Optim.Functional.Bench.Rows;

/// <summary>A rule through <see cref="Optimizer"/> against a peer that steps tensors of the same lengths.</summary>
/// <param name="Name">The rule and what is special about it.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Data">What the lengths are of.</param>
/// <param name="Lengths">Lengths of the tensors, float.</param>
/// <param name="Peer">Makes the other side.</param>
/// <param name="Target">What the ratio must reach, for each home; null where it only explains another line.</param>
sealed record Against(string Name, IRule Rule, string Data, int[] Lengths, Func<ITorch, IPeer> Peer, Func<Home, Target?> Target)
{
    const int Large = 1_000_000, Huge = 100_000_000;

    public Home[] Homes { get; init; } = Everywhere.Homes;

    /// <summary>Whether the memory yardstick is timed too, over one tensor of as many elements, or over the very arrays of a model:
    /// what a kernel that does nothing but move the streams would reach against the peer.</summary>
    public bool ShowsLimit { get; init; }

    /// <summary>Steps that one call of the peer makes.</summary>
    public int PeerSteps { get; init; } = 1;

    double Elements => Lengths.Sum(n => (long)n);

    /// <summary>How often both sides are allocated anew, by turns ours and theirs first.</summary>
    /// <remarks>The same pass over other pages of memory was seen to take up to 1.5 times as long;
    /// a single placement would favour one side.</remarks>
    int Placements(Workbench bench) => !bench.Quick && Elements is >= Large and < Huge ? 3 : 1;

    public IEnumerable<Line> Measure(Workbench bench, params int[] threads)
    {
        foreach (var home in Homes)
        {
            var lines = bench.Torch is { } torch
                ? Place(bench, torch, home, threads)
                : threads.Select(n => Line.NotMeasured(Case(n, home), bench.NoTorch, Target(home)));
            foreach (var line in lines) yield return line;
        }
        if (ShowsLimit && !bench.Quick && (Lengths.Length == 1 || Elements <= Large) && bench.Torch is { } peers)
            foreach (var line in Limit(bench, peers, threads)) yield return line;
    }

    IEnumerable<Line> Limit(Workbench bench, ITorch torch, int[] threads)
    {
        Workbench.Collect();
        using var peer = Peer(torch);
        var streams = new Model<float>([(int)Elements], Rule).Streams(0);
        foreach (var n in threads)
        {
            var time = Duel.Run(bench.Pace, new(Yardstick.Pass(streams, n)), new(peer.Step, () => torch.Threads = n));
            yield return Limit($"{Name}, {Data}, {Line.Threads(n)}", time, 0, streams.Length);
        }
    }

    IEnumerable<Line> Place(Workbench bench, ITorch torch, Home home, int[] threads)
    {
        var (times, normal, streams) = (Array.ConvertAll(threads, _ => new List<Timing>()), true, 0);
        for (var k = 0; k < Placements(bench); k++)
        {
            Workbench.Collect();
            var first = k % 2 == 0 ? new Model<float>(Lengths, Rule, home: home) : null;
            using var peer = Peer(torch);
            using var model = first ?? new(Lengths, Rule, home: home);
            foreach (var (i, n) in threads.Index())
            {
                model.Threads = n;
                Side[] sides =
                [
                    new(model.Step),
                    new(peer.Step, () => torch.Threads = n),
                    .. LimitsModel(bench, home) ? [Streams(model, n)] : (Side[])[],
                ];
                times[i].Add(Duel.Run(bench.Pace.Part(Placements(bench)), sides));
            }
            (normal, streams) = (normal && model.Normal && peer.Normal, model.Tensors(0).Length);
        }
        foreach (var (n, t) in threads.Zip(times))
        {
            var time = Timing.Of(t);
            yield return Result(n, home, time, streams, normal);
            if (LimitsModel(bench, home)) yield return Limit($"over the same arrays, {Name}, {Data}, {Line.Threads(n)}", time, 2, streams);
        }
    }

    bool LimitsModel(Workbench bench, Home home) =>
        ShowsLimit && !bench.Quick && Lengths.Length > 1 && Elements > Large && home == Home.Arrays;

    Side Streams(Model<float> model, int threads)
    {
        var passes = Array.ConvertAll([.. Enumerable.Range(0, Lengths.Length)], k => Yardstick.Pass(model.Streams(k), threads));
        return new(() => { foreach (var pass in passes) pass(); });
    }

    Line Limit(string what, Timing time, int side, int streams) => new($"the streams alone, {what}", time.Ratio(1, side) / PeerSteps, null)
    {
        Ours = Each(time.Of(side)),
        Theirs = Each(time.Of(1) / PeerSteps),
        Traffic = Lengths.Max() >= Large ? Yardstick.Bytes<float>(streams) * Elements / time.Of(side) : null,
        Rounds = time.Kept,
    };

    string Each(double ns) =>
        Lengths.Length == 1 || Lengths.Max() >= Large ? $"{Line.Number(ns / Elements)} ns/el" : $"{Line.Number(ns / 1000)} us";

    Line Result(int threads, Home home, Timing time, int streams, bool normal) =>
        new(Case(threads, home), time.Ratio(1, 0) / PeerSteps, Target(home))
        {
            Ours = Each(time.Of(0)),
            Theirs = Each(time.Of(1) / PeerSteps),
            Traffic = Lengths.Max() >= Large ? Yardstick.Bytes<float>(streams) * Elements / time.Of(0) : null,
            Rounds = time.Kept,
            Note = Line.Health(normal),
        };

    string Case(int threads, Home home) => $"{Name}, {Data}, {Line.Threads(threads)}" + (Homes.Length > 1 ? $", {home.Text()}" : "");
}
