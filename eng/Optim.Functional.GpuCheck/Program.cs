// What needs a GPU to be checked: first that steps on it have the processor's bits, then how long they take.
// gpu-check [folder for the results]     0: all equal, 1: some differ, 2: the device failed, 3: there is no GPU
using System.Diagnostics;
using System.Text.RegularExpressions;
using Optim.Functional.Cuda;
using Optim.Functional.GpuCheck;

const int Equal = 0, Differ = 1, Failed = 2, NoGpu = 3;
const double BitsMinutes = 3;

Console.OutputEncoding = System.Text.Encoding.UTF8;
if (!Gpu.TryOpen(out var gpu, out var why))
{
    Console.WriteLine($"There is no GPU here: {why}. Nothing was checked, nothing was measured.");
    return NoGpu;
}
using (gpu)
{
    Console.WriteLine($"{gpu}");
    gpu.UsesCublas = false; // its products have roundings of their own
    try
    {
        var algebra = CudaLinearAlgebra.TryCreate(gpu, out var provider, out var noCublas) ? new Algebra(provider) : null;
        var bits = Check(algebra, out var wrong) + (algebra is null ? $"; MathNet's matrices left out: {noCublas}" : "");
        Console.WriteLine(bits);
        var products = algebra?.Products().ToArray() ?? [];
        var (timings, bench) = (new List<Timing>(), new Bench(gpu));
        foreach (var (set, lengths) in bench.Sets())
            foreach (var (name, rule, moves) in Bench.Rules)
            {
                var timing = bench.Run(name, rule, moves, set, lengths);
                Console.WriteLine(FormattableString.Invariant($"{name}, {set}: {timing.Ms:0.0000} ms, {timing.OfCopy:0.000} of the copy, ")
                    + FormattableString.Invariant($"host {timing.HostUs:0.0} µs, {timing.Allocated} bytes"));
                timings.Add(timing);
                timing = null;
                GC.Collect(); // tensors of the last one
                GC.WaitForPendingFinalizers();
            }
        var torch = Torch.Times(bench.Sets(), out var torchIs);
        var folder = Directory.CreateDirectory(args.FirstOrDefault() ?? Path.Combine("bench", "results")).FullName;
        var file = Path.Combine(folder, $"gpu-{Regex.Replace(gpu.Name, "[^A-Za-z0-9]+", "-")}.md");
        File.WriteAllText(file, Report.Of($"{gpu}", bits, timings, torch, torchIs) + Report.Of(products));
        Console.WriteLine($"{File.ReadAllText(file)}\n{file}");
        return wrong == 0 ? Equal : Differ;
    }
    catch (InvalidOperationException e)
    {
        Console.WriteLine($"The device failed: {e.Message}");
        return Failed;
    }
}

// Every check, for so long; what is left out then is said.
string Check(Algebra? algebra, out int wrong)
{
    var (clock, equal, leftOut) = (Stopwatch.StartNew(), 0, 0);
    wrong = 0;
    int[] lengths = [0, 1, 3, 4, 5, 31, 101, 1024, 4097, 32768, 100_003];
    var first = new Edges(gpu).All().Concat(new Wholes(gpu).All()).Concat(new Descents(gpu).All()).Concat(algebra?.All() ?? []);
    foreach (var (name, run) in first.Concat(new Bits(gpu, lengths, steps: 4).All()))
    {
        if (clock.Elapsed.TotalMinutes > BitsMinutes)
        {
            leftOut++;
            continue;
        }
        if (run() is { } differs)
        {
            wrong++;
            Console.WriteLine($"{name}: {differs}");
        }
        else equal++;
    }
    var rest = leftOut > 0 ? $", {leftOut} left out for want of time" : "";
    return $"Bits: {equal} checks equal, {wrong} differ{rest}; {clock.Elapsed.TotalSeconds:0} s";
}
