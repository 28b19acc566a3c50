// A real model on TorchSharp, trained by this library's optimizers and by TorchSharp's own.
//   dotnet run -c Release --project examples/fashion-mnist -- train [--model mlp|cnn] [--epochs 3]
// train         trains; curves and confusion as PNG        compare       both optimizers: losses and seconds
// resume        stops within an epoch and goes on          transformer   a step over 124 million parameters, and 1000 small tensors
// --data FOLDER: that of the four files; without it, where Debian's dataset-fashion-mnist has them. --out FOLDER: for pictures.

using FashionMnist;
using Optim.Functional.Tests;

if (NativeTorch.WhyNot is { } why)
{
    Console.Error.WriteLine(why);
    return 1;
}
try
{
    var settings = Settings.Of(args);
    TorchSharp.torch.set_num_threads(settings.Threads);
    Console.WriteLine($"libtorch {TorchSharp.torch.__version__}, {settings.Threads} threads of {Environment.ProcessorCount}");
    return settings.Command switch
    {
        "train" => Train.Run(settings),
        "compare" => Compare.Run(settings),
        "transformer" => Transformer.Run(settings),
        "resume" => Resume.Run(settings),
        _ => throw new ArgumentException($"No command '{settings.Command}'; there are train, compare, transformer and resume."),
    };
}
catch (Exception e) when (e is ArgumentException or IOException or InvalidDataException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
