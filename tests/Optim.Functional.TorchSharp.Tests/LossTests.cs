using static TorchSharp.torch;

namespace Optim.Functional.Tests;

public class LossTests : TorchTests
{
    const int Steps = 500;
    const double FourDigits = 5e-5; // relative

    public static TheoryData<string> Names => ["Adam", "AdamW", "SGD"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Losses_of_500_steps_agree_with_TorchSharps_to_four_digits(string name)
    {
        using nn.Module<Tensor, Tensor> a = Models.Layers(), b = Models.Layers();
        using optim.Optimizer theirs = name switch
        {
            "Adam" => optim.Adam(a.parameters(), 1e-3),
            "AdamW" => optim.AdamW(a.parameters(), 1e-3, weight_decay: 0.01),
            _ => optim.SGD(a.parameters(), 0.05, 0.9),
        };
        using optim.Optimizer ours = name switch
        {
            "Adam" => b.Adam(),
            "AdamW" => b.AdamW(),
            _ => b.SGD(0.05, momentum: 0.9),
        };
        Assert.Equal(Models.Losses(a, theirs, Steps), Models.Losses(b, ours, Steps), (x, y) => Math.Abs(x - y) <= FourDigits * Math.Abs(x));
    }
}
