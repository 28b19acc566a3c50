using System.Diagnostics;

namespace Optim.Functional.Cli;

/// <summary>One optimizer on the digits.</summary>
internal sealed record DigitsRun(Entrant Entrant, IReadOnlyList<EpochResult> History, double Seconds)
{
    public static DigitsRun Run(Entrant entrant, int epochs, int seed)
    {
        var clock = Stopwatch.StartNew();
        var training = new Training(Settings.Of(entrant.Info, entrant.OnDigits, epochs, entrant.Batch, seed));
        while (training.Epoch < epochs) training.RunEpoch();
        return new(entrant, training.History, clock.Elapsed.TotalSeconds);
    }

    public EpochResult Last => History[^1];
}
