namespace Optim.Functional;

/// <summary>torch's SWALR: <see cref="AnnealTo"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="swaLr">The learning rate to come to, one or one for each group.</param>
/// <param name="annealEpochs">Epochs until then, ≥ 0.</param>
/// <param name="annealStrategy">"cos" or "linear".</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
public sealed class SWALR(Optimizer optimizer, PerGroup swaLr, long annealEpochs = 10, string annealStrategy = "cos", long lastEpoch = -1)
    : ScheduledLR(optimizer, lastEpoch, new() { ["swa_lr"] = swaLr.Value, ["anneal_epochs"] = annealEpochs, ["anneal_strategy"] = Anneal.Checked(nameof(SWALR), annealStrategy) }, (o, g) => new AnnealTo(o.Number("swa_lr", g), o.Whole("anneal_epochs"), (string)o["anneal_strategy"]! == Anneal.Linear));
