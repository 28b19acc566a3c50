using System.Text.Json;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>What torch wrote, as the JSON beside it says.</summary>
public class TorchFileTests
{
    public static TheoryData<string> Odd => [.. Data.Names("odd_tensors.*.pt")];
    public static TheoryData<string> All => [.. Data.Names("*.torch*.pt")];
    public static TheoryData<string> Optimizers => [.. Data.Names("*.optimizer*.pt")];

    /// <summary>The JSON beside a file: sgd_plain.torch2.14.1.json of sgd_plain.torch2.14.1.optimizer.legacy.pt.</summary>
    static JsonElement Said(string file) => Data.Json(string.Join('.', file.Split('.').TakeWhile(word => !Kinds.Contains(word))) + ".json");

    static readonly string[] Kinds = ["pt", "legacy", "optimizer", "model", "combined"];

    [Theory]
    [MemberData(nameof(Odd))]
    public void Tensors_of_every_type_view_and_shape_have_their_numbers(string name)
    {
        using var file = Checkpoint.Open(Data.Path(name));
        var said = Said(name).GetProperty("tensors");
        Assert.Equal(said.EnumerateObject().Select(t => t.Name), file.Tensors.Keys);
        foreach (var t in said.EnumerateObject()) Same(t.Value, file.Tensors[t.Name]);
    }

    static void Same(JsonElement said, SavedTensor tensor)
    {
        Assert.Equal(said.GetProperty("dtype").GetString(), tensor.ToString().Split(' ')[0]);
        Assert.Equal(said.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64()), tensor.Shape);
        var read = tensor.Widen();
        var numbers = read is NDArray<float> f ? Array.ConvertAll(f.ToArray(), x => (double)x) : read.As<double>().ToArray();
        Assert.Equal(Data.Numbers(said.GetProperty("tensor")), numbers);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void State_dicts_have_every_value_that_torch_saved(string name)
    {
        using var file = Checkpoint.Open(Data.Path(name));
        Same(Said(name).GetProperty("state_dict"), file.Root, name);
    }

    static void Same(JsonElement said, object? value, string where)
    {
        var isObject = said.ValueKind == JsonValueKind.Object;
        if (isObject && said.TryGetProperty("tensor", out _)) Same(said, Assert.IsType<SavedTensor>(value));
        else if (isObject && said.TryGetProperty("tuple", out var tuple)) Each(tuple, Assert.IsType<object?[]>(value));
        else if (isObject && said.TryGetProperty("list", out var list)) Each(list, Assert.IsType<List<object?>>(value));
        else if (said.ValueKind == JsonValueKind.Array) Each(said, Assert.IsType<List<object?>>(value));
        else if (isObject)
        {
            var dict = Assert.IsType<SavedDict>(value);
            Assert.Equal(said.EnumerateObject().Select(e => e.Name), dict.Keys.Select(k => $"{k}"));
            foreach (var (e, own) in said.EnumerateObject().Zip(dict.Values)) Same(e.Value, own, $"{where}.{e.Name}");
        }
        else Assert.Equal(Plain(said), value is long n ? (double)n : value);

        void Each(JsonElement items, IReadOnlyCollection<object?> own)
        {
            Assert.Equal(items.GetArrayLength(), own.Count);
            foreach (var (item, mine) in items.EnumerateArray().Zip(own)) Same(item, mine, where);
        }
    }

