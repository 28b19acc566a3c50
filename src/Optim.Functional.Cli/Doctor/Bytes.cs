using System.Globalization;

namespace Optim.Functional.Cli;

/// <summary>Amounts of memory as text.</summary>
internal static class Bytes
{
    public static string Text(double bytes) =>
        bytes >= 1L << 30 ? $"{Of(bytes, 30)} GiB" : bytes >= 1 << 20 ? $"{Of(bytes, 20)} MiB" : $"{Of(bytes, 10)} KiB";

    static string Of(double bytes, int power) => (bytes / Math.ScaleB(1, power)).ToString("0.#", CultureInfo.InvariantCulture);
}
