using System.Diagnostics;

namespace Optim.Functional.Cli;

/// <summary>One optimizer on the digits.</summary>
/// <param name="Passes">Times a gradient of all training digits was computed: more than epochs where a step asks again.</param>
internal sealed record DigitsRun(Entrant Entrant, IReadOnlyList<EpochResult> History, double Passes, double Seconds)
{
    public static DigitsRun Run(Entrant entrant, int epochs, int seed)
    {
        var clock = Stopwatch.StartNew();
        var training = new Training(Settings.Of(entrant.Info, entrant.OnDigits, epochs, entrant.Batch, seed));
        while (training.Epoch < epochs) training.RunEpoch();
        return new(entrant, training.History, (double)training.Gradients / Digits.TrainCount, clock.Elapsed.TotalSeconds);
    }

    public EpochResult Last => History[^1];

    /// <summary>Whether it came to an end that is a number.</summary>
    public bool IsFinite => double.IsFinite(Last.Loss);
}
