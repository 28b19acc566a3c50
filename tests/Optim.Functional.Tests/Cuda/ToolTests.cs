using System.Numerics;
using System.Runtime.InteropServices;
using Optim.Functional.Cuda;
using Optim.Functional.GpuCheck;
using Optim.Functional.Tests.Lift;

namespace Optim.Functional.Tests.Cuda;

/// <summary>What others make of the kernels, where this machine has them; that they are left out is said in the summary.</summary>
public sealed class ToolTests
{
    const int Elements = 150;

    static IEnumerable<(string Name, StepCode Code, Recorded What)> All
    {
        get
        {
            foreach (var (name, rule) in Variants.All)
                if (rule is IElementwiseRule)
                {
                    var what = RecordedFormula.Of(rule).Recorded;
                    yield return (name, what.Code, what);
                }
            foreach (var plan in (Plan[])
                    [new AdamW().Cautious().Ema(0.9), new Adam(Amsgrad: true).CautiousWeightDecay(0.1).Lookahead(2), new SGD(0.1).Swa()])
            {
                var what = RecordedFormula.Of(plan).Recorded;
                yield return ($"{plan}", what.Code, what);
            }
        }
    }

    [Fact]
    public void OpenCL_gives_the_bits_of_the_PTX()
    {
        var device = OpenCl.TryOpen(out var why);
        KernelTally.Say("OpenCL", device is null ? $"left out: {why}" : "failed");
        if (device is null) return;
        var count = 0;
        foreach (var (name, code, what) in All)
        {
            Same<float>(device, name, code, what);
            Same<double>(device, name, code, what);
            count += 2;
        }
        KernelTally.Say("OpenCL", $"{count} equal on {device.Name}");
    }

    static void Same<T>(OpenCl device, string name, StepCode code, Recorded what) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(3);
        var before = Enumerable.Range(0, code.Streams).Select(_ => Wild.Numbers<T>(random, Elements, isTame: false)).ToArray();
        var (ptx, openCl) = (Copy(before), Copy(before));
        var constants = what.Arguments.Select(a => a.As<T>()).ToArray();
        Launch(new(PtxText.Print(code, ElementType.Of<T>())), ptx, constants);
        device.Run(OpenClText.Print(code, ElementType.Of<T>()), PtxText.Entry,
            [.. Enumerable.Range(0, code.Streams).Where(code.Uses).Select(s => openCl[s])], constants, Elements);
        for (var s = 0; s < before.Length; s++)
            for (var i = 0; i < Elements; i++)
                Assert.True(ptx[s][i].Equals(openCl[s][i]) && (T.IsNaN(ptx[s][i]) || T.IsNegative(ptx[s][i]) == T.IsNegative(openCl[s][i])),
                    $"{name}, {typeof(T).Name}, stream {s}, element {i}: {ptx[s][i]} in PTX, {openCl[s][i]} in OpenCL C");
    }

    static T[][] Copy<T>(T[][] of) => [.. of.Select(x => (T[])x.Clone())];

    static unsafe void Launch<T>(PtxMachine machine, T[][] streams, T[] constants) where T : unmanaged
    {
        var pins = Array.ConvertAll(streams, x => GCHandle.Alloc(x, GCHandleType.Pinned));
        ulong[] table = [.. pins.Select(p => (ulong)p.AddrOfPinnedObject()), Elements, 0];
        ulong block = 0;
        var arguments = new byte[machine.ArgumentBytes];
        MemoryMarshal.AsBytes(constants.AsSpan()).CopyTo(arguments.AsSpan(PtxText.ArgumentBytes));
        MemoryMarshal.Write(arguments.AsSpan(24), PtxText.Chunk);
        fixed (ulong* at = table)
        {
            MemoryMarshal.Write(arguments, (ulong)at);
            MemoryMarshal.Write(arguments.AsSpan(8), (ulong)&block);
            machine.Launch(1, 8, arguments);
        }
        foreach (var pin in pins) pin.Free();
    }
}
