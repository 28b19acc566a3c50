using System.Runtime.ExceptionServices;

namespace Optim.Functional.Tests.Lift;

/// <summary>Work on new threads, which have no helpers left over from steps before.
/// What it throws is thrown at the caller: left alone, it would end the process.</summary>
static class OwnThread
{
    public static void Run(params Action[] work)
    {
        Exception? fault = null;
        var threads = work.Select(act => new Thread(() =>
        {
            try { act(); }
            catch (Exception e) { fault = e; }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (fault is not null) ExceptionDispatchInfo.Throw(fault);
    }
}
