using System.Security.Cryptography;
using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A kernel as the driver has compiled it, kept from one run of a program to the next: for one device, driver and text.</summary>
/// <param name="folder">The folder.</param>
/// <param name="context">The device.</param>
/// <param name="ptx">The text.</param>
sealed class CompiledFile(string folder, CudaContext context, byte[] ptx)
{
    string Path
    {
        get
        {
            context.Check(context.Driver.Version(out var version), "cuDriverGetVersion");
            var name = Convert.ToHexStringLower(SHA256.HashData([.. ptx, .. Encoding.UTF8.GetBytes($"{context.Name} {version}")]));
            return System.IO.Path.Combine(Directory.CreateDirectory(folder).FullName, $"{name}.cubin");
        }
    }

    /// <summary>What is kept, or is kept from now on; null where the driver does not compile it, which loading the text then
    /// says.</summary>
    public byte[]? Read()
    {
        var file = Path;
        if (File.Exists(file)) return File.ReadAllBytes(file);
        if (context.Driver.Compile(ptx) is not { } compiled) return null;
        var part = $"{file}.{Guid.NewGuid():N}";
        File.WriteAllBytes(part, compiled);
        File.Move(part, file, overwrite: true); // whole or not at all, whoever else does the same
        return compiled;
    }

    public void Delete() => File.Delete(Path);
}
