namespace Optim.Functional;

/// <summary>A parameter of an optimizer over a world, in the order of all.</summary>
/// <param name="number">Its place among all.</param>
/// <param name="group">Its group.</param>
/// <param name="index">Its place there.</param>
sealed class Member(int number, ParamGroup group, int index)
{
    public int Number => number;
    public ParamGroup Group => group;
    public int Index => index;
    public Parameter Parameter => Group.Members[Index];
    public NDArray Value => Parameter.Value;
    public long Length => Value.Length;

    /// <summary>The number of its bucket, and where it begins there; a bucket of -1: its gradients are not looked at.</summary>
    public int Bucket { get; set; } = -1;
    public nint At { get; set; }

    /// <summary>Whether several processes may step a part of it each: its rule and stages look at single elements only.</summary>
    public bool IsCuttable(Plan plan) =>
        Group.Plan is { Elementwise: { } rule, Model: null } own
        && own.Update.All(stage => stage.SumsOf(0) == 0)
        && !plan.Gradient.Any(stage => stage is IGradientMap)
        && rule.SlotsOf(Value.Shape).All(slot => slot.Shape is null);

    /// <summary>What a step of it costs, about: a whole rule multiplies matrices.</summary>
    public double Cost => Group.Plan.Whole is not null && Value.Shape.Count >= 2
        ? (double)Length * Value.Shape.Min()
        : 16.0 * Length;

    /// <summary>Of all groups, in order.</summary>
    public static Member[] Of(Optimizer optimizer)
    {
        var all = new List<Member>();
        foreach (var group in optimizer.ParamGroups)
            for (var i = 0; i < group.Members.Length; i++) all.Add(new(all.Count, group, i));
        return [.. all];
    }
}
