using System.Globalization;

namespace Optim.Functional.Tests;

/// <summary>Numbers are printed with a point, wherever the program runs.</summary>
public class PrintTests
{
    const string Halves = "Scalars { S1 = 0.5, S2 = -1.5, S3 = 0, S4 = 0 }";
    const string Zeros = "Scalars { S1 = 0, S2 = 0, S3 = 0, S4 = 0 }";

    public static readonly TheoryData<object, string> Printed = new()
    {
        { new Scalars(0.5, -1.5), Halves },
        {
            new Turn(3, 0.25, new(0.5, -1.5)) { FreshSlots = 2 },
            $"Turn {{ T = 3, Step = 0, Lr = 0.25, Before = {Halves}, After = {Zeros}, ModelBefore = {Zeros}, Model = {Zeros}, FreshSlots = 2, Fresh = True }}"
        },
        { new Measured(1.5, 4), "Measured { Sum = 1.5, Count = 4, Mean = 0.375 }" },
        { new Point<float>(null, -0.5), "Point { From = , Length = -0.5, Direction =  }" },
        { RuleInfo.Of(typeof(SGD)).Options[1], "OptionInfo { Name = momentum, Type = System.Double, Default = 0, Required = False }" },
        { RuleInfo.Of(typeof(Adam)).Options[0], "OptionInfo { Name = lr, Type = System.Double, Default = 0.001, Required = False }" },
    };

    [Theory, MemberData(nameof(Printed), DisableDiscoveryEnumeration = true)]
    public void Numbers_are_printed_alike_in_every_culture(object value, string text)
    {
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NegativeSign) = (",", "~");
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(text, value.ToString());
        }
        finally { CultureInfo.CurrentCulture = before; }
    }
}
