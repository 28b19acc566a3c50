namespace Optim.Functional.Tests.Goldens;

/// <summary>Nothing in the folder of goldens goes by unseen, and the folder may be anyone's.</summary>
public sealed class GoldenFolderTests : IDisposable
{
    const string Sound = """
        {"name":"one","optimizer":"SGD","options":{"lr":0.5},"dtype":"float64","default_dtype":"float32",
         "params":[{"shape":[1],"values":[1]}],"grads":[[[1]]],"trajectory":[{"step":1,"params":[[0.5]]}],"state":[{}],
         "torch_version":"2.14.1"}
        """;

    const string SoundBeyond = """
        {"name":"one","optimizer":"Lion","options":{"lr":0.5},"defaults":{"lr":0.0001,"betas":[0.9,0.99],"weight_decay":0},
         "dtype":"float64","default_dtype":"float32","params":[{"shape":[1],"values":[1]}],"grads":[[[1]]],
         "trajectory":[{"step":1,"params":[[0.5]]}],"state":[{"exp_avg":[0.01]}],
         "group_state":[{}],"global_state":{},"own_replay_max_rel":0,"source":"","licence":"","torch_version":"1.13.1"}
        """;

    readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public static IEnumerable<TheoryDataRow<string>> Files =>
        GoldenFolder.Files.DefaultIfEmpty(GoldenFolder.None).Select(f => new TheoryDataRow<string>(f));

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_line_of_every_file_is_looked_at(string file) => NoFaults(GoldenFolder.FaultsOf(file));

    [Fact]
    public void There_are_goldens() => NoFaults(GoldenFolder.FaultsOf(""));

    /// <summary>Rules of which no numbers of their authors' code are recorded: its reference formula and the laws verify each.</summary>
    static readonly string[] unrecorded = ["KLSOAP"];

    [Fact]
    public void Every_optimizer_has_goldens_in_float32_and_float64_or_is_listed()
    {
        var all = GoldenFolder.Read([.. GoldenFolder.FoldersFrom(null)]).Cases;
        var cases = all.Where(c => c.Kind is Kind.Replay or Kind.Lbfgs && c.LeftOut is null && Registry.All.Contains(c.Rule));
        var wanted = Registry.All.Where(r => !unrecorded.Contains(r.Name)).SelectMany(r => new[] { (r.Name, false), (r.Name, true) });
        var found = cases.Select(c => (c.Rule.Name, c.Single)).Concat(Orthogonal.MuonVariantTests.Covered);
        Assert.Equal(wanted.Order(), found.Distinct().Order());
    }

    [Fact]
    public void Goldens_folder_is_honoured()
    {
        Assert.Equal([folder], GoldenFolder.FoldersFrom(folder));
        var mine = Path.Combine(GoldenFolder.Repository!, "mine");
        Assert.Equal([mine, folder], GoldenFolder.FoldersFrom($"mine{Path.PathSeparator}{folder}"));
        Assert.Equal(["goldens", "goldens-beyond"], GoldenFolder.FoldersFrom(null).Select(f => Path.GetFileName(f)));
        Assert.Equal("mine/one", Assert.Single(Write($"[{Sound}]").Cases).At);
        Assert.Empty(GoldenFolder.Read(folder).Faults);
    }

    [Theory]
    [InlineData("not JSON", "not an array")]
    [InlineData("{}", "not an array")]
    [InlineData("[1]", "no test knows what to do")]
    [InlineData("""[{"scheduler":"StepLR","lrs":[]}]""", "no test knows what to do")]
    public void A_bogus_file_is_a_fault(string text, string fault) => Assert.Contains(fault, Assert.Single(Write(text).Faults).Fault);

    [Theory]
    [InlineData("\"lr\":0.5", "\"lr\":0.5,\"warmth\":3", "no option 'warmth'")]
    [InlineData("\"SGD\"", "\"Nadir\"", "no optimizer Nadir")]
    [InlineData("\"float64\"", "\"float16\"", "dtype is 'float16'")]
    [InlineData("\"state\"", "\"mood\":1,\"state\"", "no test looks at 'mood'")]
    [InlineData("\"state\"", "\"groups\":[{\"params\":[0],\"options\":{\"warmth\":3}}],\"state\"", "no option 'warmth'")]
    [InlineData("\"state\"", "\"problem\":\"travelling\",\"state\"", "problem 'travelling'")]
    public void A_line_with_something_nobody_handles_is_a_fault(string part, string bogus, string fault) =>
        Assert.Contains(fault, Assert.Single(Write($"[{Sound.Replace(part, bogus)}]").Faults).Fault);

    [Theory]
    [InlineData("\"Lion\"", "\"Apollo\"", "no optimizer Apollo")]
    [InlineData("\"group_state\":[{}]", "\"group_state\":[{\"mood\":1}]", "group state 'mood'")]
    [InlineData("\"group_state\"", "\"hopes\":[],\"group_state\"", "no test looks at 'hopes'")]
    public void A_line_beyond_torch_with_something_nobody_handles_is_a_fault(string part, string bogus, string fault) =>
        Assert.Contains(fault, Assert.Single(Write($"[{SoundBeyond.Replace(part, bogus)}]").Faults).Fault);

    [Fact]
    public void A_folder_of_rules_beyond_torch_is_honoured_too()
    {
        Replay(SoundBeyond);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Replay(SoundBeyond.Replace("[[0.5]]", "[[0.5000000001]]")));
    }

    [Fact]
    public void Two_cases_of_one_name_are_a_fault() =>
        Assert.Contains("stands 2 times", Assert.Single(Write($"[{Sound},{Sound}]").Faults).Fault);

    [Fact]
    public void An_empty_or_missing_folder_is_a_fault()
    {
        Assert.Contains("holds no *.json", Assert.Single(GoldenFolder.Read(folder).Faults).Fault);
        Assert.Contains("no folder", Assert.Single(GoldenFolder.Read(Path.Combine(folder, "none")).Faults).Fault);
    }

    [Fact]
    public void A_case_that_differs_from_torch_fails() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Replay(Sound.Replace("[[0.5]]", "[[0.5000000001]]")));

    [Fact]
    public void A_state_that_torch_has_and_we_have_not_fails() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Replay(Sound.Replace("[{}]", """[{"momentum_buffer":[1]}]""")));

    [Fact]
    public void A_recorded_error_must_be_raised_in_its_step()
    {
        const string error = "\"error\":{\"step\":2,\"type\":\"RuntimeError\",\"message\":\"\"},\"state\"";
        Replay(Sound.Replace("[[[1]]]", """[[[1]],[{"sparse":true,"indices":[[0]],"values":[1],"values_shape":[1]}]]""")
            .Replace("SGD", "Adadelta").Replace("\"lr\":0.5", "\"rho\":1").Replace("[[0.5]]", "[[0]]")
            .Replace("[{}]", """[{"step":1,"square_avg":[0],"acc_delta":[0]}]""").Replace("\"state\"", error));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Replay(Sound.Replace("[[[1]]]", "[[[1]],[[1]]]").Replace("\"state\"", error)));
    }

    static void NoFaults(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join(Environment.NewLine, faults));

    void Replay(string line)
    {
        var (cases, faults) = Write($"[{line}]");
        Assert.Empty(faults);
        ReplayTests.Replay(cases.Single(), new TorchFace(cases.Single()));
    }

    (Golden[] Cases, (string File, Golden? Case, string Fault)[] Faults) Write(string text)
    {
        File.WriteAllText(Path.Combine(folder, "mine.json"), text);
        return GoldenFolder.Read(folder);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
