// What takes long, and is not part of the tests in full:
//   fuzz [EXECUTIONS] [SEED]   mutated files through every reader
//   read FILE                  one file that fuzzing has kept, as a file and as a pickle
//   kill [TIMES] [SEED]        ends a process that saves, again and again
//   save FOLDER                saves until it is ended
//   stall [MEGABYTES]          what saving in the background costs the steps meanwhile

using System.Globalization;
using Optim.Functional.PyTorch.Endurance;

return args switch
{
    ["fuzz", .. var rest] => Fuzzing.Run(Number(rest, 0, 10_000_000), (ulong)Number(rest, 1, 1), Console.Out),
    ["read", var file] => Fuzzing.ReadOne(file, Console.Out),
    ["kill", .. var rest] => Killing.Run((int)Number(rest, 0, 1000), (int)Number(rest, 1, 1), Console.Out),
    ["save", var folder] => Saving.Run(folder),
    ["stall", .. var rest] => Stalling.Run((int)Number(rest, 0, 200), Console.Out),
    _ => Usage(),
};

static long Number(string[] words, int at, long otherwise) =>
    words.Length > at ? long.Parse(words[at], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) : otherwise;

static int Usage()
{
    Console.Error.WriteLine("fuzz [EXECUTIONS] [SEED] | read FILE | kill [TIMES] [SEED] | save FOLDER | stall [MEGABYTES]");
    return 2;
}