    static object? Plain(JsonElement said) => said.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => said.GetString(),
        _ => said.GetDouble(),
    };

    [Theory]
    [MemberData(nameof(All))]
    public void A_mapped_file_has_the_same_numbers(string name)
    {
        using var read = Checkpoint.Open(Data.Path(name));
        using var mapped = Checkpoint.Open(Data.Path(name), mapped: true);
        Assert.Equal(read.Tensors.Keys, mapped.Tensors.Keys);
        foreach (var (key, tensor) in read.Tensors) Assert.Equal(tensor.ToBytes(), mapped.Tensors[key].ToBytes());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Written_again_a_file_has_every_value_and_still_shares_its_storages(string name)
    {
        using var folder = new TemporaryFolder();
        using var file = Checkpoint.Open(Data.Path(name));
        Checkpoint.SaveTree(folder.Path("again.pt"), file.Root, null);
        using var again = Checkpoint.Open(folder.Path("again.pt"));
        var (first, second) = (Tree.Leaves(file.Root).ToArray(), Tree.Leaves(again.Root).ToArray());
        Assert.Equal(first.Select(l => (l.Path, Shown(l.Value))), second.Select(l => (l.Path, Shown(l.Value))));
        Assert.Equal(Storages(first), Storages(second));
        foreach (var (a, b) in file.Tensors.Values.Zip(again.Tensors.Values)) Assert.Equal(a.View!.Strides, b.View!.Strides);
    }

    static int Storages((string, object? Value)[] leaves) =>
        leaves.Select(l => (l.Value as SavedTensor)?.View?.Storage.Data).OfType<TensorData>().Distinct().Count();

    static string Shown(object? value) =>
        value is SavedTensor t ? $"{t} {Convert.ToHexString(t.ToBytes())}" : $"{value} {value?.GetType()}";

    [Fact]
    public void Half_the_types_are_not_cast_unasked()
    {
        using var file = Checkpoint.Open(Data.Path("odd_tensors.torch2.14.1.pt"));
        foreach (var name in new[] { "half", "bf16", "int64", "int32", "uint8", "bool" })
            Assert.Contains(
                "is not cast to one unasked. Widen()", Assert.Throws<InvalidOperationException>(file.Tensors[name].ToNDArray).Message);
        Assert.IsType<NDArray<float>>(file.Tensors["half"].Widen());
        Assert.IsType<NDArray<double>>(file.Tensors["int64"].Widen());
    }

    [Fact]
    public void A_mapped_tensor_is_the_mapping_and_what_is_written_to_it_is_not_in_the_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Path("w.pt");
        Checkpoint.Save(path, Params.Of(("w", new float[] { 1, 2, 3 })));
        var before = File.ReadAllBytes(path);
        NDArray<float> w;
        using (var file = Checkpoint.Open(path, mapped: true)) w = file.Tensors["w"].ToNDArray().As<float>();
        Assert.False(w.TryGetArray(out _));
        w.Span[1] = 7;
        Assert.Equal([1, 7, 3], w.ToArray());
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void After_it_is_closed_a_file_gives_no_more_numbers()
    {
        var file = Checkpoint.Open(Data.Path("odd_tensors.torch2.14.1.pt"));
        var tensor = file.Tensors["double"];
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(tensor.ToNDArray);
    }

    [Fact]
    public void Integers_beyond_2_to_the_53_are_not_rounded()
    {
        var large = SavedTensor.Of(Dtype.Int64, BitConverter.GetBytes((1L << 53) + 2), 1);
        Assert.Contains("element 0 is beyond 2^53", Assert.Throws<InvalidOperationException>(large.Widen).Message);
        Assert.Equal(-9007199254740992, SavedTensor.Of(Dtype.Int64, BitConverter.GetBytes(-(1L << 53)), 1).Widen().As<double>().Span[0]);
    }

    /// <summary>Micikevicius et al. 2022, table 1, and Noune et al. 2022: largest, smallest and odd ones.</summary>
    [Theory]
    [InlineData(Dtype.Float8E4M3FN, 0x7E, 448), InlineData(Dtype.Float8E4M3FN, 0x01, 0.001953125)]
    [InlineData(Dtype.Float8E4M3FN, 0x7F, double.NaN)]
    [InlineData(Dtype.Float8E4M3FN, 0xFF, double.NaN), InlineData(Dtype.Float8E4M3FN, 0x08, 0.015625)]
    [InlineData(Dtype.Float8E4M3FN, 0xB8, -1)]
    [InlineData(Dtype.Float8E5M2, 0x7B, 57344), InlineData(Dtype.Float8E5M2, 0x01, 1.52587890625e-05)]
    [InlineData(Dtype.Float8E5M2, 0x7C, double.PositiveInfinity)]
    [InlineData(Dtype.Float8E5M2, 0xFD, double.NaN), InlineData(Dtype.Float8E5M2, 0xFC, double.NegativeInfinity)]
    [InlineData(Dtype.Float8E5M2, 0x3C, 1)]
    [InlineData(Dtype.Float8E4M3FNUZ, 0x7F, 240), InlineData(Dtype.Float8E4M3FNUZ, 0x80, double.NaN)]
    [InlineData(Dtype.Float8E4M3FNUZ, 0x40, 1)]
    [InlineData(Dtype.Float8E5M2FNUZ, 0x7F, 57344), InlineData(Dtype.Float8E5M2FNUZ, 0x80, double.NaN)]
    [InlineData(Dtype.Float8E5M2FNUZ, 0x40, 1)]
    public void Numbers_of_8_bits_are_those_of_the_papers(Dtype dtype, int bits, double wanted) =>
        Assert.Equal(wanted, SavedTensor.Of(dtype, [(byte)bits], 1).Widen().As<float>().Span[0]);
}
