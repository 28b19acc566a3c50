namespace Optim.Functional.Cuda;

/// <summary>Reports of steps on a device. They are made here: parameters and gradients are copied for them, before a step and after
/// it.</summary>
sealed class CudaReports<T>(CudaDevice device, CudaSums<T> sums) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(double Scale, int Tensor, T[] Before)> asked = [];

    /// <summary>Nothing is to be reported.</summary>
    public void Begin() => asked.Clear();

    /// <summary>Takes tensors that are about to be stepped.</summary>
    /// <param name="batch">The tensors.</param>
    /// <param name="scale">The factor on their gradients.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The one after the last.</param>
    public void Add(Batch<T> batch, double scale, int first, int end)
    {
        for (var k = first; k < end; k++) asked.Add((scale, k, Read(batch[k].From.θ, batch[k].End)));
    }

    /// <summary>Makes the reports of a step that has been made.</summary>
    public void Take(Batch<T> batch)
    {
        double? factor = null;
        foreach (var (given, k, before) in asked)
        {
            var scale = Recording.IsFactor(given) ? factor ??= sums.ReadFactor() : given;
            ref readonly var x = ref batch[k];
            Places<T> after = new() { θ = Read(x.Of!.Where, x.End) };
            (x.State!.Sums ??= new()).Take<T>(x with { From = after, G = Read(x.G, x.End) }, before, scale, batch.TurnOf(k));
        }
        asked.Clear();
    }

    T[] Read(Place<T> place, nint length)
    {
        var here = new T[length];
        device.Read(place, here, length);
        return here;
    }
}
