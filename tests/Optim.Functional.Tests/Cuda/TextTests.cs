using System.Text.RegularExpressions;
using Optim.Functional.Cuda;
using Optim.Functional.Tests.Lift;

namespace Optim.Functional.Tests.Cuda;

/// <summary>What stands in the kernels, and what does not.</summary>
public class TextTests
{
    static IEnumerable<(string Name, RecordedFormula Formula)> All =>
        Variants.All.Where(v => v.Rule is IElementwiseRule)
            .SelectMany(v => ((long[])[1, 10]).Select(t => (v.Name, RecordedFormula.Of(v.Rule, t))));

    static IEnumerable<(string Name, string Ptx)> Kernels => All.SelectMany(x => ((string, string)[])
        [(x.Name, x.Formula.ToPtx<float>()), (x.Name, x.Formula.ToPtx<double>())]);

    [Fact]
    public void Every_operation_on_numbers_rounds_once_to_nearest_and_keeps_denormal_numbers()
    {
        foreach (var (name, ptx) in Kernels)
        {
            Assert.DoesNotContain(".approx", ptx);
            Assert.DoesNotContain(".ftz", ptx);
            Assert.DoesNotContain(".full", ptx);
            Assert.DoesNotContain("mad.f", ptx);
            foreach (Match m in Regex.Matches(ptx, @"^\t(add|sub|mul|div|sqrt|fma)\.(\S*f(32|64)) ", RegexOptions.Multiline))
                Assert.True(m.Groups[2].Value.StartsWith("rn."), $"{name}: {m.Value}");
        }
    }

    [Fact]
    public void A_float_kernel_keeps_NaN_by_the_processors_own_instruction_and_a_double_one_puts_it_back()
    {
        var amsgrad = RecordedFormula.Of(new AdamW(Amsgrad: true));
        Assert.Matches(@"max\.NaN\.f32", amsgrad.ToPtx<float>());
        Assert.DoesNotMatch(@"max\.f32", amsgrad.ToPtx<float>());
        Assert.Matches(@"setp\.nan\.f64(.*\n){2}\tmax\.f64.*\n\tselp\.f64", amsgrad.ToPtx<double>());
    }

    [Fact]
    public void A_fused_operation_stands_where_the_formula_has_one_and_nowhere_else()
    {
        const int Elements = 4 + 1;
        var adamW = RecordedFormula.Of(new AdamW()).ToPtx<float>();
        Assert.Equal(4 * Elements, Regex.Count(adamW, @"\tfma\.rn\.f32 "));
        Assert.Equal(3 * Elements, Regex.Count(adamW, @"\tmul\.rn\.f32 "));
    }

    [Fact]
    public void Memory_is_read_and_written_16_bytes_at_a_time()
    {
        var adamW = RecordedFormula.Of(new AdamW());
        Assert.Equal((4, 3), Counts(adamW.ToPtx<float>(), "v4.f32"));
        Assert.Equal((4, 3), Counts(adamW.ToPtx<double>(), "v2.f64"));
        static (int, int) Counts(string ptx, string type) =>
            (Regex.Count(ptx, $@"ld\.global\.{type} "), Regex.Count(ptx, $@"st\.global\.{type} "));
    }

    [Fact]
    public void What_a_step_does_not_read_or_change_is_not_moved()
    {
        Assert.Equal((2, 2), Moves(RecordedFormula.Of(new SGD(0.1).Ema(0.9), step: 1)));       // the first average is the parameter
        Assert.Equal((3, 2), Moves(RecordedFormula.Of(new SGD(0.1).Ema(0.9))));
        Assert.Equal((2, 1), Moves(RecordedFormula.Of(new SGD(0.1).Lookahead(4), step: 3)));
        static (int, int) Moves(RecordedFormula formula) =>
            (Regex.Count(formula.ToPtx<float>(), @"ld\.global\.f32 "), Regex.Count(formula.ToPtx<float>(), @"st\.global\.f32 "));
    }

    [Fact]
    public void No_kernel_is_called_step()
    {
        foreach (var (_, ptx) in Kernels) Assert.Contains(".visible .entry optim_step(", ptx);
        foreach (var (_, formula) in All) Assert.Contains("kernel void optim_step(", formula.ToOpenCl<float>());
    }

    [Fact]
    public void Kernels_are_written_in_ASCII()
    {
        foreach (var (_, ptx) in Kernels) Assert.DoesNotMatch(@"[^\x00-\x7f]", ptx);
        foreach (var (_, formula) in All) Assert.DoesNotMatch(@"[^\x00-\x7f]", formula.ToOpenCl<double>());
    }

