using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of schedules.</summary>
static partial class Fault
{
    public static ArgumentException ScheduleSteps(string schedule, string what, long got) =>
        new(Invariant($"{schedule}: {what} must be more than 0, got {got}."));

    public static ArgumentException ScheduleFrom(string schedule, string what, long got) =>
        new(Invariant($"{schedule}: {what} must be at least 0, got {got}."));

    public static ArgumentException Milestones(int schedules, int milestones) =>
        new(Invariant($"Joined: {schedules} schedules need {Math.Max(1, schedules) - 1} milestones between them, got {milestones}."));

    public static ArgumentException MilestoneOrder(IEnumerable<long> got) =>
        new($"Joined: milestones must be more than 0, each more than the one before; got {string.Join(", ", got)}.");

    public static ArgumentException NoInitialLr(string scheduler, int group, long lastEpoch) => new(Invariant(
        $"{scheduler}: group {group} has no initial_lr, which a run that goes on after epoch {lastEpoch} starts from. Load the optimizer's state dict first, or begin with lastEpoch -1."));

    public static ArgumentException GroupCount(string scheduler, string option, int groups, int got) => new(Invariant(
        $"{scheduler}: {option} must have one value, or one for each of the {groups} groups of the optimizer; got {got}."));

    public static ArgumentException NoMomentum(string scheduler, IRule rule) => new(
        $"{scheduler}: it moves the momentum, and {rule.Name} has neither momentum nor betas. Say cycleMomentum: false.");

    public static ArgumentException SchedulerState(string scheduler, string key, object? got) => new(
        $"{scheduler}: the state's {key} is {(got is null ? "missing" : $"{got}, a {got.GetType().Name}")}. Is it the state of another scheduler?");

    public static ArgumentException AnnealStrategy(string scheduler, string got) => new($"{scheduler}: anneal_strategy must be 'cos' or 'linear', got '{got}'.");

    public static ArgumentException CycleLength() => new("OneCycleLR: give total_steps, or epochs and steps_per_epoch.");

    public static InvalidOperationException CycleEnded(long step, long total) => new(Invariant(
        $"OneCycleLR: step {step} was asked for, and the cycle has {total}, counted from 0. Make it longer, or make another one."));

    public static ArgumentException Epoch(double got) => new(Invariant($"CosineAnnealingWarmRestarts: an epoch must be at least 0, got {got}."));

    public static ArgumentException NoSchedulers(string scheduler) => new($"{scheduler}: it needs one scheduler at least.");

    public static ArgumentException OtherOptimizer(string scheduler, int number) => new(Invariant(
        $"{scheduler}: scheduler {number} is of another optimizer; all must be made over the same one."));

    public static ArgumentException PlateauWithin(string scheduler, int number) => new(Invariant(
        $"{scheduler}: scheduler {number} is a ReduceLROnPlateau, which needs a number at each step, and this one is told none."));

    public static ArgumentException PlateauMode(string option, string got, string one, string other) =>
        new($"ReduceLROnPlateau: {option} must be '{one}' or '{other}', got '{got}'.");

    public static ArgumentException PlateauFactor(double got) => new(Invariant($"ReduceLROnPlateau: factor must be in [0, 1), got {got}."));

    public static InvalidOperationException NoMetric() => new("ReduceLROnPlateau: Step needs the number that is watched: scheduler.Step(loss).");

    public static ArgumentException ScalerFactor(string option, string range, double got) => new(Invariant($"GradScaler: {option} must be {range}, got {got}."));

    public static InvalidOperationException UnscaledTwice() =>
        new("GradScaler: Unscale was called for this optimizer since the last Update; the factor would be divided out twice.");

    public static InvalidOperationException NothingScaled() =>
        new("GradScaler: Update found no gradients that were looked at. Call scaler.Step(optimizer) before it.");
}
