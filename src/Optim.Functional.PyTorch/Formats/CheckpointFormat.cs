namespace Optim.Functional.PyTorch;

/// <summary>What a file is, by its first bytes.</summary>
public enum CheckpointFormat
{
    /// <summary>torch.save's zip, since torch 1.6.</summary>
    Torch,

    /// <summary>torch.save's older container.</summary>
    TorchLegacy,

    /// <summary>safetensors.</summary>
    SafeTensors,

    /// <summary>numpy's arrays in a zip.</summary>
    Npz,

    /// <summary>An array of numpy's.</summary>
    Npy,

    /// <summary>An optimizer's state dict as this library's JSON.</summary>
    Json,
}
