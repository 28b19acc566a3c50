namespace Optim.Functional.Cuda;

/// <summary>A table on the device, which is sent where it is not the one that is there.</summary>
sealed unsafe class DeviceTable(CudaDevice device)
{
    CudaMemory? memory;
    byte[] sent = [];
    int length, room;

    /// <summary>Where it is.</summary>
    public nint Address => memory?.Address ?? 0;

    /// <summary>Makes it these bytes. The context must be the thread's.</summary>
    /// <returns>Whether they were others before.</returns>
    public bool Send(ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual(sent.AsSpan(0, length))) return false;
        Reserve(bytes.Length);
        length = 0;
        if (sent.Length < bytes.Length) sent = new byte[room];
        fixed (byte* from = bytes)
            device.Context.Check(device.Driver.ToDevice(Address, from, bytes.Length, device.Stream), "cuMemcpyHtoDAsync");
        bytes.CopyTo(sent);
        length = bytes.Length;
        return true;
    }

    /// <summary>Makes room for so many bytes, which are as they come.</summary>
    public void Reserve(int bytes)
    {
        if (room >= bytes) return;
        var more = Math.Max(bytes, 2 * room);
        memory?.Dispose();
        (memory, room, length) = (null, 0, 0);
        memory = device.New(more);
        room = more;
    }
}
