using System.Text;

namespace Optim.Functional.PyTorch;

// What takes the place of calls: each name on the list has its arguments read, as torch writes them.
sealed partial class PickleReader
{
    const int MostDimensions = 64;

    void Make()
    {
        var (what, given) = Pop(2) is [var callable, object?[] arguments] ? (callable, arguments) : throw Broken("a call has no arguments");
        stack.Add((what, given) switch
        {
            (Known.OrderedDict, []) => new SavedDict(),
            (Known.OrderedDict, [List<object?> pairs]) => Pairs(pairs),
            (Known.OrderedDict or Known.Counter, [SavedDict dict]) => dict,
            (Known.Counter, []) => new SavedDict(),
            (Known.Size, [object?[] size]) => Sizes(size).Select(d => (object?)d).ToArray(),
            (Known.Device, [string device, ..]) => device,
            (Known.Encode, [string text, "latin1"]) => Encoded(text),
            (Known.Tensor, [SavedStorage { Element: { } element } storage, long offset, object?[] size, object?[] stride, .. var rest])
                when IsPlain(rest.ElementAtOrDefault(2)) => Tensor(storage, element, offset, size, stride),
            (Known.TensorOfDtype, [SavedStorage storage, long offset, object?[] size, object?[] stride, _, _, Dtype dtype, .. var rest])
                when IsPlain(rest.ElementAtOrDefault(0)) => Tensor(storage, DtypeInfo.Of(dtype), offset, size, stride),
            (Known.Parameter, [SavedTensor tensor, bool, _]) => tensor,
            (Known.ParameterWithState, [SavedTensor tensor, bool, _, _]) => tensor,
            _ => throw Broken($"{Text(what)} has other arguments than torch writes"),
        });
    }

    /// <summary>Whether a tensor has no bit that says its numbers are others, conjugated or negated.</summary>
    bool IsPlain(object? metadata) =>
        metadata is null or SavedDict { Count: 0 } ? true
            : throw Broken("a tensor is a conjugated or negated view; resolve_conj() or resolve_neg() makes numbers of it for torch.save");

    static string Text(object? what) => what switch
    {
        Known known => $"what makes a {known}",
        null => "null",
        _ => $"a value ({what.GetType().Name})",
    };

    /// <summary>Python gives an OrderedDict its attributes, such as the versions of modules: they are passed over.</summary>
    void Build()
    {
        Pop();
        if (Top() is not SavedDict) throw Broken("attributes are given to what is no OrderedDict");
    }

    SavedDict Pairs(List<object?> pairs)
    {
        var dict = new SavedDict();
        foreach (var pair in pairs)
        {
            var (key, value) = pair switch
            {
                List<object?> { Count: 2 } list => (list[0], list[1]),
                object?[] { Length: 2 } tuple => (tuple[0], tuple[1]),
                _ => throw Broken("an OrderedDict has an entry that is no pair"),
            };
            dict.Set(SavedDict.IsKey(key) ? key! : throw Broken("a key is no text or number"), value);
        }
        return dict;
    }

    byte[] Encoded(string text) =>
        text.All(letter => letter <= byte.MaxValue) ? Encoding.Latin1.GetBytes(text) : throw Broken("bytes are beyond 255");

    long[] Sizes(object?[] sizes)
    {
        if (sizes.Length > MostDimensions)
            throw Broken($"a tensor has {sizes.Length} dimensions, and no more than {MostDimensions} are read");
        return Array.ConvertAll(sizes, d => d is long n and >= 0 ? n : throw Broken("a size or stride is no whole number from 0"));
    }

    SavedTensor Tensor(SavedStorage storage, DtypeInfo element, long offset, object?[] size, object?[] stride)
    {
        var (shape, strides) = (Sizes(size), Sizes(stride));
        if (shape.Length != strides.Length) throw Broken("a tensor has more sizes than strides, or fewer");
        var (end, count) = ((Int128)offset + Views.Extent(shape, strides), Views.Count(shape));
        var held = storage.Bytes / element.Size;
        var text = $"{element.Torch} [{string.Join(", ", shape)}]";
        if (offset < 0 || end > held) throw Fault.BeyondStorage(bytes.File, text, storage.Key, end, held);
        if ((Int128)count * element.Size > left) throw Fault.Repeated(bytes.File, text, (Int128)count * element.Size, left);
        left -= count * element.Size;
        var view = new TorchView(storage, element, offset, strides);
        return new(element.Dtype, shape, view.Data(shape), view);
    }
}
