namespace Optim.Functional.PyTorch;

/// <summary>The numbers that tensors of a torch file are views of.</summary>
/// <param name="key">Its name in the file.</param>
/// <param name="element">The type of its elements; null of bytes.</param>
/// <param name="bytes">Its length.</param>
sealed class SavedStorage(string key, DtypeInfo? element, long bytes)
{
    public string Key => key;
    public DtypeInfo? Element => element;
    public long Bytes => bytes;

    /// <summary>Where it is. In a legacy file that is known after the tensors.</summary>
    public TensorData? Data { get; set; }
}

/// <summary>A tensor as a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Element">The tensor's element type.</param>
/// <param name="Offset">Its first element there.</param>
/// <param name="Strides">Elements from one index to the next, of each dimension.</param>
sealed record TorchView(SavedStorage Storage, DtypeInfo Element, long Offset, long[] Strides)
{
    public TensorData Data(long[] shape) => Views.IsRowByRow(shape, Strides)
        ? new StoragePart(Storage, Offset * Element.Size)
        : new StridedData(new StoragePart(Storage, 0), Offset, shape, Strides, Element.Size);

    /// <summary>A storage from a byte on.</summary>
    sealed class StoragePart(SavedStorage storage, long from) : TensorData
    {
        public override nint Address => storage.Data!.Address is not 0 and var address ? address + (nint)from : 0;
        public override object? Owner => storage.Data!.Owner;
        public override void Read(long at, Span<byte> into) => storage.Data!.Read(from + at, into);
    }
}
