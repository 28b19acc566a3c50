using System.Text;

namespace Optim.Functional.Cli;

/// <summary>What <c>--help</c> prints.</summary>
internal static class Help
{
    const int Width = 110, NameWidth = 36, DefaultWidth = 10, LawWidth = 26;

    public static string Overview() => $"""
        optim: the optimizers of torch.optim, seen at work

        usage: optim train [options]    train a 64-64-10 network on handwritten digits
               optim race [options]     all optimizers from the same start, on the digits and on four functions
               optim rules              what optimizers there are, what they are for, and what they cost
               optim show NAME          the formula of an optimizer, as text or as a kernel
               optim schedule TEXT      what a schedule makes of the learning rate
               optim verify FILE        does every rule of your own in a .dll or .fsx obey the laws of optimizers?
               optim replay             L-BFGS on the problems of others, and MathNet's beside it
               optim doctor             what this machine has for the library to use, and what not
               optim inspect FILE       what is in a checkpoint of PyTorch's, a safetensors or npz file
               optim convert A B        the same in another of these formats
               optim diff A B           two of these files, key by key
               optim COMMAND --help     all options of a command
               optim --version

        optimizers: {string.Join(", ", Registry.All.Select(r => r.Name))}

        Exit codes: 0 done, 1 a rule breaks a law, a library required of the doctor is missing, two files differ, or a defect of this
        tool, 2 something you can mend (one line on stderr says what), 130 stopped by Ctrl-C.

        digits: {Digits.Credit}
        """;

    public static string Train()
    {
        var text = new StringBuilder("""
            optim train: train a 64-64-10 network on handwritten digits

            usage: optim train [--optimizer NAME] [its options] [options]
            e.g.   optim train --optimizer SGD --lr 0.1 --momentum 0.9 --nesterov
                   optim train --betas 0.9,0.99 --epochs 30 --save run.json
                   optim train --resume run.json --epochs 60 --save run.json

            Prints the loss over the 1,500 training digits and the accuracy on the 297 test digits after each epoch.
            Ctrl-C stops at the end of the epoch.


            """);
        Section(text, "options", TrainOptions.Own);
        foreach (var rule in Registry.All) Section(text, $"{rule.Name}: {RuleDocs.About(rule)}".TrimEnd(' ', ':'), rule.Options.Select(o => TrainOptions.Of(rule, o)));
        return text.Append($"digits: {Digits.Credit}").ToString();
    }

    public static string Race()
    {
        var text = new StringBuilder("""
            optim race: all optimizers from the same start

            usage: optim race [options]

            On the digits (as optim train) and on four functions of two variables: Rosenbrock, Beale, Himmelblau and an
            ill-conditioned quadratic. Prints a table for each, best first, with the learning rates used, and writes two
            pictures: race-losses.png, the loss curves, and race-paths.png, the paths over the contour lines.


            """);
        Section(text, "options", RaceOptions.All);
        return text.Append($"digits: {Digits.Credit}").ToString();
    }

    public static string Rules()
    {
        var text = new StringBuilder("""
            optim rules: what optimizers there are, what they are for, and what they cost

            usage: optim rules [options]
            e.g.   optim rules --only SGD,AdamW,Muon --size 2048

            Prints a table for each family: what a rule is for, the bytes of its state and the time of a step, both for each
            element, and the paper. The time is measured here and now, the shortest of some steps on one thread.


            """);
        Section(text, "options", RulesOptions.All);
        return text.ToString().TrimEnd();
    }

    public static string Show()
    {
        var text = new StringBuilder("""
            optim show: the formula of an optimizer, as text or as a kernel

            usage: optim show NAME [its options] [options]
            e.g.   optim show AdamW --weight_decay 0.1
                   optim show SGD --lr 0.1 --momentum 0.9 --ptx --type double

            The formula is run once on a lane that writes down what is done on it; that is printed, as formulas with the constants of
            a step, or as a kernel, which is given them when it is launched. An optimizer that looks at whole tensors has none. The
            options of an optimizer are those of optim train.


            """);
        Section(text, "options", ShowOptions.Own);
        return text.ToString().TrimEnd();
    }

    public static string Schedule()
    {
        var text = new StringBuilder("""
            optim schedule: what a schedule makes of the learning rate

            usage: optim schedule TEXT [options]
            e.g.   optim schedule "Cosine(1000) after Linear(100)"
                   optim schedule "Exponential(0.999) with MultiStep([300, 600], gamma: 0.5) times 0.1" --steps 1000
                   optim schedule "OneCycle(0.1, 500, cycle_momentum: true)" --png one-cycle.png

            A schedule has a name and its numbers, in order or by name. 'A after B' is B for its length, then A; 'A after 50 of B'
            is B for 50 steps. 'A with B' is B of what A makes of the rate, 'A times 0.5' half of it. Prints a table and writes a
            picture. optim train --schedule takes the same text.


            """);
        Wrap(text, "", $"schedules: {string.Join(", ", ScheduleText.Known.Select(t => t.Name))}", indent: 2);
        text.Append('\n');
        Section(text, "options", ScheduleOptions.All);
        return text.ToString().TrimEnd();
    }

