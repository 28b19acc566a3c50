using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Optim.Functional.Tests.Lift;

/// <summary>The bits of every rule as they were on 2026-11-28: a change of the machinery must not change one,
/// and a change of a formula is a CHANGELOG line.</summary>
/// <remarks>Constants come from the C library's pow, whose last bits other systems may have otherwise:
/// so this holds for Linux on x64.</remarks>
public class DigestTests
{
    static readonly Dictionary<string, string> Known = new()
    {
        ["SGD"] = "8B76DB12E3442EC7",
        ["SGD momentum dampening decay"] = "A7E45E6842309BF7",
        ["SGD nesterov maximize"] = "AE7984C0E3822C82",
        ["Adam"] = "A9CAD9523A597E73",
        ["Adam beta1 0.3 decay"] = "D16782C1826F1BDA",
        ["Adam amsgrad maximize"] = "5DF8626E81603C20",
        ["AdamW"] = "42A53177B2D056C6",
        ["AdamW amsgrad"] = "954CD9BE69FC7CCB",
        ["Adamax decay"] = "C53A7EB371A85182",
        ["Adadelta"] = "28C9B29FC51EA568",
        ["Adagrad"] = "6C65DE0810B416C0",
        ["ASGD"] = "946BE692942663A5",
        ["ASGD averaging"] = "CDA377B38C76040A",
        ["RMSprop"] = "BDEC13F0FD0D44EE",
        ["RMSprop momentum"] = "CBE39DAA9B1CACB3",
        ["RMSprop centered"] = "5DC1C10DF8C37395",
        ["RMSprop centered momentum decay"] = "15368879E9A2E0B8",
        ["Rprop"] = "B7DD11164ECFAA93",
        ["NAdam"] = "B4150FEFFA14AC9A",
        ["NAdam beta1 0.3 decoupled"] = "A5E051B03A3FD952",
        ["NAdam decay maximize"] = "DB9861F2E2F475B2",
        ["RAdam"] = "F83706F33C5AA267",
        ["RAdam beta1 0.3 decoupled maximize"] = "0850F82962689E7F",
        ["Lion"] = "4A77148987B87357",
        ["Lion decay maximize"] = "C109240E033AD5C3",
        ["ScheduleFreeAdamW"] = "08810BBDFC082BE2",
        ["ScheduleFreeAdamW inner momentum warm-up decay"] = "0534D8A3518B4A4B",
        ["Prodigy"] = "6B64FC8A93C45B3C",
        ["Prodigy no momentum L2"] = "599039D936BF3B90",
        ["Prodigy bias correction decay"] = "1261B3DC23662C03",
        ["Adan"] = "823DFE74F3799932",
        ["Adan without proximal decay"] = "2ED22ACE43C330BE",
        ["AdaBelief"] = "4769DB8708AA3B83",
        ["AdaBelief amsgrad alone"] = "69EBDA800B94298E",
        ["AdaBelief amsgrad rectified"] = "F3CE55E03B89154B",
        ["AdEMAMix"] = "2766D23D157B4F7A",
        ["AdEMAMix no fast momentum decay"] = "8558804BFAD89E4F",
        ["ADOPT"] = "62B74A0699F4A5FE",
        ["ADOPT beta1 0.3 decoupled"] = "5431A2409DC54365",
        ["ScheduleFreeSGD"] = "C481C85B10A56A5E",
        ["NAdamW"] = "ECF5D0CC9AE0FBE6",
        ["SophiaG"] = "13C2D32DAAFD03EB",
        ["SparseAdam"] = "AAD5285E5EE8E0F1",
        ["MARS"] = "91EB6A7EDF505128",
        ["MARS of no matrices, amsgrad"] = "BB711D6C20CD62A2",
        ["MARS lion"] = "40121DB1A6BAF7F2",
        ["LARS"] = "4054984C92DC3E5E",
        ["LARS nesterov adapted clipped"] = "A013B79181EEE041",
        ["LAMB"] = "6376B8A75B4D0DD2",
        ["LAMB decoupled"] = "83288B507A65B862",
        ["Adafactor"] = "7AF2FBC63CB2BE36",
        ["Muon"] = "AB2DEE03DDEB2989",
        ["SOAP"] = "DDB914EECD2DD5E7",
        ["KLSOAP"] = "4F8B287ED7AAC4AF",
        ["Shampoo"] = "5A613BD571CE9DE1",
        ["PSGDKron"] = "2A50EB6589EA6CE3",
        ["Muon without nesterov"] = "517AB037E0E346EE",
        ["LBFGS"] = "FE02359821D75C83",
    };

    public static TheoryData<string> Names => [.. Known.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_bits_are_those_from_before(string name)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Skip("The digests are of Linux on x64.");
        Assert.Equal(Known[name], name == "LBFGS" ? Descent() : Digest(Variants.Get(name)));
    }

    [Fact]
    public void Every_rule_that_is_tried_elsewhere_has_a_digest() =>
        Assert.Equal([.. Variants.All.Select(r => r.Name), "LBFGS"], Known.Keys);

    static string Digest(IRule rule)
    {
        var how = new Execution { Threads = 1 };
        var (wild, s) = Trace.Run<float>(rule, how, 7, 257, 5000);
        var (tame, t) = Trace.Run<double>(rule, how, Trace.Tame, 20, 7, 257, 5000);
        return Hash([.. Trace.Bits<float>(wild, s), .. Trace.Bits<double>(tame, t)]);
    }

    static string Descent()
    {
        var bits = new List<byte>();
        foreach (var search in (string?[])[null, "strong_wolfe"])
            foreach (var n in (int[])[10, 9000])
            {
                var (rule, random) = (new LBFGS(Lr: search is null ? 0.1 : 1, HistorySize: 5, LineSearchFn: search), new Random(n));
                double[] θ = [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)],
                    d = [.. Enumerable.Range(0, n).Select(i => 1.0 + i % 7)];
                var state = rule.Init(θ);
                for (var t = 0; t < 3; t++)
                    (θ, state, _) = rule.Step(
                        x => (x.Select((v, i) => d[i] * v * v / 2).Sum(), [.. x.Select((v, i) => d[i] * v)]),
                        θ,
                        state);
                bits.AddRange(MemoryMarshal.AsBytes(θ.AsSpan()));
            }
        return Hash([.. bits]);
    }

    static string Hash(byte[] bits) => Convert.ToHexString(SHA256.HashData(bits))[..16];
}
