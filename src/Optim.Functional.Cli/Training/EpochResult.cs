using System.Text.Json.Serialization;

namespace Optim.Functional.Cli;

/// <summary>How good the network is after an epoch; epoch 0 is the start.</summary>
/// <param name="Loss">Mean cross-entropy over all training digits.</param>
/// <param name="Accuracy">Share of the test digits named rightly.</param>
internal sealed record EpochResult(int Epoch, double Loss, double Accuracy)
{
    [JsonIgnore]
    public string Summary => $"loss {Numbers.Loss(Loss)}, test accuracy {Numbers.Share(Accuracy)}";
}
