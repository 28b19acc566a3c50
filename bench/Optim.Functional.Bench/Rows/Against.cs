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
    const int Large = 1_000_000;

    public Home[] Homes { get; init; } = Everywhere.Homes;

    /// <summary>Steps that one call of the peer makes.</summary>
    public int PeerSteps { get; init; } = 1;

    public IEnumerable<Line> Measure(Workbench bench, params int[] threads)
    {
        if (bench.Torch is not { } torch)
        {
            foreach (var home in Homes)
                foreach (var n in threads) yield return Line.NotMeasured(Case(n, home), bench.NoTorch, Target(home));
            yield break;
        }
        Workbench.Collect();
        using var peer = Peer(torch);
        foreach (var home in Homes)
        {
            using var model = new Model<float>(Lengths, Rule, home: home);
            foreach (var n in threads)
            {
                model.Threads = n;
                var time = Duel.Run(bench.Pace, new(model.Step), new(peer.Step, () => torch.Threads = n));
                yield return Result(n, home, model, peer, time);
            }
        }
    }

    Line Result(int threads, Home home, Model<float> model, IPeer peer, Timing time)
    {
        double elements = Lengths.Sum(n => (long)n);
        string Each(double ns) => Lengths.Length == 1 || Lengths.Max() >= Large ? $"{Line.Number(ns / elements)} ns/el" : $"{Line.Number(ns / 1000)} us";
        return new(Case(threads, home), time.Ratio(1, 0) / PeerSteps, Target(home))
        {
            Ours = Each(time.Of(0)),
            Theirs = Each(time.Of(1) / PeerSteps),
            Traffic = Lengths.Max() >= Large ? Yardstick.Bytes<float>(model.Tensors(0).Length) * elements / time.Of(0) : null,
            Rounds = time.Kept,
            Note = Line.Health(model.Normal && peer.Normal),
        };
    }

    string Case(int threads, Home home) => $"{Name}, {Data}, {Line.Threads(threads)}" + (Homes.Length > 1 ? $", {home.Text()}" : "");
}
