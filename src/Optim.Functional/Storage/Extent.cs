namespace Optim.Functional;

/// <summary>A range of memory: bytes of an array, or from an address on where no array holds them.</summary>
/// <param name="Array">The array, or null.</param>
/// <param name="Start">Bytes from the array's first element; or the address.</param>
/// <param name="Bytes">How many.</param>
readonly record struct Extent(Array? Array, nint Start, nint Bytes)
{
    public nint End => Start + Bytes;
}
