namespace Optim.Functional.Mutants;

/// <summary>Counts the operations of one run of a formula, on this thread, and says which of them goes wrong.</summary>
static class Tape
{
    [ThreadStatic] static int count, at, kind;
    [ThreadStatic] static double last;
    [ThreadStatic] static List<Op>? log;

    /// <summary>From here on operations are counted from 0; the one of the fault, if there is one, goes wrong.</summary>
    public static void Start(Fault? fault, List<Op>? into) =>
        (count, at, kind, last, log) = (0, fault?.Number ?? -1, fault?.Kind ?? 0, 0, into);

    /// <summary>The count goes on where it was.</summary>
    public static void GoOn() => log = null;

    /// <summary>Counts an operation: 0, or what of <see cref="Wrong"/> it is to do.</summary>
    public static int Next(Op op)
    {
        log?.Add(op);
        return count++ == at ? kind : 0;
    }

    /// <summary>The constant to be made for <paramref name="c"/>.</summary>
    public static double Constant(double c)
    {
        var before = last;
        last = c;
        return Next(Op.Constant) switch
        {
            0 => c,
            1 => c == 0 ? -0.001 : -c,
            2 => c == 0 ? 0.001 : 1.001 * c,
            3 => c == 0 ? 1 : 0,
            _ => before,
        };
    }
}
