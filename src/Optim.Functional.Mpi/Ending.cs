using System.Runtime.InteropServices;
using System.Text;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Sees to it that a process that ends otherwise than by leaving takes the others with it, and is named.</summary>
static class Ending
{
    static PosixSignalRegistration? terminated; // as long as the process is there

    public static void Watch(Session session)
    {
        if (session.Size == 1) return;
        var own = Invariant($"process {Environment.ProcessId} on {Environment.MachineName}");
        var all = session.AllGather(own, "names of processes");
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            if (!session.HasEnded) session.Abort(MpiFault.Thrown(session.Rank, own, (Exception)e.ExceptionObject));
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (!session.HasEnded) session.Abort(MpiFault.Exited(session.Rank, own, Environment.ExitCode));
        };
        if (OperatingSystem.IsWindows()) return;
        terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ =>
        {
            if (session.HasEnded) return;
            session.GiveUp();
            Console.Error.WriteLine($"optim: {MpiFault.Terminated(session.Rank, Gone(all))}");
        });
    }

    /// <summary>Ranks of this machine whose processes are no more.</summary>
    static string Gone(string[] all)
    {
        var gone = new StringBuilder();
        for (var r = 0; r < all.Length; r++)
        {
            var words = all[r].Split(' ');
            if (words[3] != Environment.MachineName || CLibrary.Has(int.Parse(words[1]))) continue;
            gone.Append(gone.Length > 0 ? ", " : "").Append(Invariant($"rank {r} ({all[r]})"));
        }
        return gone.ToString();
    }
}
