// torch's training loop in C#, with a saved state. Run it: dotnet run examples/03-torch-style.cs
#:project ../src/Optim.Functional/Optim.Functional.csproj
#:property TreatWarningsAsErrors=false

using Optim.Functional;
using static Optim.Functional.Torch;

double[] w = [0], b = [0], x = [0, 1, 2, 3], y = [1, 3, 5, 7];
Parameter W = new(w, "W"), B = new(b, "b");

double Loss()
{
    var r = x.Select((xi, i) => w[0] * xi + b[0] - y[i]).ToArray();
    W.Grad = new[] { 2 * r.Zip(x, (ri, xi) => ri * xi).Sum() };
    B.Grad = new[] { 2 * r.Sum() };
    return r.Sum(ri => ri * ri);
}

var optimizer = optim.SGD([new(W), new(B) { ["lr"] = 0.02 }], lr: 0.01, momentum: 0.9);
for (var epoch = 0; epoch < 200; epoch++)
{
    optimizer.ZeroGrad();
    Loss();
    optimizer.Step();
}
Console.WriteLine(optimizer);

var file = Path.GetTempFileName();
optimizer.StateDict().Save(file); // the old file or the new one, whole
var resumed = optim.SGD([new(W), new(B)], lr: 1);
Console.WriteLine(resumed.LoadStateDict(StateDict.Load(file)));
File.Delete(file);
for (var epoch = 0; epoch < 200; epoch++) resumed.Step(Loss);
Console.WriteLine($"W = {w[0]:F3}, b = {b[0]:F3}, loss {Loss():E1}");
