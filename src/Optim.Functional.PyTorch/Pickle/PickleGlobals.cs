namespace Optim.Functional.PyTorch;

/// <summary>The functions and classes of Python that a state dict is written with: marks for what is to be made, none of which is ever
/// called.</summary>
enum Known
{
    OrderedDict,
    Counter,
    Size,
    Device,
    Encode,
    Tensor,
    TensorOfDtype,
    Parameter,
    ParameterWithState,
}

/// <summary>torch's class of a storage.</summary>
/// <param name="Element">The type of its elements; null of bytes.</param>
sealed record StorageType(DtypeInfo? Element);

/// <summary>The list of what a pickle may name.</summary>
static class PickleGlobals
{
    /// <summary>The mark for a name: <see cref="Known"/>, <see cref="StorageType"/> or <see cref="Dtype"/>; null where it is not on the
    /// list.</summary>
    public static object? Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => Known.OrderedDict,
        ("collections", "Counter") => Known.Counter,
        ("torch", "Size") => Known.Size,
        ("torch", "device") => Known.Device,
        ("_codecs", "encode") => Known.Encode,
        ("torch._utils", "_rebuild_tensor_v2" or "_rebuild_tensor") => Known.Tensor,
        ("torch._utils", "_rebuild_tensor_v3") => Known.TensorOfDtype,
        ("torch._utils", "_rebuild_parameter") => Known.Parameter,
        ("torch._utils", "_rebuild_parameter_with_state") => Known.ParameterWithState,
        ("torch" or "torch.storage", "UntypedStorage") => new StorageType(null),
        ("torch" or "torch.storage", _) when DtypeInfo.OfStorage(name) is { } element => new StorageType(element),
        ("torch", _) when DtypeInfo.OfTorch(name) is { } type => type.Dtype,
        _ => null,
    };
}
