using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Optim.Functional.Tests.Saving;

/// <summary>State dicts to and from streams and files.</summary>
public class StreamTests
{
    [Fact]
    public void A_million_numbers_of_any_bits_come_back_from_a_stream()
    {
        var (single, twice) = (Saved.Bits<float>(1_000_000), Saved.Bits<double>(100_001));
        Assert.Equal(Saved.Bytes<float>(single), Saved.Bytes<float>(Saved.Tensor(Saved.Again(Saved.Of(single))).As<float>().Span));
        Assert.Equal(Saved.Bytes<double>(twice), Saved.Bytes<double>(Saved.Tensor(Saved.Again(Saved.Of(twice))).As<double>().Span));
    }

    [Fact]
    public void Numbers_beside_NaNs_of_other_bits_keep_every_bit_however_few_they_are()
    {
        var odd = Saved.Bits<float>(8);
        odd[3] = BitConverter.UInt32BitsToSingle(0x7fa12345);
        Assert.Equal(Saved.Bytes<float>(odd), Saved.Bytes<float>(Saved.Tensor(Saved.Again(Saved.Of(odd))).As<float>().Span));
    }

    [Theory, InlineData(4), InlineData(Saved.Many)]
    public void Complex_numbers_come_back_as_such(int n)
    {
        var numbers = Enumerable.Range(0, n).Select(i => new System.Numerics.Complex(i, -1 / (i + 1.0))).ToArray();
        var again = Saved.Tensor(Saved.Again(Saved.Of(numbers))).As<double>();
        Assert.Equal((true, n), (again.IsComplex, again.Shape[0]));
        Assert.Equal(numbers, again.ToArray<System.Numerics.Complex>());
        Assert.Equal(numbers, again.ToVector<System.Numerics.Complex>().ToArray());
    }

    [Theory, InlineData(1000, 2), InlineData(7, 5), InlineData(0, 3)]
    public void A_MathNet_matrix_is_written_row_by_row(int rows, int columns)
    {
        var matrix = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(rows, columns, (i, j) => i + j / 10.0);
        var again = Saved.Tensor(Saved.Again(Saved.Of(matrix)));
        Assert.Equal([rows, columns], again.Shape);
        Assert.Equal(((NDArray)matrix).As<double>().ToArray(), again.As<double>().Data);
    }

    [Fact]
    public void Saving_takes_no_more_memory_for_a_million_numbers_than_for_a_thousand()
    {
        var (few, many) = (Saved.Of(new float[1001]), Saved.Of(Saved.Bits<float>(1_000_000)));
        Taken(() => few.Save(Stream.Null));
        Assert.InRange(Taken(() => many.Save(Stream.Null)), 0, Taken(() => few.Save(Stream.Null)) + 50_000);
    }

    [Fact]
    public void Loading_takes_the_arrays_an_eighth_more_and_a_buffer()
    {
        var numbers = Saved.Bits<float>(4_000_000);
        var text = new MemoryStream(Saved.Text(Saved.Of(numbers)));
        var list = string.Join(',', Enumerable.Repeat("0.125", 4_000_000));
        var plain = new MemoryStream(Saved.Around($$"""{"dtype":"float32","shape":[4000000],"values":[{{list}}]}"""));
        foreach (var stream in new[] { text, plain })
            Assert.InRange(Taken(() => StateDict.Load(stream)), 16_000_000, 16_000_000 * 8.0 / 7 + 1_500_000);
    }

