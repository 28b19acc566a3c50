namespace Optim.Functional;

/// <summary>Schedules put together: <c>new Cosine(900).WarmUp(100)</c>.</summary>
public static class Schedules
{
    /// <summary>This one for some steps, then another one from its own step 0 on: <see cref="Joined"/>. Of one that is joined already the
    /// steps are those of its last part.</summary>
    public static Joined Then(this ISchedule first, long steps, ISchedule next) => first is Joined all
        ? new([.. all.Schedules, next], [.. all.Milestones, (all.Milestones.Count > 0 ? all.Milestones[^1] : 0) + steps])
        : new([first, next], [steps]);

    /// <summary>This one after some steps in which the learning rate rises along a line, from <paramref name="startFactor"/> of it
    /// on.</summary>
    public static Joined WarmUp(this ISchedule schedule, long steps, double startFactor = 0) =>
        new Linear(steps, startFactor).Then(steps, schedule);

    /// <summary>The learning rate that this one has made, through another one: <see cref="Chained"/>.</summary>
    public static Chained With(this ISchedule first, ISchedule second) =>
        new(first is Chained all ? [.. all.Schedules, second] : [first, second]);

    /// <summary>Times a number: <see cref="Scaled"/>.</summary>
    public static Scaled Times(this ISchedule schedule, double factor) => new(schedule, factor);

    /// <summary>The learning rates of the first steps: what a plot shows.</summary>
    public static double[] Values(this ISchedule schedule, int steps, double lr = 1)
    {
        var values = new double[steps];
        for (var step = 0; step < steps; step++) values[step] = schedule.At(step, lr);
        return values;
    }
}
