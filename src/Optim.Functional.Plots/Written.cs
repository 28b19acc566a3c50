namespace Optim.Functional.Plots;

/// <summary>What is made, and in a file too where one is named.</summary>
static class Written
{
    public static byte[] To(string? file, byte[] png)
    {
        if (file is not null) File.WriteAllBytes(file, png);
        return png;
    }

    public static string To(string? file, string html)
    {
        if (file is not null) File.WriteAllText(file, html);
        return html;
    }
}