    static double Taken(Action act)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Fact]
    public void Few_numbers_are_read_by_people_and_many_are_their_bits_beside_a_head_that_is()
    {
        Assert.Contains("""{"dtype":"float32","shape":[3],"values":[1,0.1,"NaN"]}""", Saved.Of(new[] { 1, 0.1f, float.NaN }).ToJson());
        var many = Saved.Of(NDArray.Of(new float[20_000], 200, 100)).ToJson();
        Assert.Contains("""{"dtype":"float32","shape":[200,100],"values":{"base64":["AAAA""", many);
        Assert.InRange(many.Split('"').Max(t => t.Length), 1, 65536);
    }

    [Fact]
    public void Text_and_stream_and_file_and_waiting_are_the_same_bytes()
    {
        var saved = Saved.Of(Saved.Bits<double>(50_000));
        var folder = Directory.CreateTempSubdirectory("optim-");
        try
        {
            var path = Path.Combine(folder.FullName, "state.json");
            saved.Save(path);
            Assert.Equal(Encoding.UTF8.GetBytes(saved.ToJson()), File.ReadAllBytes(path));
            Assert.Equal(saved.ToJson(), StateDict.Load(path).ToJson());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        Assert.Equal(saved.ToJson(), Encoding.UTF8.GetString(Saved.Text(saved)));
        Assert.Equal(saved.ToJson(), StateDict.FromJson(saved.ToJson()).ToJson());
        Assert.Equal(saved.ToJson(), JsonSerializer.Serialize(JsonSerializer.Deserialize<StateDict>(JsonSerializer.Serialize(saved))));
    }

    [Fact]
    public async Task Saving_that_waits_writes_the_same()
    {
        using var stream = new MemoryStream();
        var saved = Saved.Of(Saved.Bits<float>(200_000));
        await saved.SaveAsync(stream, TestContext.Current.CancellationToken);
        Assert.Equal(Saved.Text(saved), stream.ToArray());
        await Assert.ThrowsAsync<TaskCanceledException>(() => saved.SaveAsync(stream, new CancellationToken(canceled: true)));
    }

    [Theory, InlineData(1), InlineData(1000), InlineData(65537)]
    public void A_stream_may_give_few_bytes_at_a_time(int atOnce)
    {
        var numbers = Saved.Bits<float>(600_000);
        var stream = new Dripping(Saved.Text(Saved.Of(numbers)), atOnce);
        Assert.Equal(Saved.Bytes<float>(numbers), Saved.Bytes<float>(Saved.Tensor(StateDict.Load(stream)).As<float>().Span));
        stream.Position = 0; // it is open
    }

    [Fact]
    public void A_file_whose_writing_fails_half_way_is_the_old_one_and_nothing_is_left_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("optim-");
        try
        {
            var path = Path.Combine(folder.FullName, "state.json");
            Saved.Of(new float[] { 1, 2 }).Save(path);
            var old = File.ReadAllBytes(path);
            var bad = Saved.Of(new float[100_000]);
            var group = new Dictionary<string, object?> { ["params"] = new[] { 0 }, ["lr"] = new object() };
            Assert.Contains("got System.Object", Assert.Throws<JsonException>(() => new StateDict(bad.State, [group]).Save(path)).Message);
            Assert.Equal(old, File.ReadAllBytes(path));
            Assert.Equal([path], Directory.GetFiles(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Files_of_plain_numbers_load_however_many_these_are()
    {
        var numbers = string.Join(',', Enumerable.Range(0, 300_000).Select(i => FormattableString.Invariant($"{i / 7f}")));
        var loaded = Saved.Read($$"""{"dtype":"float32","shape":[300,1000],"values":[{{numbers}}]}""").As<float>();
        Assert.Equal(Enumerable.Range(0, 300_000).Select(i => i / 7f), loaded.Data);
        Assert.Equal(loaded.Data, Saved.Tensor(StateDict.FromJson(Saved.Of(loaded).ToJson())).As<float>().Data);
    }

    [Theory]
    [InlineData("""{ "values" : [1, "NaN", -0.0, [], {"a\u0062" : null}], "values2": 1 }""")]
    [InlineData("""{"values":[1.5,"-Infinity"],"shape":[2],"comment":{"x":[1,{}]},"dtype":"float64"}""")]
    [InlineData("""{"dtype":"float64","values":{"by":"hand","base64":["AAAAAAAA","+D8=","AAAA","AAAA8P8="]},"shape":[2]}""")]
    [InlineData("""{"dtype":"float64","shape":[2],"values":{"base64":["AAAAAAAA\u002bD8=","AAAA\n","AAAA8P8="]}}""")]
    public void A_tensor_may_have_its_members_in_any_order_and_its_texts_of_any_length(string tensor)
    {
        if (tensor.Contains("values2")) Assert.Contains("wanted a tensor", Assert.Throws<JsonException>(() => Saved.Read(tensor)).Message);
        else Assert.Equal([1.5, double.NegativeInfinity], Saved.Read(tensor).As<double>().Data);
    }

    [Fact]
    public void A_byte_order_mark_and_blanks_around_are_no_harm()
    {
        byte[] text = [.. Encoding.UTF8.Preamble, .. " \n"u8, .. Saved.Text(Saved.Of(new float[] { 1, 2 })), .. "\n\n "u8];
        Assert.Equal([1, 2], Saved.Tensor(StateDict.Load(new MemoryStream(text))).As<float>().Data);
    }

    [Fact]
    public void An_optimizer_goes_on_from_a_file_of_many_numbers_as_if_it_had_not_stopped()
    {
        (Parameter, Optimizer) Start()
        {
            var p = new Parameter(Saved.Bits<byte>(5000).Select(b => b / 100f).ToArray(), "w");
            return (p, new Optimizer([p], new AdamW().Ema(0.9)));
        }
        var ((p, whole), (q, resumed)) = (Start(), Start());
        for (var t = 0; t < 6; t++)
        {
            p.Grad = q.Grad = Saved.Bits<byte>(5000, t).Select(b => b - 127f).ToArray();
            whole.Step();
            resumed.Step();
            var saved = resumed.StateDict();
            resumed = new Optimizer([q], new AdamW().Ema(0.9));
            Assert.True(resumed.LoadStateDict(Saved.Again(saved)).Complete);
        }
        Assert.Equal(TorchFace.Face.Snapshot(whole), TorchFace.Face.Snapshot(resumed));
    }

    [Theory, InlineData(30_000_000), InlineData(190_000_000)]
    public void Many_numbers_come_back_bit_for_bit(int n)
    {
        Assert.SkipUnless(n == 30_000_000 || Environment.GetEnvironmentVariable("OPTIM_LARGE") == "1", "takes 2 GB: OPTIM_LARGE=1 runs it");
        var (numbers, path) = (Saved.Bits<float>(n), Path.GetTempFileName());
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        Saved.Of(numbers).Save(file);
        file.Position = 0;
        var got = MemoryMarshal.AsBytes(Saved.Tensor(StateDict.Load(file)).As<float>().Span);
        Assert.True(got.SequenceEqual(MemoryMarshal.AsBytes(numbers.AsSpan())));
    }
}
