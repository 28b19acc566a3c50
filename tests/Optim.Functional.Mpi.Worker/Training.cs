namespace Optim.Functional.Tests;

static class Training
{
    public static int Run(World world, string folder, int steps, string[] options) => 2;
}

static class Leaving
{
    public static int Run(World world, string how) => 2;
}
