using System.IO.Hashing;

namespace Optim.Functional.PyTorch;

/// <summary>The CRC-32 that a part of a file must have, looked at once.</summary>
/// <param name="file">The file.</param>
/// <param name="start">The first byte of the part.</param>
/// <param name="length">Its bytes.</param>
/// <param name="what">The part, as a message calls it.</param>
/// <param name="wanted">The checksum.</param>
sealed class Checksum(FileBytes file, long start, long length, string what, uint wanted)
{
    const int AtOnce = 1 << 16;

    volatile bool isVerified;

    public void Verify()
    {
        if (isVerified) return;
        var got = Of(file, start, length);
        if (got != wanted) throw Fault.Crc(file.Name, what, got, wanted);
        isVerified = true;
    }

    static uint Of(FileBytes file, long start, long length)
    {
        var sum = new Crc32();
        var buffer = new byte[(int)Math.Min(length, AtOnce)];
        for (long at = 0; at < length; at += buffer.Length)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at));
            file.Read(start + at, part);
            sum.Append(part);
        }
        return sum.GetCurrentHashAsUInt32();
    }
}
