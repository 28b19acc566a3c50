// A model trained by several processes, each on its own part of the data. Build it once, then start as many as you like:
//   dotnet build examples/10-distributed.cs -o artifacts/distributed
//   mpirun -n 4 dotnet artifacts/distributed/10-distributed.dll
#:project ../src/Optim.Functional.Mpi/Optim.Functional.Mpi.csproj
#:property TreatWarningsAsErrors=false
#:property PublishAot=false

using Optim.Functional;

using var world = Mpi.Init(); // without mpirun: a world of one
const int Points = 1200, Steps = 400;

// y = 3 x₀ - 2 x₁ + 1: each process has every world.Size-th point.
double[] w = [0, 0], b = [0];
Parameter W = new(w, "W"), B = new(b, "b");
var optimizer = new Optimizer([W, B], new Adam(Lr: 0.05).ClipNorm(10), over: world.With(Sharding.State, SumOrder.Ranks));

for (var step = 0; step < Steps; step++)
{
    var (dw, db, count) = (new double[2], new double[1], 0);
    for (var i = world.Rank; i < Points; i += world.Size, count++)
    {
        double x0 = Math.Sin(i), x1 = Math.Cos(1.7 * i);
        var r = w[0] * x0 + w[1] * x1 + b[0] - (3 * x0 - 2 * x1 + 1);
        dw[0] += 2 * r * x0;
        dw[1] += 2 * r * x1;
        db[0] += 2 * r;
    }
    B.Grad = new[] { db[0] / count };
    world.Ready(B); // it goes on its way while the next is made
    W.Grad = new[] { dw[0] / count, dw[1] / count };
    world.Ready(W);
    optimizer.Step(); // with the mean of all processes' gradients
}

// Each process has a part of the state; all write at once.
var folder = Path.Combine(Path.GetTempPath(), "optim-distributed");
world.Save(folder, optimizer, note: $"{Steps} steps");
if (world.IsFirst)
{
    Console.WriteLine($"{world}: W = {w[0]:F3} {w[1]:F3}, b = {b[0]:F3}");
    var saved = ShardedState.Read(folder); // by one process, without MPI
    Console.WriteLine($"{saved.Note}: {saved.State.State.Count} parameters have a state");
}