    [Fact]
    public void Rates_corrections_and_options_are_no_part_of_a_kernel()
    {
        var one = RecordedFormula.Of(new AdamW(Lr: 1e-3), step: 10);
        foreach (var other in (RecordedFormula[])
                [
                    RecordedFormula.Of(new AdamW(Lr: 1e-3), step: 11),
                    RecordedFormula.Of(new AdamW(Lr: 0), step: 10),                  // λ = 1, as no other constant is
                    RecordedFormula.Of(new AdamW(Lr: 1, WeightDecay: 0.5, Eps: 0.5)),
                    RecordedFormula.Of(new AdamW(Beta1: 0.7, Beta2: 0.7, Eps: 0)),   // constants that are equal
                    RecordedFormula.Of(new AdamW().Schedule(new Cosine(100))),
                ])
        {
            Assert.Equal(one.ToPtx<float>(), other.ToPtx<float>());
            Assert.NotEqual(one.Constants, other.Constants);
        }
        Assert.NotEqual(one.ToPtx<float>(), RecordedFormula.Of(new AdamW(Beta1: 0.3)).ToPtx<float>()); // the lerp's other end
        Assert.Equal(RecordedFormula.Of(new OwnRule(Bend: 0.3)).ToPtx<float>(), RecordedFormula.Of(new OwnRule(Bend: 0.7)).ToPtx<float>());
    }

    [Fact]
    public void Zero_and_minus_zero_are_two_constants()
    {
        var recording = new Recording();
        using var within = recording.Begin();
        recording.Bound();
        Assert.NotEqual(RecordingLane.Of(0), RecordingLane.Of(-0.0));
        Assert.Equal(RecordingLane.Of(0), default(RecordingLane) with { Recording = recording.Number });
        Assert.NotEqual(RecordingLane.Of(0.3), RecordingLane.Of(0.3));
    }

    [Fact]
    public void A_constant_is_rounded_once_as_a_lane_rounds_it()
    {
        Assert.Equal(Lane<float>(1e-60), new Argument(1e-60, NotZero: true).As<float>());
        Assert.Equal(Lane<double>(0), new Argument(0, NotZero: true).As<double>());
        Assert.Equal(0.1f, new Argument(0.1).As<float>());
        static T Lane<T>(double x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            var to = new T[1];
            Store(NotZero<Lane1<T>>(x), to);
            return to[0];
        }
        static L NotZero<L>(double x) where L : struct, ILane<L> => L.NotZero(x);
        static void Store<T>(Lane1<T> lane, T[] to) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
            Lane1<T>.Store(lane, ref to[0], 0);
    }

    [Fact]
    public void AdamW_reads_as_in_its_paper() => Assert.Equal(
        """
        AdamW (lr: 0.001, betas: (0.9, 0.999), eps: 1E-08, weight_decay: 0.1, amsgrad: False, maximize: False)

        m' = m + β1c·(g - m)
        v' = β2·v + (β2c·g·g)
         u = m'/(√v'·r2 + ε)
        θ' = α·u + (λ·θ)

        slots: m exp_avg, v exp_avg_sq

        at step 10: α = -0.00153533993, r2 = 10.0225159, β1c = 0.1, β2 = 0.999, β2c = 0.001, ε = 1e-8, λ = 0.9999

        """.ReplaceLineEndings("\n"),
        $"{RecordedFormula.Of(new AdamW(WeightDecay: 0.1))}");

    [Fact]
    public void The_page_shows_what_is_printed()
    {
        var formula = $"{RecordedFormula.Of(new AdamW(WeightDecay: 0.1))}".Split("\n\n")[1];
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "cuda.md")).ReplaceLineEndings("\n");
        Assert.Contains($"```\n{formula}\n```", page);
    }

    [Fact]
    public void Stages_stand_in_the_text_where_they_act()
    {
        var text = $"{RecordedFormula.Of(new Lion().Cautious().Ema(0.9))}";
        Assert.Contains("u = sign(", text);
        Assert.Contains("? φ : Zero)·u", text);
        Assert.Contains("ema' = ema + W·(θ' - ema)", text);
        Assert.Contains("slots: m exp_avg, ema", text);
    }

    [Fact]
    public void Every_formula_is_text_without_a_gap()
    {
        foreach (var (name, formula) in All)
        {
            Assert.Contains("θ' = ", $"{formula}");
            Assert.DoesNotMatch(@"= *\n", $"{formula}");
        }
    }

    [Fact]
    public void What_is_not_elementwise_has_no_kernel()
    {
        Assert.StartsWith("LAMB has no kernel", Assert.Throws<ArgumentException>(() => RecordedFormula.Of(new LAMB())).Message);
        Assert.StartsWith("LBFGS has no kernel", Assert.Throws<ArgumentException>(() => RecordedFormula.Of(new LBFGS())).Message);
        Assert.Equal("A step counts from 1; got 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => RecordedFormula.Of(new Adam(), 0)).Message);
        Assert.Equal("A kernel is of float or double; got Half.",
            Assert.Throws<ArgumentException>(() => RecordedFormula.Of(new Adam()).ToPtx<Half>()).Message);
    }

    [Fact]
    public void A_lane_outside_of_its_recording_is_refused()
    {
        Assert.Contains("outside of a recording", Assert.Throws<InvalidOperationException>(() => RecordingLane.Of(1)).Message);
        RecordingLane kept;
        using (new Recording().Begin()) kept = RecordingLane.Of(0.3);
        var other = new Recording();
        using var within = other.Begin();
        Assert.Contains("another recording", Assert.Throws<InvalidOperationException>(() => RecordingLane.Of(1) + kept).Message);
    }
}
