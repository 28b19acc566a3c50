namespace Optim.Functional.Cli;

/// <summary><c>optim show</c>: a rule's formula, as text or as a kernel.</summary>
internal static class ShowCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = ShowOptions.Parse(args);
        var formula = options.Formula;
        terminal.Line(((options.As, options.IsDouble) switch
        {
            (ShownAs.Ptx, true) => formula.ToPtx<double>(),
            (ShownAs.Ptx, false) => formula.ToPtx<float>(),
            (ShownAs.OpenCl, true) => formula.ToOpenCl<double>(),
            (ShownAs.OpenCl, false) => formula.ToOpenCl<float>(),
            _ => $"{formula}",
        }).TrimEnd());
        return Tool.Done;
    }
}
