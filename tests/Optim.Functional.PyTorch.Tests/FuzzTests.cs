using Optim.Functional.PyTorch.Endurance;

namespace Optim.Functional.Tests.Files;

/// <summary>The program's own fuzzing, in short: CONTRIBUTING.md has it in full.</summary>
public class FuzzTests
{
    [Fact]
    public void Mutated_files_are_read_or_refused_in_little_time_and_memory()
    {
        var said = new StringWriter();
        Assert.True(Fuzzing.Run(20_000, seed: 2, said) == 0, said.ToString());
        Assert.Matches(@"20,000 executions in \d+ s, [1-9][\d,]* read in full, the others refused, 0 faults", said.ToString());
    }
}
