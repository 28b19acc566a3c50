namespace Optim.Functional.Tests.Lift;

public class ThresholdTests
{
    [Fact]
    public void A_step_above_the_threshold_gives_the_bits_of_one_below_it()
    {
        var n = Execution.DefaultSerialUpTo + 17;
        var (θ, s) = Trace.Run<float>(new AdamW(), new() { Threads = 2 }, n);
        var (θ1, s1) = Trace.Run<float>(new AdamW(), new() { Threads = 2, SerialUpTo = n }, n);
        Assert.Equal(Trace.Bits<float>(θ1, s1), Trace.Bits<float>(θ, s));
    }
}
