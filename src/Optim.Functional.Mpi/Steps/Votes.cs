using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Whether all processes go on; where one does not, all throw.</summary>
sealed class Votes(Session session)
{
    Exception? known;

    /// <summary>Whether all processes have been told of a fault.</summary>
    public bool Knows(Exception fault) => ReferenceEquals(fault, known);

    /// <summary>A fault that all processes have found alike.</summary>
    public Exception Known(Exception fault) => known = fault;

    /// <summary>Takes a vote.</summary>
    /// <param name="fault">Why this process does not go on; null: it does.</param>
    /// <exception cref="InvalidOperationException">Another process does not.</exception>
    public void Take(Exception? fault)
    {
        var first = session.Size - session.Largest(fault is null ? 0 : session.Size - session.Rank, "a vote");
        if (first == session.Size) return;
        var told = Told(first, fault);
        if (!ReferenceEquals(told, fault)) throw told;
    }

    /// <summary>The fault of a process, on all: its own there and where there is another, else one that says whose it is.</summary>
    public Exception Told(int rank, Exception? own)
    {
        var text = session.Broadcast(own?.Message ?? "", rank, "a fault");
        return Known(own ?? MpiFault.OfRank(rank, text));
    }

    /// <summary>The fault of the first process that has one, as a fault of the same kind on all; null where none has.</summary>
    public Exception? First(Exception? own)
    {
        Take(null);
        var first = session.Size - session.Largest(own is null ? 0 : session.Size - session.Rank, "a look at numbers");
        if (first == session.Size) return null;
        var text = session.Broadcast(own?.Message ?? "", first, "a fault");
        return Known(own ?? new ArgumentException(text));
    }

    public void Sum(Span<double> numbers)
    {
        Take(null);
        session.Sum(numbers, "sums over the model");
    }

    public void Max(Span<double> numbers)
    {
        Take(null);
        var all = MemoryMarshal.Cast<byte, double>(session.AllGather(MemoryMarshal.AsBytes(numbers), "the largest numbers"));
        for (var k = 0; k < all.Length; k++) numbers[k % numbers.Length] = Math.Max(numbers[k % numbers.Length], all[k]);
    }
}

/// <summary>Sums over the parts of the model.</summary>
sealed class Combined(Votes votes) : ICombine
{
    public void Sum(Span<double> numbers) => votes.Sum(numbers);
    public void Max(Span<double> numbers) => votes.Max(numbers);
    public Exception? First(Exception? fault) => votes.First(fault);
}
