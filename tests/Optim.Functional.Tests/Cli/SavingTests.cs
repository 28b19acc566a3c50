using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class SavingTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Fact]
    public void A_write_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(shell.Path("run.json"), "old");
        var e = Assert.Throws<Misuse>(() => AtomicFile.Write(shell.Path("run.json"), file =>
        {
            file.Write(new byte[100_000]);
            throw new IOException("No space left on device");
        }));
        Assert.Contains("No space left on device", e.Message);
        Assert.Equal("old", File.ReadAllText(shell.Path("run.json")));
        Assert.Equal(["run.json"], shell.Files);
    }

    [Fact]
    public void A_write_replaces_the_old_file_and_leaves_nothing_else()
    {
        File.WriteAllText(shell.Path("run.json"), "old");
        AtomicFile.Write(shell.Path("run.json"), [1, 2, 3]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(shell.Path("run.json")));
        Assert.Equal(["run.json"], shell.Files);
    }

    [Theory]
    [InlineData("--save @file/run.json --plot @p.png")]
    [InlineData("--plot @file/p.png")]
    [InlineData("--out @file")]
    [InlineData("--save @folder --plot @p.png")]
    public void A_place_that_cannot_be_written_is_told_before_the_training(string options)
    {
        File.WriteAllText(shell.Path("file"), "old");
        Directory.CreateDirectory(shell.Path("folder"));
        Assert.Contains("cannot write", shell.Refusal($"train {options}"));
        Assert.Equal("old", File.ReadAllText(shell.Path("file")));
        Assert.Equal(["file"], shell.Files);
    }

    [Fact]
    public void A_folder_without_write_permission_keeps_its_old_file()
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Directory.CreateDirectory(shell.Path("folder"));
        File.WriteAllText(shell.Path("folder/run.json"), "old");
        folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        try
        {
            // The superuser may write everywhere.
            if (Environment.UserName != "root")
                Assert.Contains("permission denied", shell.Refusal("train --save @folder/run.json --plot @p.png"));
            Assert.Equal("old", File.ReadAllText(shell.Path("folder/run.json")));
            Assert.Equal(["run.json"], shell.Files);
        }
        finally
        {
            folder.UnixFileMode |= UnixFileMode.UserWrite;
        }
    }

    [Fact]
    public void A_device_is_not_replaced_by_a_file()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Contains("it is a device", shell.Refusal("train --save /dev/null --plot @p.png"));
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        if (OperatingSystem.IsWindows()) return;
        File.WriteAllText(shell.Path("run.json"), "old");
        File.CreateSymbolicLink(shell.Path("link.json"), shell.Path("run.json"));
        AtomicFile.Write(shell.Path("link.json"), [1, 2, 3]);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(shell.Path("run.json")));
        Assert.NotNull(File.ResolveLinkTarget(shell.Path("link.json"), false));
    }
}
