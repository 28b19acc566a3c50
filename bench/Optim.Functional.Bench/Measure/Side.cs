namespace Optim.Functional.Bench;

/// <summary>One of the things that are timed against each other.</summary>
/// <param name="Run">What is timed.</param>
/// <param name="Ready">Done before each sample and not timed: how many threads a peer may use, fresh signs of the gradients.</param>
/// <param name="Own">Nanoseconds of the last call by its own clock, where not all of it is to be measured.</param>
sealed record Side(Action Run, Action? Ready = null, Func<double>? Own = null);
