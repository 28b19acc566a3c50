namespace Optim.Functional.Cli;

/// <summary>One run: everything that changes from epoch to epoch, and the epoch itself.</summary>
internal sealed class Training
{
    readonly Network network;
    readonly Optimizer optimizer;
    readonly Digits train, test;
    readonly List<EpochResult> history = [];
    readonly BatchOrder order;
    readonly Processes? processes;
    Trace? trace;

    public Training(Settings settings, Processes? processes = null)
    {
        (Settings, this.processes) = (settings, processes);
        network = new(settings.Seed);
        optimizer = new(network.Parameters, settings.Around(Dealing.OnNetwork(settings.Rule())), over: processes?.World);
        (train, test) = Digits.Split(settings.Seed);
        order = new(settings, train.Count, processes?.World.Rank ?? 0);
        history.Add(Measure(0));
    }

    /// <summary>Goes on where a save file stands, towards another number of epochs.</summary>
    public Training(SaveFile saved, int epochs, Processes? processes = null) : this(saved.Settings with { Epochs = epochs }, processes)
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

    /// <summary>The run as it is; all processes call it, and the first has it.</summary>
    public SaveFile? Save()
    {
        var state = processes is null ? optimizer.StateDict() : processes.World.Gather(optimizer);
        var model = network.Parameters.ToDictionary(p => p.Name!, p => p.Value);
        return state is null ? null : new(SaveFile.Kind, Settings, Epoch, history, model, state);
    }

    /// <summary>Whether one of the processes is to stop.</summary>
    public bool Stops(CancellationToken stop) =>
        processes is null ? stop.IsCancellationRequested : processes.World.Mean(stop.IsCancellationRequested ? 1 : 0) > 0;

    public EpochResult RunEpoch()
    {
        var epoch = Epoch + 1;
        foreach (var indices in order.Of(epoch))
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