    public static string Verify()
    {
        var text = new StringBuilder("""
            optim verify: does every rule in a file obey the laws of optimizers?

            usage: optim verify FILE [options]
            e.g.   optim verify bin/Release/net10.0/MyRules.dll
                   optim verify my-rule.fsx --rule MyRule --law purity --seed 7

            FILE is a .dll, or an F# script, which is compiled as a library (that needs the .NET SDK). Its rules are its public
            types that implement IElementwiseRule and can be made of their defaults (an lr without one gets 0.1), and its public
            static values, such as F#'s let rule = MyRule(lr = 0.1). Each rule is checked as it is and with other options that
            its constructor accepts.

            Prints a table of the laws and the rules, and for each law that is broken the smallest case found, as code to paste.
            The file's own code is run, and what it prints is dropped. Ctrl-C stops after the law at hand.

            Exit codes: 0 all laws hold, 1 one is broken, 2 something you can mend, 130 stopped.


            """);
        Section(text, "options", VerifyOptions.All);
        Wrap(text, "", "laws", indent: 0);
        foreach (var law in Laws.All) Wrap(text, $"  {law.Name}".PadRight(LawWidth), law.Sentence, indent: LawWidth);
        return text.ToString().TrimEnd();
    }

    public static string Replay()
    {
        var text = new StringBuilder("""
            optim replay: L-BFGS on the problems of others

            usage: optim replay [options]
            e.g.   optim replay --suite mathnet

            Runs LBFGS with strong_wolfe, and MathNet's LimitedMemoryBfgsMinimizer beside it, on the problems of Moré, Garbow and
            Hillstrom from near and far starts, with default and with tight tolerances; or LbfgsMinimizer beside MathNet's
            L-BFGS and BFGS on the functions of MathNet's tests. Prints how many they solve, and for each problem the value at
            which they end and how often they call the function. docs/replays.md says what counts as solved.


            """);
        Section(text, "options", ReplayOptions.All);
        return text.ToString().TrimEnd();
    }

    public static string Doctor()
    {
        var text = new StringBuilder("""
            optim doctor: what this machine has for the library to use, and what not

            usage: optim doctor [options]
            e.g.   optim doctor --require openblas,cuda

            Prints lanes, threads, caches, huge pages and memory bandwidth, and MathNet's provider; and of each library that may
            stand beside this one whether it can be loaded, its version and file, or why not, and the command that brings it:

              openblas    products of matrices, which MathNet can be set to
              mkl         the same, Intel's
              accelerate  the same, Apple's
              native      what Native.TryUse of Optim.Functional.Native would make MathNet's provider of
              cuda        NVIDIA's driver, and the devices it sees; TorchSharp uses them
              torchsharp  torch's models and tensors in .NET
              mpi         several processes at one work, and mpirun, which starts them

            OPTIM_DOCTOR_OPENBLAS=/opt/lib/libopenblas.so looks there and nowhere else; so for the others' names.

            Exit codes: 0 always, but 1 where one of --require is missing, and 2 for something you can mend.


            """);
        Section(text, "options", DoctorOptions.All);
        return text.ToString().TrimEnd();
    }

    internal static void Section(StringBuilder text, string title, IEnumerable<Option> options)
    {
        Wrap(text, "", title, indent: 0);
        foreach (var o in options)
            Wrap(
                text,
                $"{$"  --{o.Name} {o.Value}".PadRight(NameWidth)} {o.Default.PadRight(DefaultWidth)} ",
                o.Doc,
                indent: NameWidth + DefaultWidth + 2);
        text.Append('\n');
    }

    /// <summary>Adds words to a text that begins with <paramref name="start"/>, on lines that are not too wide.</summary>
    public static void Wrap(StringBuilder text, string start, string words, int indent, int width = Width)
    {
        var line = new StringBuilder(start);
        foreach (var word in words.Split(' '))
        {
            if (line.Length + word.Length > width)
            {
                text.Append(line.ToString().TrimEnd()).Append('\n');
                line.Clear().Append(' ', indent);
            }
            line.Append(word).Append(' ');
        }
        text.Append(line.ToString().TrimEnd()).Append('\n');
    }
}
