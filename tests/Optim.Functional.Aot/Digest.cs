using System.Runtime.InteropServices;

namespace Optim.Functional.Aot;

/// <summary>The bits of all numbers in one: FNV-1a.</summary>
struct Digest()
{
    ulong hash = 14695981039346656037;

    public void Add<T>(ReadOnlySpan<T> numbers) where T : unmanaged
    {
        foreach (var part in MemoryMarshal.AsBytes(numbers)) hash = (hash ^ part) * 1099511628211;
    }

    public void Add(NDArray numbers)
    {
        if (numbers is NDArray<float> single) Add<float>(single.ToArray());
        else Add<double>(numbers.As<double>().ToArray());
    }

    public void Add(string text) => Add<char>(text);

    public override readonly string ToString() => $"{hash:x16}";
}
