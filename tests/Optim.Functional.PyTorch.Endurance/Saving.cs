namespace Optim.Functional.PyTorch.Endurance;

/// <summary>A run that steps and saves until it is ended: the parameters of step n are n, everywhere.</summary>
static class Saving
{
    const int Length = 200_000, Keep = 2;

    public static int Run(string folder)
    {
        var saves = new CheckpointFolder(folder, Keep);
        var first = 0L;
        using (var last = saves.OpenLatest())
            if (last is not null) first = Step(last) + 1;
        var values = new float[Length];
        for (var step = first; ; step++)
        {
            Array.Fill(values, (float)step);
            var model = Params.Of(("w", values), ("b", (float[])[(float)step]));
            saves.Save(step, new Dictionary<string, object?> { ["step"] = step, ["model"] = model });
        }
    }

    /// <summary>The step that a save says, which each of its numbers must be.</summary>
    public static long Step(Checkpoint file)
    {
        var step = (long)file["step"]!;
        foreach (var (name, tensor) in file.ToParams("model").Entries)
            if (tensor.As<float>().Span.ContainsAnyExcept((float)step))
                throw new InvalidDataException($"{file.Path}: '{name}' is not of step {step}");
        return step;
    }
}
