using System.Text;

namespace Optim.Functional.PyTorch;

/// <summary>The bytes of a pickle in turn: of a part of a file. A length that is said is compared with what is left before memory is
/// taken.</summary>
sealed class PickleBytes(FileBytes file, long start, long end)
{
    const int Room = 1 << 14, LongestLine = 1 << 10;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly byte[] buffer = new byte[(int)Math.Min(Room, end - start)];
    int at, filled;

    public string File => file.Name;

    /// <summary>The place in the file of the next byte.</summary>
    public long Position { get; private set; } = start;

    public long Left => end - Position;

    public byte Next()
    {
        if (at == filled) Fill();
        Position++;
        return buffer[at++];
    }

    void Fill()
    {
        if (Left <= 0) throw Fault.PickleEnds(File, Position);
        filled = (int)Math.Min(buffer.Length, Left);
        file.Read(Position, buffer.AsSpan(0, filled));
        at = 0;
    }

    /// <summary>So many bytes.</summary>
    public byte[] Bytes(ulong count)
    {
        if (count > (ulong)Math.Min(Left, Array.MaxLength)) throw Fault.PickleLength(File, Position, count, Left);
        var bytes = new byte[(int)count];
        var taken = Math.Min(bytes.Length, filled - at);
        buffer.AsSpan(at, taken).CopyTo(bytes);
        at += taken;
        if (taken < bytes.Length) file.Read(Position + taken, bytes.AsSpan(taken));
        Position += bytes.Length;
        return bytes;
    }

    /// <summary>A whole number without sign, lowest byte first.</summary>
    public ulong Unsigned(int bytes)
    {
        ulong number = 0;
        for (var i = 0; i < bytes; i++) number |= (ulong)Next() << 8 * i;
        return number;
    }

    public string Text(ulong bytes)
    {
        var (where, encoded) = (Position, Bytes(bytes));
        try { return Utf8.GetString(encoded); }
        catch (DecoderFallbackException) { throw Fault.PickleText(File, where); }
    }

    /// <summary>A line of ASCII, as names are.</summary>
    public string Line()
    {
        var text = new StringBuilder();
        while (Next() is not (byte)'\n' and var letter)
        {
            if (text.Length == LongestLine) throw Fault.PickleLine(File, Position, LongestLine);
            text.Append((char)letter);
        }
        return text.ToString();
    }
}
