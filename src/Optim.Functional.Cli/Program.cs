using System.Runtime.InteropServices;
using Optim.Functional.Cli;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
return Tool.Run(args, Terminal.Standard(stop.Token));

// The first signal asks for a stop at the end of the epoch, a second one ends the process as always.
void Ask(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
