// What the tests start by mpirun. mpirun -n 2 dotnet Optim.Functional.Mpi.Worker.dll checks

using Optim.Functional;
using Optim.Functional.Tests;

try
{
    using var world = Mpi.Init();
    return args switch
    {
        ["checks", .. var names] => Checks.Run(world, names),
        ["train", var folder, var steps, .. var options] => Training.Run(world, folder, int.Parse(steps), options),
        ["leave", var how] => Leaving.Run(world, how),
        ["torch"] => TorchModels.Run(world),
        ["world"] => Say(world),
        _ => 2,
    };
}
catch (Leaving.Caught) { return 3; }
catch (NotSupportedException e)
{
    Console.WriteLine(e.Message);
    return 4;
}

static int Say(World world)
{
    Console.WriteLine(world);
    return 0;
}
