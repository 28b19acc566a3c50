using System.Diagnostics;
using System.Security.Cryptography;

namespace Optim.Functional.Tests.Lift;

/// <summary>The runtime's own switches take the wide registers away; a second process with them must give the same digest of every rule's bits.</summary>
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
        if (Environment.GetEnvironmentVariable(Ask) is { Length: > 0 } file) File.WriteAllText(file, $"{Execution.Default.LaneBits} {digest}");
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
            var start = new ProcessStartInfo("dotnet", [typeof(RuntimeSwitchTests).Assembly.Location, "-method", $"*.{nameof(The_default_lanes_give_the_digest_of_one_element_at_a_time)}"])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            (start.Environment[Ask], start.Environment[off]) = (file, "0");
            using var child = Process.Start(start)!;
            var output = child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(child.ExitCode == 0, await output + await errors);
            var answer = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Split(' ');
            Assert.InRange(int.Parse(answer[0]), 0, laneBits);
            Assert.Equal(Digest(Execution.Default), answer[1]);
        }
        finally { File.Delete(file); }
    }
}
