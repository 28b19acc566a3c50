namespace Optim.Functional.Cli;

/// <summary>One run: everything that changes from epoch to epoch, and the epoch itself.</summary>
internal sealed class Training
{
    readonly Network network;
    readonly Optimizer optimizer;
    readonly Digits train, test;
    readonly List<EpochResult> history = [];
    Trace? trace;

    public Training(Settings settings)
    {
        Settings = settings;
        network = new(settings.Seed);
        optimizer = new(network.Parameters, settings.Around(Dealing.OnNetwork(settings.Rule())));
        (train, test) = Digits.Split(settings.Seed);
        history.Add(Measure(0));
    }

    /// <summary>Goes on where a save file stands, towards another number of epochs.</summary>
    public Training(SaveFile saved, int epochs) : this(saved.Settings with { Epochs = epochs })
    {
        foreach (var parameter in network.Parameters) Restore(parameter, saved.Model);
        optimizer.LoadStateDict(saved.Optimizer);
        history = [.. saved.History];
    }

    public Settings Settings { get; }

    public int TestCount => test.Count;

    /// <summary>Is called after each step.</summary>
    public Action? Stepped { get; set; }

    public IReadOnlyList<EpochResult> History => history;

    /// <summary>Gradients of single digits computed since this object was made.</summary>
    public long Gradients { get; private set; }

    public int Epoch => history.Count - 1;

    public SaveFile Save() =>
        new(SaveFile.Kind, Settings, Epoch, history, network.Parameters.ToDictionary(p => p.Name!, p => p.Value), optimizer.StateDict());

    /// <summary>Every training digit once. The order is a function of seed and epoch alone,
    /// so that a resumed run sees the same one.</summary>
    public EpochResult RunEpoch()
    {
        var epoch = Epoch + 1;
        foreach (var indices in new SplitMix(Settings.Seed, epoch).Permutation(train.Count).Chunk(Settings.Batch))
        {
            var batch = train.Pick(indices);
            optimizer.Step(() =>
            {
                optimizer.ZeroGrad();
                Gradients += batch.Count;
                return network.Backward(batch);
            });
            Stepped?.Invoke();
        }
        history.Add(Measure(epoch));
        trace?.Note("test accuracy", history[^1].Accuracy);
        return history[^1];
    }

    /// <summary>What the steps from now on do with each parameter.</summary>
    public void Report() => optimizer.Execution = optimizer.Execution with { Reports = true };

    /// <summary>What the last one has done.</summary>
    public IReadOnlyList<(Parameter Parameter, ParameterReport Report)> Reports => optimizer.Reports;

    /// <summary>A record of the steps from now on.</summary>
    public Trace Trace() => trace = Functional.Trace.Of(optimizer);

    EpochResult Measure(int epoch) =>
        optimizer.Evaluate(() => new EpochResult(epoch, network.Evaluate(train).Loss, network.Evaluate(test).Accuracy));

    static void Restore(Parameter parameter, IReadOnlyDictionary<string, NDArray> model)
    {
        if (!model.TryGetValue(parameter.Name!, out var saved)) throw new ArgumentException($"its model has no {parameter.Name}.");
        if (saved is not NDArray<double> values || !values.Shape.SequenceEqual(parameter.Value.Shape))
            throw new ArgumentException(
                $"its {parameter.Name} is {string.Join('x', saved.Shape)}, wanted {string.Join('x', parameter.Value.Shape)} of float64.");

        // Views of the network's own storage, whatever order the saved numbers have.
        var target = parameter.Value.As<double>();
        if (values.Shape.Count == 2) values.ToMatrix().CopyTo(target.ToMatrix());
        else values.ToVector().CopyTo(target.ToVector());
    }
}
