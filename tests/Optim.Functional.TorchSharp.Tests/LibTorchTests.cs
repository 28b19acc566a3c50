namespace Optim.Functional.Tests;

/// <summary>What is said where libtorch is not loaded. These need none.</summary>
public class LibTorchTests
{
    [Fact]
    public void An_older_libstdcxx_is_named_with_what_helps()
    {
        var why = LibTorch.Explained(
            "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n"
            + "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n");
        Assert.Contains("this system's libstdc++.so.6 lacks GLIBCXX_3.4.32", why);
        Assert.Contains("Debian 13", why);
    }

    [Theory]
    [InlineData("libtorch.so: cannot open shared object file: No such file or directory", "libtorch.so")]
    [InlineData("Unable to load shared library 'LibTorchSharp' or one of its dependencies.", "LibTorchSharp")]
    [InlineData("Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could not be found.", "LibTorchSharp")]
    public void A_missing_library_is_named_with_its_package(string message, string library)
    {
        var why = LibTorch.Explained(message);
        Assert.Contains($"{library} is not found", why);
        Assert.Contains("dotnet add package TorchSharp-cpu", why);
    }

    [Fact]
    public void What_is_none_of_these_is_said_as_it_is() =>
        Assert.Equal("libtorch is not loaded: something else", LibTorch.Explained("something\nelse"));
}
