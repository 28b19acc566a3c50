using Optim.Functional;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Docs;

/// <summary>The lines of docs/torchsharp.md, as a program.</summary>
static class Page
{
    public static void Run()
    {

        random.manual_seed(1);
        using var model = Sequential(("a", Linear(4, 8)), ("act", Tanh()), ("b", Linear(8, 1)));
        var (x, y) = (randn(32, 4), randn(32, 1));

        using var optimizer = model.AdamW(lr: 1e-2);            // was: torch.optim.AdamW(model.parameters(), 1e-2, weight_decay: 1e-2)
        var scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size: 10, gamma: 0.5);
        for (var step = 1; step <= 20; step++)
        {
            optimizer.zero_grad();
            var loss = functional.mse_loss(model.call(x), y);
            loss.backward();
            optimizer.step();
            scheduler.step();
        }
        Console.WriteLine(optimizer.ParamGroups.Single().LearningRate);                          // 0.0025
        var plan = new AdamW(Lr: 1e-2).Schedule(new Cosine(100).WarmUp(10)).ClipNorm(1).Ema(0.99);
        using var planned = model.Optimizer(plan);                                                // any plan: stages and parts
        functional.mse_loss(model.call(x), y).backward();
        planned.step();
        Console.WriteLine(planned.Core.StateDict().ParamGroups[0]["param_names"] is string[] names ? names[0] : ""); // a.weight
        var averaged = planned.Evaluate(() => functional.mse_loss(model.call(x), y).item<float>());       // with the average's numbers
        planned.Core.StateDict().Save("optimizer.json");
        using var resumed = model.Optimizer(plan);
        Console.WriteLine(resumed.Core.LoadStateDict(StateDict.Load("optimizer.json")));         // 4 parameters loaded
        using var theirs = torch.optim.Adam(model.parameters(), 1e-3);
        theirs.step();
        using var ours = model.Adam();
        ours.load_state_dict(theirs.state_dict());               // moments, steps and options; the run goes on here
        ours.CopyStateTo(theirs);                                // and back
        Console.WriteLine(ours.Core.ParamGroups[0].Lr);                                          // 0.001
    }
}
