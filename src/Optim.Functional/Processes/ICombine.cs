namespace Optim.Functional;

/// <summary>Adds sums of several processes, each of which has a part of the model; or here, where there is one, does nothing.</summary>
interface ICombine
{
    /// <summary>Makes each number the sum of all processes', the same for all of them. Where all but one of them are 0, it is that
    /// one.</summary>
    void Sum(Span<double> numbers);

    /// <summary>Makes each number the largest of all processes'; NaN where one is.</summary>
    void Max(Span<double> numbers);

    /// <summary>The fault of the first process that has one, on all of them; null where none has.</summary>
    Exception? First(Exception? fault);
}

/// <summary>A process by itself, or one that has all of the model.</summary>
sealed class Alone : ICombine
{
    public static ICombine One { get; } = new Alone();

    public void Sum(Span<double> numbers) { }
    public void Max(Span<double> numbers) { }
    public Exception? First(Exception? fault) => fault;
}
