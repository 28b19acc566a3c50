using Modules = TorchSharp.Modules;

namespace Optim.Functional;

/// <summary>A group's options as TorchSharp saves them. The first group's carry the state dict of the whole optimizer, so that a load is
/// made as a whole or not at all.</summary>
sealed class SavedOptions(TorchOptimizer optimizer) : Modules.OptimizerOptions
{
    public TorchOptimizer Optimizer => optimizer;

    public override void SaveStateDict(BinaryWriter writer)
    {
        base.SaveStateDict(writer);
        if (!IsFirst) return;
        using var saved = new MemoryStream();
        optimizer.Core.StateDict().Save(saved);
        writer.Write(saved.Length);
        writer.Write(saved.GetBuffer().AsSpan(0, (int)saved.Length));
    }

    public override void LoadStateDict(BinaryReader reader)
    {
        var (initial, _) = (reader.ReadDouble(), reader.ReadDouble()); // the group's own learning rate is in the state dict
        if (IsFirst) optimizer.Core.LoadStateDict(Read(reader));
        InitialLearningRate = initial;
    }

    public override void LoadStateDict(Modules.OptimizerOptions source) => throw TorchFault.PartOfAll();

    bool IsFirst => ReferenceEquals(((RateGroup)optimizer.ParamGroups.First()).Options, this);

    static StateDict Read(BinaryReader reader)
    {
        var length = reader.ReadInt64();
        var left = reader.BaseStream.CanSeek ? reader.BaseStream.Length - reader.BaseStream.Position : long.MaxValue;
        if (length <= 0 || length > left || length > Array.MaxLength)
            throw TorchFault.NoSavedState(System.FormattableString.Invariant($"it says that {length} bytes follow, and {left} do"));
        using var saved = new MemoryStream(reader.ReadBytes((int)length));
        if (saved.Length < length) throw TorchFault.NoSavedState("it ends too early");
        return StateDict.Load(saved);
    }
}

/// <summary>A parameter's place in what TorchSharp saves. Its state is in the first group's <see cref="SavedOptions"/>.</summary>
sealed class SavedState(Modules.Parameter parameter) : Modules.OptimizerState(parameter)
{
    public override void SaveStateDict(BinaryWriter writer) { }

    public override void LoadStateDict(BinaryReader reader) { }

    public override void LoadStateDict(Modules.OptimizerState source) => throw TorchFault.PartOfAll();

    public override void Initialize(Modules.OptimizerOptions options) { }

    public override void to(TorchSharp.torch.Device device)
    {
        if (device.type != TorchSharp.DeviceType.CPU) throw TorchFault.NotOnDevice($"{device}");
    }
}
