using System.Diagnostics;
using System.Globalization;

namespace Optim.Functional.Tests;

/// <summary>A run that saves after each step, goes on where a folder has it, and is killed where it is told to.</summary>
static class Training
{
    /// <summary>Of a step, dealt out to the processes: so any number of them that it can be divided by makes the same steps.</summary>
    const int Batches = 12;

    /// <param name="world">The processes.</param>
    /// <param name="folder">Where it is saved.</param>
    /// <param name="steps">Up to where it goes.</param>
    /// <param name="options">state or none; then kill RANK STEP, or killsave RANK STEP: the process ends itself in the middle of that step
    /// or save, after so many microseconds (a third number).</param>
    public static int Run(World world, string folder, int steps, string[] options)
    {
        var model = new Model<float>();
        var sharding = options[0] == "state" ? Sharding.State : Sharding.None;
        var each = Batches / world.Size;
        var plan = new AdamW(0.01).ClipNorm(1).Accumulate(each);
        var optimizer = new Optimizer(model.Parameters, plan, over: world.With(sharding, SumOrder.Ranks, 100_000));
        // Plans of other numbers of processes differ by the calls that they add up.
        if (File.Exists(Path.Combine(folder, "index.json"))) world.Load(folder, optimizer, strict: false);
        var begun = optimizer.Steps;
        while (optimizer.Steps < steps)
        {
            var step = (int)optimizer.Steps;
            for (var call = 0; call < each; call++)
            {
                model.Backward((step * each + call) * world.Size + world.Rank);
                if (call == each / 2) Maybe("kill", step);
                foreach (var p in model.Parameters.Reverse()) world.Ready(p);
                optimizer.Step();
            }
            Maybe("killsave", step);
            world.Save(folder, optimizer, step.ToString(CultureInfo.InvariantCulture));
        }
        if (world.IsFirst) Console.WriteLine($"from {begun} to {optimizer.Steps}: {Digest(model)}");
        return 0;

        void Maybe(string what, int step)
        {
            if (options.Length < 5 || options[1] != what || int.Parse(options[2]) != world.Rank || int.Parse(options[3]) != step) return;
            var after = TimeSpan.FromMicroseconds(int.Parse(options[4]));
            new Thread(() =>
            {
                for (var watch = Stopwatch.StartNew(); watch.Elapsed < after;) Thread.SpinWait(20);
                File.WriteAllText(Path.Combine(folder, "death"), DateTime.UtcNow.ToString("O"));
                Process.GetCurrentProcess().Kill();
            }).Start();
        }
    }

    public static string Digest(Model<float> model) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
        model.Values.SelectMany(v => System.Runtime.InteropServices.MemoryMarshal.AsBytes(v.Values.AsSpan()).ToArray()).ToArray()))[..16];
}

/// <summary>Processes that end otherwise than by leaving together.</summary>
static class Leaving
{
    public static int Run(World world, string how)
    {
        var model = new Model<float>();
        var optimizer = new Optimizer(model.Parameters, new AdamW(), over: world);
        for (var step = 0; step < 20; step++)
        {
            if (step == 5 && world.Rank == 1) Leave(world, how);
            if (step == 5 && world.Rank == 1 && how == "early") return 0;
            if (step == 5 && world.Rank == 1 && how == "caught") throw new Caught();
            model.Backward(step);
            optimizer.Step();
        }
        return 0;
    }

    public sealed class Caught : Exception;

    static void Leave(World world, string how)
    {
        switch (how)
        {
            case "throw": throw new InvalidOperationException("the loss has exploded");
            case "exit": Environment.Exit(7); break;
            case "exit0": Environment.Exit(0); break;
            case "kill": Process.GetCurrentProcess().Kill(); break;
        }
    }
}
