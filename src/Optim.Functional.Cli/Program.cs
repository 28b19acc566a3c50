using Spectre.Console;

AnsiConsole.MarkupLine("[bold]optim[/]: torch.optim for .NET, as pure functions");
return 0;
