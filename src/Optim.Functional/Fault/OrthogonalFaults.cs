using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of what Muon and its kin are told: sets of coefficients, shapes, blocks of rows.</summary>
static partial class Fault
{
    public static ArgumentException UnknownCoefficients(string got, IEnumerable<string> known) =>
        new($"There is no set of Newton-Schulz coefficients '{got}'. There are: {string.Join(", ", known)}.");

    public static ArgumentException Coefficients(IRule rule, string got) =>
        new($"{rule.Name}: coefficients must be one of {string.Join(", ", NewtonSchulz.Names)}, got '{got}'.");

    public static ArgumentException NoCoefficients(NewtonSchulz set, int step) =>
        new(Invariant($"The coefficients '{set.Name}' are of {set.Coefficients.Count} iterations, from 1 on, asked for those of {step}; ")
            + "they were made for so many and no more.");

    public static ArgumentException NsSteps(IRule rule, NewtonSchulz set, int got) =>
        new(Invariant($"{rule.Name}: ns_steps must be at most {set.MostSteps} with the coefficients '{set.Name}', got {got}; ")
            + "they were made for so many and no more.");

    public static ArgumentException DecayMethod(IRule rule, string got) =>
        new($"{rule.Name}: weight_decay_method must be null, 'decoupled', 'independent', 'palm' or 'l2', got '{got}'. "
            + "Cautious decay is a stage: rule.CautiousWeightDecay.");

    public static ArgumentException Matrices(IRule rule, string got) =>
        new($"{rule.Name}: matrices must be null, 'batch', 'flatten' or 'convolutions', got '{got}'.");

    public static ArgumentException NoSizes() => new("Sizes are at least one number.");

    public static ArgumentException SizeBelowOne(int got) => new(Invariant($"Sizes are at least 1, got {got}."));
}
