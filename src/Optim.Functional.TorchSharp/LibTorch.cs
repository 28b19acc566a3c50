using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Optim.Functional;

/// <summary>libtorch, and TorchSharp's library over it.</summary>
public static partial class LibTorch
{
    const string Binding = "LibTorchSharp";

    /// <summary>Loads libtorch, or says why it cannot be loaded and what helps. TorchSharp loads it by itself at its first tensor; where
    /// it cannot, its message is long, and it copies the libraries first.</summary>
    /// <param name="why">Empty where it is loaded.</param>
    /// <returns>Whether it is loaded.</returns>
    /// <example><code>if (!LibTorch.TryLoad(out var why)) throw new NotSupportedException(why);</code></example>
    public static bool TryLoad(out string why)
    {
        why = Environment.Is64BitProcess ? "" : "libtorch needs a 64-bit process.";
        if (why.Length > 0) return false;
        try
        {
            NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _); // the other one needs it, and may lie elsewhere
            NativeLibrary.Load(Binding, typeof(torch).Assembly, null);
            torch.InitializeDeviceType(DeviceType.CPU);
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException)
        {
            why = Explained(e.Message);
            return false;
        }
    }

    /// <summary>What the loader's message means, and what helps.</summary>
    internal static string Explained(string message)
    {
        if (Lacking().Match(message) is { Success: true } lacking)
            return $"libtorch is not loaded: this system's {lacking.Groups["library"].Value} lacks {lacking.Groups["version"].Value}, "
                + "which TorchSharp's library was built with. A system with GCC 13 or later has it (Debian 13, Ubuntu 24.04), "
                + "or its libstdc++.so.6 named in LD_PRELOAD. docs/torchsharp.md has more.";
        if (Missing().Match(message) is { Success: true } missing)
            return $"libtorch is not loaded: {missing.Groups["library"].Value} is not found. Add the package of its libraries: "
                + "dotnet add package TorchSharp-cpu.";
        return $"libtorch is not loaded: {message.ReplaceLineEndings(" ").Trim()}";
    }

    [GeneratedRegex(@"(?<library>lib[\w+]+\.so\.\d+): version [`']?(?<version>\w+_[\d.]+)'? not found")]
    private static partial Regex Lacking();

    const string Library = @"(?<library>libtorch\w*\.so|libc10\.so|(lib)?LibTorchSharp(\.so|\.dll|\.dylib)?)";

    [GeneratedRegex(Library + @"['""]?( or one of its dependencies|: cannot open shared object file)")]
    private static partial Regex Missing();
}
