using System.Security.Cryptography;

namespace Optim.Functional.Tests.Lift;

/// <summary>The runtime's own switches take the wide registers away;
/// a second process with them must give the same digest of every rule's bits.</summary>
public class RuntimeSwitchTests
{
    const string Ask = "OPTIM_DIGEST_FILE";

    static string Digest(Execution how)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int[] lengths = [.. Enumerable.Range(0, 258)];
        foreach (var (_, rule) in Variants.All)
        {
            var (θ, s) = Trace.Run<float>(rule, how, lengths);
            hash.AppendData(Trace.Bits<float>(θ, s));
            var (θ2, s2) = Trace.Run<double>(rule, how, lengths);
            hash.AppendData(Trace.Bits<double>(θ2, s2));
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    [Fact]
    public void The_default_lanes_give_the_digest_of_one_element_at_a_time()
    {
        var digest = Digest(Execution.Default);
        if (Environment.GetEnvironmentVariable(Ask) is { Length: > 0 } file)
            File.WriteAllText(file, $"{Execution.Default.LaneBits} {digest}");
        Assert.Equal(Digest(new() { LaneBits = 0, Threads = 1 }), digest);
    }

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 128)]
    [InlineData("DOTNET_EnableHWIntrinsic", 128)]
    public async Task A_processor_without_these_registers_gives_the_same_bits(string off, int laneBits)
    {
        var file = Path.GetTempFileName();
        try
        {
            var test = $"*.{nameof(The_default_lanes_give_the_digest_of_one_element_at_a_time)}";
            string[] arguments = [typeof(RuntimeSwitchTests).Assembly.Location, "-method", test];
            var (code, output, errors) = await Programs.Ends(null, "dotnet", arguments, (Ask, file), (off, "0"));
            Assert.True(code == 0, output + errors);
            var answer = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Split(' ');
            Assert.InRange(int.Parse(answer[0]), 0, laneBits);
            Assert.Equal(Digest(Execution.Default), answer[1]);
        }
        finally { File.Delete(file); }
    }
}
