using System.Diagnostics;

namespace FashionMnist;

/// <summary>Times of things done in turn, so that what else the machine does falls on all of them.</summary>
static class Clock
{
    /// <summary>Milliseconds of each, round by round.</summary>
    /// <param name="rounds">Rounds that count; as many as warm up come before.</param>
    /// <param name="warm">Rounds that do not count.</param>
    /// <param name="before">What is done before each, and not timed.</param>
    /// <param name="all">The things.</param>
    public static double[][] Rounds(int rounds, int warm, Action before, params Action[] all)
    {
        double[][] times = [.. all.Select(_ => new double[rounds])];
        for (var round = -warm; round < rounds; round++)
            for (var i = 0; i < all.Length; i++)
            {
                before();
                var start = Stopwatch.GetTimestamp();
                all[i]();
                if (round >= 0) times[i][round] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        return times;
    }

    public static double Median(IEnumerable<double> times) => times.Order().ElementAt(times.Count() / 2);
}
