namespace Optim.Functional.Tests;

public class PackagingTests
{
    [Fact]
    public void The_core_needs_no_package_but_MathNet()
    {
        var foreign = System.Reflection.Assembly.Load("Optim.Functional").GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(n => n is not ("netstandard" or "System") && !n.StartsWith("System.", StringComparison.Ordinal));
        Assert.All(foreign, n => Assert.Equal("MathNet.Numerics", n));
    }
}
