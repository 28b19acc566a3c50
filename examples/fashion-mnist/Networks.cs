using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace FashionMnist;

/// <summary>The networks, of the same numbers each time.</summary>
static class Networks
{
    const long Seed = 1, Side = 28, Classes = 10;

    public static Module<Tensor, Tensor> Of(string name)
    {
        random.manual_seed(Seed);
        return name == "cnn" ? Convolutional() : Layers();
    }

    static Module<Tensor, Tensor> Layers() => Sequential(
        ("hidden1", Linear(Side * Side, 512)), ("act1", ReLU()),
        ("hidden2", Linear(512, 512)), ("act2", ReLU()),
        ("out", Linear(512, Classes)));

    static Module<Tensor, Tensor> Convolutional() => Sequential(
        ("image", Unflatten(1, [1, Side, Side])),
        ("conv1", Conv2d(1, 16, 3, padding: 1L)), ("act1", ReLU()), ("pool1", MaxPool2d(2)),
        ("conv2", Conv2d(16, 32, 3, padding: 1L)), ("act2", ReLU()), ("pool2", MaxPool2d(2)),
        ("flat", Flatten()),
        ("hidden", Linear(32 * 7 * 7, 128)), ("act3", ReLU()),
        ("out", Linear(128, Classes)));
}
