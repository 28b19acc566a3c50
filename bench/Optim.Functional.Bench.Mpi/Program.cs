// What steps by several processes cost. bench/mpi.sh runs it all.
// mpirun -n 2 dotnet Optim.Functional.Bench.Mpi.dll measure calls.so
// dotnet Optim.Functional.Bench.Mpi.dll simulate ALPHA_US GB_PER_S NS_PER_ELEMENT picture.png

using System.Globalization;
using Optim.Functional;
using Optim.Functional.Bench;

switch (args)
{
    case ["measure", var calls]:
        using (var world = Mpi.Init())
        {
            if (world.IsFirst) Console.WriteLine($"\n## {world.Library}, {world.Size} ranks\n\nLoad before: {Load()}\n");
            if (world.Size > 1) Bandwidths.Measure(world, calls);
            StepTimes.Measure(world);
            if (world.Size > 1) Overlaps.Measure(world);
        }
        return 0;
    case ["simulate", var alpha, var bandwidth, var element, var picture]:
        Scaling.Show(new("this machine, measured", Number(alpha) * 1e-6, Number(bandwidth) * 1e9, Number(element) * 1e-9, 5e10), picture);
        return 0;
    default:
        return 2;
}

static string Load() => File.ReadAllText("/proc/loadavg").Trim();

static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
