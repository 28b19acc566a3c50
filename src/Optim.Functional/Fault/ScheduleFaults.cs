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
}
