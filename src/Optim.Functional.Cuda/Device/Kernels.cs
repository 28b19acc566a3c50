using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>What a kernel does with a formula.</summary>
enum KernelKind
{
    /// <summary>Steps in place.</summary>
    Step,
    /// <summary>Steps from one place to another.</summary>
    StepApart,
    /// <summary>Adds up its terms.</summary>
    Sum,
    /// <summary>Adds up products: of the first two terms, of the next two.</summary>
    SumOfProducts,
    /// <summary>Finds the largest of their sizes.</summary>
    Largest,
    /// <summary>Makes one sum of those of a tensor's blocks.</summary>
    Join,
    /// <summary>Makes one maximum of those of a tensor's blocks.</summary>
    JoinLargest,
    /// <summary>Makes the factor that limits a norm.</summary>
    Limit,
    /// <summary>Multiplies matrices.</summary>
    Product,
    /// <summary>Copies a matrix to where it stands otherwise.</summary>
    Copy,
    /// <summary>Means along lines.</summary>
    Along,
    /// <summary>Means across lines.</summary>
    Across,
    /// <summary>A pass whose first slot is a number of the line, the second one of the place.</summary>
    EachLineFirst,
    /// <summary>The other way round.</summary>
    EachLineSecond,
}

/// <summary>What tells kernels apart.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Code">The formula; null where it has none.</param>
/// <param name="IsDouble">The element type.</param>
/// <param name="Sums">How many sums are joined.</param>
readonly record struct KernelKey(KernelKind Kind, StepCode? Code, bool IsDouble, int Sums = 0);

/// <summary>A kernel, which is loaded when it is used and may be unloaded between uses.</summary>
sealed class Kernel(string ptx)
{
    public string Ptx => ptx;

    public nint Module { get; set; }

    public nint Function { get; set; }

    /// <summary>When it was used last.</summary>
    public long Used { get; set; }
}

/// <summary>The kernels of a device, by their formulas. So many are loaded at a time; for another one that has not been used for longest
/// makes room.</summary>
sealed class Kernels(CudaContext context)
{
    /// <summary>How many are loaded at a time.</summary>
    public int Most { get; init; } = 512;

    readonly Dictionary<KernelKey, Kernel> all = [];
    long uses;

    /// <summary>How many are loaded.</summary>
    public int Loaded { get; private set; }

    /// <summary>Where compiled ones are kept from one run of a program to the next; null: nowhere.</summary>
    public string? Folder { get; set; }

    /// <summary>The kernel, which is printed when it is first asked for.</summary>
    public Kernel Find(in KernelKey key)
    {
        lock (all)
        {
            if (all.TryGetValue(key, out var known)) return known;
            return all[key] = new(Print(key));
        }
    }

    static string Print(in KernelKey key)
    {
        var type = new ElementType(key.IsDouble);
        return key.Kind switch
        {
            KernelKind.Step => PtxText.Print(key.Code!, type),
            KernelKind.StepApart => PtxText.Print(key.Code!, type, isApart: true),
            KernelKind.Join or KernelKind.JoinLargest => JoinText.Print(key.Sums, key.Kind == KernelKind.JoinLargest),
            KernelKind.Limit => LimitText.Print(),
            KernelKind.Product => ProductText.Print(type),
            KernelKind.Copy => CopyText.Print(type),
            KernelKind.Along or KernelKind.Across or KernelKind.EachLineFirst or KernelKind.EachLineSecond =>
                LinesText.Print(key.Code!, type, key.Kind),
            _ => SumText.Print(key.Code!, type, key.Kind),
        };
    }

    /// <summary>Loads it, where it is not. The context must be the thread's.</summary>
    public nint Load(Kernel kernel)
    {
        lock (all)
        {
            kernel.Used = ++uses;
            if (kernel.Function != 0) return kernel.Function;
            if (Loaded == Most) MakeRoom();
            var text = Encoding.ASCII.GetBytes(kernel.Ptx + "\0");
            if (Folder is { } folder && new CompiledFile(folder, context, text) is var file)
            {
                // What is kept may be of no use: then it is made anew, and if that is not, the text says why.
                if (file.Read() is not { } kept || Load(kernel, kept, out _) != CudaDriver.Success) file.Delete();
                if (kernel.Function == 0 && file.Read() is { } made) Load(kernel, made, out _);
            }
            if (kernel.Function == 0 && Load(kernel, text, out var log) is not CudaDriver.Success and var code)
                throw Fault.NotLoaded(context.Failed(code, "cuModuleLoadDataEx"), log);
            Loaded++;
            return kernel.Function;
        }
    }

    int Load(Kernel kernel, byte[] image, out string log)
    {
        var code = context.Driver.Load(image, PtxText.Entry, out var module, out var function, out log);
        if (code == CudaDriver.Success) (kernel.Module, kernel.Function) = (module, function);
        return code;
    }

    void MakeRoom()
    {
        var oldest = all.Values.Where(k => k.Function != 0).MinBy(k => k.Used)!;
        context.Check(context.Driver.Synchronize(), "cuCtxSynchronize"); // it may be running
        Unload(oldest);
    }

    void Unload(Kernel kernel)
    {
        context.Driver.Unload(kernel.Module);
        (kernel.Module, kernel.Function) = (0, 0);
        Loaded--;
    }

    /// <summary>Unloads all.</summary>
    public void Clear()
    {
        lock (all)
        {
            context.GiveBack(() =>
            {
                foreach (var kernel in all.Values)
                    if (kernel.Function != 0) Unload(kernel);
                return CudaDriver.Success;
            });
            all.Clear();
        }
    }
}
