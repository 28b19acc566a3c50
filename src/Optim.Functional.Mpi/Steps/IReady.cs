namespace Optim.Functional;

/// <summary>What takes gradients before the step that they are for.</summary>
interface IReady
{
    void Ready(Parameter parameter);

    /// <summary>The part of a parameter that a process has: where it begins in the parameter, and how long it is.</summary>
    (nint Start, nint Length) PartOf(int number, int rank);
}
