namespace Optim.Functional.Tests;

/// <summary>Text in the repository that follows from the code: from the registry, or from what the tool prints.
/// With OPTIM_UPDATE=1 it is written; otherwise it is compared.</summary>
static class Derived
{
    const string Update = "OPTIM_UPDATE";

    public static void Check(string file, Func<string, string> derive)
    {
        var path = Path.Combine([Repository.Root, .. file.Split('/')]);
        var has = File.ReadAllText(path).ReplaceLineEndings("\n");
        var wanted = derive(has);
        if (Environment.GetEnvironmentVariable(Update) == "1") File.WriteAllText(path, wanted);
        else
            Assert.True(
                wanted == has,
                $"{file} is not what follows from the code. {Update}=1 ./build.sh test writes it anew. It should be:\n{wanted}");
    }
}
