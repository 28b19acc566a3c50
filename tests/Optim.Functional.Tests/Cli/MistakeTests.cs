using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class MistakeTests : IDisposable
{
    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    [Theory]
    [InlineData("trian", "did you mean 'train'")]
    [InlineData("train --mometum 0.9", "did you mean '--momentum'")]
    [InlineData("train --weight-dcay 0.9", "did you mean '--weight_decay'")]
    [InlineData("race --epoch 1", "did you mean '--epochs'")]
    [InlineData("train --optimizer Adma", "did you mean 'Adam'")]
    [InlineData("train --optimizer AdmaW", "did you mean 'AdamW'")]
    [InlineData("train --optimizer rms-prop", "did you mean 'RMSprop'")]
    [InlineData("train --optimizer L_BFGS", "did you mean 'LBFGS'")]
    [InlineData("train --optimizer SGDD", "did you mean 'SGD'")]
    [InlineData("train --optimizer Adadleta", "did you mean 'Adadelta'")]
    [InlineData("train --optimizer Adaafctor", "did you mean 'Adafactor'")]
    [InlineData("train --optimizer ScheduleFreAdamW", "did you mean 'ScheduleFreeAdamW'")]
    [InlineData("train --optimizer nothing", "Optimizers: AdaBelief, ")]
    [InlineData("train --momentum 0.9", "--momentum is not an option of Adam. Adam takes --lr")]
    [InlineData("train --optimizer SGD", "--lr 0.1")]
    [InlineData("train --optimizer SparseAdam", "--optimizer: SparseAdam takes sparse gradients only, and these are dense")]
    [InlineData("train --optimizer Muon --ns_coefficients 1,2", "three numbers with commas between such as 3.4445,-4.775,2.0315")]
    [InlineData("train --lr fast", "--lr: got 'fast', wanted a number such as 0.001")]
    [InlineData("train --lr -1", "Adam: lr must be")]
    [InlineData("train --betas 0.9", "two numbers with a comma between such as 0.9,0.999")]
    [InlineData("train --betas 0.9,1.5", "got 1.5")]
    [InlineData("train --amsgrad=maybe", "wanted true or false")]
    [InlineData("train --optimizer LBFGS --max_iter 1.5", "wanted a whole number such as 20")]
    [InlineData("train --optimizer LBFGS --line_search_fn armijo", "strong_wolfe")]
    [InlineData("train --epochs 0", "--epochs: got '0', wanted a whole number from 1")]
    [InlineData("train --batch 1501", "to 1500")]
    [InlineData("train --seed", "--seed has no value")]
    [InlineData("train --seed 1 --seed 2", "--seed is given twice")]
    [InlineData("train 20", "'20' belongs to no option")]
    [InlineData("train --resume @no.json", "no such file")]
    [InlineData("verify", "no file is given")]
    [InlineData("verify --seed 1", "for example optim verify MyRules.dll")]
    [InlineData("verify a.dll b.dll", "got 'a.dll' and 'b.dll', wanted one file")]
    [InlineData("verify @no.dll", "no such file")]
    [InlineData("verify @no.fsx", "no such file")]
    [InlineData("verify a.dll --cases 0", "--cases: got '0', wanted a whole number from 1")]
    [InlineData("verify a.dll --law puritty", "did you mean 'purity'")]
    [InlineData("verify a.dll --rules A", "did you mean '--rule'")]
    [InlineData("verify a.dll -x", "'-x' belongs to no option")]
    [InlineData("train --out @a --plot @b.png", "Give one of them")]
    public void A_mistake_is_told_in_one_line_with_exit_code_2(string line, string told) =>
        Assert.Contains(told, shell.Refusal(line));

    /// <summary>Algorithms that are none of the library's. A test of a name that is one now belongs above.</summary>
    [Theory]
    [InlineData("AdaBound")]
    [InlineData("AdamX")]
    [InlineData("Adai")]
    [InlineData("RAdamW")]
    [InlineData("AdaMod")]
    [InlineData("AdaNorm")]
    [InlineData("Adamod")]
    [InlineData("AdamS")]
    [InlineData("Yogi")]
    [InlineData("SparseAdamW")]
    [InlineData("SGDW")]
    [InlineData("Tiger")]
    [InlineData("x")]
    [InlineData("-")]
    public void Another_algorithm_is_not_taken_for_a_misspelt_one(string name)
    {
        var told = shell.Refusal($"train --optimizer={name}");
        Assert.Contains($"'{name}' is not an optimizer. Optimizers: AdaBelief, ", told);
        Assert.DoesNotContain("did you mean", told);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"format\":\"optim train, version 1\"}")]
    public void A_file_that_is_no_save_file_is_refused(string content)
    {
        File.WriteAllText(shell.Path("run.json"), content);
        Assert.Contains("is not a usable save file of optim train", shell.Refusal("train --resume @run.json --plot @p.png"));
    }

    [Theory]
    [InlineData("\"optim train, version 1\"", "\"another\"", "its format is 'another'")]
    [InlineData("\"optimizer\":\"Adam\"", "\"optimizer\":\"Eve\"", "'Eve' is not known")]
    [InlineData("\"lr\":0.001", "\"lr\":\"fast\"", "not a usable save file")]
    [InlineData("\"lr\":0.001", "\"lr\":-1", "lr must be")]
    [InlineData("\"batch\":32", "\"batch\":0", "its batch is 0")]
    [InlineData("\"epoch\":1,\"history\"", "\"epoch\":2,\"history\"", "lines of history")]
    [InlineData("\"fc1.bias\"", "\"fc9.bias\"", "no fc1.bias")]
    [InlineData("\"shape\":[64,64]", "\"shape\":[32,128]", "fc1.weight is 32x128, wanted 64x64")]
    [InlineData("\"dtype\":\"float64\"", "\"dtype\":\"int8\"", "not a usable save file")]
    [InlineData("\"param_groups\":[", "\"param_groups\":[7,", "not a usable save file")]
    public void A_save_file_that_was_changed_is_refused(string from, string to, string told)
    {
        Save();
        var text = File.ReadAllText(shell.Path("run.json"));
        Assert.Contains(from, text);
        File.WriteAllText(shell.Path("run.json"), text.Replace(from, to));
        Assert.Contains(told, shell.Refusal("train --resume @run.json --epochs 2 --plot @p.png"));
    }

    [Fact]
    public void A_save_file_that_was_cut_off_is_refused_wherever_the_cut_is()
    {
        Save();
        var bytes = File.ReadAllBytes(shell.Path("run.json"));
        for (var cut = 1; cut < 40; cut++)
        {
            File.WriteAllBytes(shell.Path("run.json"), bytes[..(bytes.Length * cut / 40)]);
            Assert.Contains("is not whole", shell.Refusal("train --resume @run.json --epochs 2 --plot @p.png"));
        }
    }

    [Theory]
    [InlineData("--optimizer SGD", "--optimizer: ")]
    [InlineData("--lr 0.5", "saved with 0.001, got 0.5")]
    [InlineData("--batch 64", "saved with 32, got 64")]
    [InlineData("--seed 2", "saved with 1, got 2")]
    [InlineData("--epochs 1", "has already reached epoch 1")]
    public void A_resumed_run_refuses_settings_that_differ(string options, string told)
    {
        Save();
        Assert.Contains(told, shell.Refusal($"train --resume @run.json --plot @p.png {options}"));
    }

    [Fact]
    public void A_resumed_run_takes_settings_that_agree()
    {
        Save();
        Assert.Equal(Tool.Done, shell.Run("train --resume @run.json --optimizer adam --lr 1e-3 --batch 32 --epochs 2 --plot @q.png").Code);
    }

    [Fact]
    public void Output_that_cannot_be_written_is_told_on_stderr()
    {
        var error = new StringWriter();
        Assert.Equal(Tool.Misused, Tool.Run(["--help"], new Terminal(new Full(), error, Interactive: false, default)));
        Assert.StartsWith("optim: cannot write the output: No space left", error.ToString());
    }

    void Save() => Assert.Equal(Tool.Done, shell.Run("train --epochs 1 --save @run.json --plot @p.png").Code);

    sealed class Full : StringWriter
    {
        public override void WriteLine(string? value) => throw new IOException("No space left on device");
    }
}
