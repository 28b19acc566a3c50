using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>What each process tells the others before their gradients are added.</summary>
/// <param name="IsFault">Whether it does not make the step.</param>
/// <param name="Skips">Whether it leaves it out.</param>
/// <param name="Steps">Steps that it has made.</param>
/// <param name="MicroSteps">Calls since then.</param>
/// <param name="Scale">The factor on its gradients.</param>
/// <param name="Launched">Buckets that have left early.</param>
/// <param name="Given">Which parameters have a gradient.</param>
readonly record struct Header(bool IsFault, bool Skips, long Steps, int MicroSteps, double Scale, int Launched, bool[] Given)
{
    public string Place => Invariant($"step {Steps}, call {MicroSteps}, with gradients times {Scale}");

    /// <summary>Whether both are of one step.</summary>
    public bool IsAt(in Header other) => IsFault || other.IsFault
        || (Steps == other.Steps && MicroSteps == other.MicroSteps && Scale.Equals(other.Scale));

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    readonly record struct Fixed(byte IsFault, byte Skips, long Steps, int MicroSteps, double Scale, int Launched);

    /// <summary>Those of all processes, in the order of ranks.</summary>
    public Header[] Exchange(Session session)
    {
        var head = Unsafe.SizeOf<Fixed>();
        var bytes = new byte[head + (Given.Length + 7) / 8];
        MemoryMarshal.Write(bytes, new Fixed(IsFault ? (byte)1 : (byte)0, Skips ? (byte)1 : (byte)0, Steps, MicroSteps, Scale, Launched));
        for (var n = 0; n < Given.Length; n++)
            if (Given[n]) bytes[head + n / 8] |= (byte)(1 << n % 8);
        var all = session.AllGather(bytes, "the gradients of a step");
        var headers = new Header[session.Size];
        for (var r = 0; r < headers.Length; r++) headers[r] = Of(all.AsSpan(r * bytes.Length, bytes.Length), Given.Length);
        return headers;
    }

    static Header Of(ReadOnlySpan<byte> from, int count)
    {
        var of = MemoryMarshal.Read<Fixed>(from);
        var bits = from[Unsafe.SizeOf<Fixed>()..];
        var given = new bool[count];
        for (var n = 0; n < count; n++) given[n] = (bits[n / 8] >> n % 8 & 1) != 0;
        return new(of.IsFault != 0, of.Skips != 0, of.Steps, of.MicroSteps, of.Scale, of.Launched, given);
    }
}
