namespace Optim.Functional.PyTorch;

/// <summary>Files for an <see cref="Optimizer"/> and its parameters.</summary>
public static class OptimizerFiles
{
    /// <summary>Goes on from a file: takes over the state and the options that it holds, by name where both sides have names, else by
    /// order.</summary>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="path">What torch.save or <see cref="Checkpoint.Save(string, StateDict)"/> has written.</param>
    /// <param name="key">The optimizer's dictionary in it; null where there is only one.</param>
    /// <param name="strict">True: anything that does not fit throws. False: what fits is loaded, the report says what did not.</param>
    /// <param name="dtypes">What is done with slots of another element type than the parameters'. Scalars (step, mu_product) are numbers,
    /// whatever their type.</param>
    /// <returns>What was loaded and what did not fit.</returns>
    /// <exception cref="ArgumentException">Strict, and something does not fit; all is listed, and nothing is changed.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or no such file.</exception>
    public static LoadReport LoadStateDict(
        this Optimizer optimizer,
        string path,
        string? key = null,
        bool strict = true,
        DtypeRule dtypes = DtypeRule.Same)
    {
        using var file = Checkpoint.Open(path);
        return optimizer.LoadStateDict(file, key, strict, dtypes);
    }

    /// <summary>The same from an open file.</summary>
    /// <inheritdoc cref="LoadStateDict(Optimizer, string, string?, bool, DtypeRule)"/>
    public static LoadReport LoadStateDict(
        this Optimizer optimizer,
        Checkpoint file,
        string? key = null,
        bool strict = true,
        DtypeRule dtypes = DtypeRule.Same)
    {
        if (optimizer is null) throw Fault.Null("the optimizer");
        if (file is null) throw Fault.Null("the file");
        return optimizer.LoadStateDict(file.ToStateDict(key, dtypes), strict, MayBecome);

        bool MayBecome(Type saved, Type own) => dtypes == DtypeRule.Cast || dtypes == DtypeRule.Widen && saved == typeof(float);
    }

    /// <summary>Writes a file's numbers into parameters of the same names and shapes.</summary>
    /// <param name="parameters">The parameters, each with a name.</param>
    /// <param name="path">What torch.save, safetensors, numpy.savez or <see cref="Checkpoint"/> has written.</param>
    /// <param name="key">The model's dictionary in it; null for the whole file.</param>
    /// <param name="strict">True: anything that does not fit throws. False: what fits is loaded, the report says what did not.</param>
    /// <param name="dtypes">What is done with another element type than the parameter's.</param>
    /// <returns>What was loaded and what did not fit.</returns>
    /// <exception cref="ArgumentException">Strict, and something does not fit; all is listed, and nothing is changed. Or a parameter has
    /// no name.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or no such file.</exception>
    public static LoadReport LoadParameters(
        this IEnumerable<Parameter> parameters,
        string path,
        string? key = null,
        bool strict = true,
        DtypeRule dtypes = DtypeRule.Same)
    {
        using var file = Checkpoint.Open(path);
        return parameters.LoadParameters(file, key, strict, dtypes);
    }

    /// <summary>The same from an open file.</summary>
    /// <inheritdoc cref="LoadParameters(IEnumerable{Parameter}, string, string?, bool, DtypeRule)"/>
    public static LoadReport LoadParameters(
        this IEnumerable<Parameter> parameters,
        Checkpoint file,
        string? key = null,
        bool strict = true,
        DtypeRule dtypes = DtypeRule.Same)
    {
        if (file is null) throw Fault.Null("the file");
        var own = (parameters ?? throw Fault.Null("the parameters")).ToArray();
        for (var i = 0; i < own.Length; i++)
            if (own[i]?.Name is null) throw Fault.Unnamed(i);
        var (saved, differences) = (file.TensorsAt(key), new List<string>());
        var fits = own.Where(p => ParameterFit.Differences(p, saved, dtypes) is var found && Note(found)).ToArray();
        differences.AddRange(
            saved.Keys
                .Except(own.Select(p => p.Name!))
                .Select(name => $"'{name}' is in the file, but not among the parameters"));
        if (strict && differences.Count > 0) throw Fault.Parameters(file.Path, differences);
        // All are read before one is written: a damaged file changes nothing.
        var read = Array.ConvertAll(fits, p => dtypes == DtypeRule.Same ? saved[p.Name!].ToNDArray() : saved[p.Name!].Widen());
        for (var i = 0; i < fits.Length; i++) fits[i].Value.Set(read[i]);
        return new([.. fits.Select(p => $"'{p.Name}'")], differences, []);

        bool Note(IReadOnlyList<string> found)
        {
            differences.AddRange(found);
            return found.Count == 0;
        }
    }
}
