using Optim.Functional;
using static TorchSharp.torch;

namespace Docs;

/// <summary>The lines of README.md on TorchSharp, as a program.</summary>
static class Readme
{
    public static void Run()
    {

        using var model = nn.Linear(3, 1);
        using var optimizer = model.AdamW(lr: 0.1);         // was: optim.AdamW(model.parameters(), 0.1, weight_decay: 0.01)
        var (x, y) = (randn(64, 3), ones(64, 1));
        for (var step = 0; step < 200; step++)
        {
            optimizer.zero_grad();
            nn.functional.mse_loss(model.call(x), y).backward();
            optimizer.step();
        }
        Console.WriteLine($"{nn.functional.mse_loss(model.call(x), y).item<float>():F3}");  // 0.000
    }
}
