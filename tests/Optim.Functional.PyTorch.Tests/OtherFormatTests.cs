using System.IO.Compression;
using System.Text;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>safetensors, npz and npy.</summary>
public sealed class OtherFormatTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static SavedDict Odd()
    {
        using var file = Checkpoint.Open(Data.Path("odd_tensors.torch2.14.1.pt"));
        var kept = new SavedDict();
        foreach (var (name, t) in file.Tensors) kept.Set(name, SavedTensor.Of(t.Dtype, t.ToBytes(), [.. t.Shape]));
        return kept;
    }

    static string Shown(SavedTensor t) => $"{t} {Convert.ToHexString(t.ToBytes())}";

    [Theory]
    [InlineData("odd.safetensors"), InlineData("odd.npz"), InlineData("odd.pt")]
    public void Written_and_read_tensors_have_their_bits(string name)
    {
        var content = Odd();
        if (name.EndsWith("npz"))
        {
            var message = Assert.Throws<ArgumentException>(() => Checkpoint.SaveTree(folder.Path(name), content, null)).Message;
            Assert.Contains("npz has no bfloat16, which 'bf16' is of", message);
            Assert.Empty(folder.Names);
            content.Set("bf16", SavedTensor.Of(Dtype.UInt16, new byte[6], 3));
        }
        content.Set("fp8", SavedTensor.Of(Dtype.Int8, [1, 2, 255], 3));
        Checkpoint.SaveTree(folder.Path(name), content, null);
        foreach (var mapped in new[] { false, true })
        {
            using var read = Checkpoint.Open(folder.Path(name), mapped);
            Assert.Equal(content.Keys.Select(k => $"{k}").Order(), read.Tensors.Keys.Order());
            foreach (var (key, tensor) in read.Tensors) Assert.Equal(Shown((SavedTensor)content[key]!), Shown(tensor));
        }
    }

    [Theory]
    [InlineData("e.safetensors"), InlineData("e.pt")]
    public void Types_of_8_bits_and_unsigned_ones_are_written_and_read(string name)
    {
        var content = new SavedDict();
        Dtype[] all =
        [
            Dtype.Float8E4M3FN, Dtype.Float8E5M2, Dtype.Float8E4M3FNUZ, Dtype.Float8E5M2FNUZ, Dtype.UInt16, Dtype.UInt32, Dtype.UInt64,
        ];
        foreach (var d in all)
            content.Set($"{d}", SavedTensor.Of(d, [.. Enumerable.Range(0, 2 * DtypeInfo.Of(d).Size).Select(i => (byte)i)], 2));
        Checkpoint.SaveTree(folder.Path(name), content, null);
        using var read = Checkpoint.Open(folder.Path(name));
        foreach (var (key, tensor) in read.Tensors) Assert.Equal(Shown((SavedTensor)content[key]!), Shown(tensor));
    }

    [Fact]
    public void The_metadata_of_safetensors_stays_and_its_mapped_numbers_are_not_copied()
    {
        Checkpoint.SaveTree(folder.Path("a.safetensors"), Odd(), new Dictionary<string, string> { ["format"] = "pt" });
        using var file = Checkpoint.Open(folder.Path("a.safetensors"), mapped: true);
        Assert.Equal([new("format", "pt")], file.Metadata);
        var tensor = file.Tensors["shared_b"].ToNDArray().As<float>();
        Assert.False(tensor.TryGetArray(out _));
        Assert.Equal(file.Tensors["shared_b"].ToBytes(), System.Runtime.InteropServices.MemoryMarshal.AsBytes(tensor.Span).ToArray());
    }

    static byte[] SafeTensors(string header, int numbers, int behind = 0) =>
        [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[numbers + behind]];

    const string TwoOf4 = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""";

    [Theory]
    [InlineData(1), InlineData(7), InlineData(8), InlineData(4096)]
    public void What_follows_the_last_tensor_is_refused_however_long_it_is(int behind)
    {
        Assert.Equal(2, Read(SafeTensors(TwoOf4, 8)).Tensors.Count);
        Assert.Contains($"has tensors of 8 bytes, and {8 + behind} follow it", Refused(SafeTensors(TwoOf4, 8, behind)));
    }

    static Checkpoint Read(byte[] bytes) => Checkpoint.Read(new MemoryBytes("made", bytes));

    static string Refused(byte[] bytes) => Assert.Throws<InvalidDataException>(() =>
    {
        using var file = Read(bytes);
        file.Verify();
    }).Message;

    [Theory]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""",
        6, "'b' begins at 2, and what is before it ends at 4")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""",
        10, "'b' begins at 6")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "'a' has 4 bytes, and its shape and type want 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "'a' has -4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "'a' has a number below 0")]
    [InlineData("""{"a":{"dtype":"F7","shape":[1],"data_offsets":[0,4]}}""", 4, "'a' is of the type 'F7', which is not known")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1]}}""", 4, "'a' lacks one of dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "'a' has 'x'")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}""",
        4, "'a' stands twice")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "its header is damaged")]
    [InlineData("""{"a":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "its header is damaged")]
    [InlineData("""{"a":[1]}""", 0, "'a' is no object in its header")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""", 4, "its header is damaged")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "its header is damaged")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807],"data_offsets":[0,4]}}""", 4, "'a' has 4 bytes")]
    public void A_header_of_safetensors_that_is_wrong_says_where(string header, int numbers, string told) =>
        Assert.Contains(told, Refused(SafeTensors(header, numbers)));

    [Fact]
    public void A_safetensors_file_is_refused_wherever_it_is_cut()
    {
        Checkpoint.SaveTree(folder.Path("a.safetensors"), Odd(), null);
        var whole = File.ReadAllBytes(folder.Path("a.safetensors"));
        for (var length = 0; length < whole.Length; length++) Refused(whole[..length]);
    }

    [Fact]
    public void A_byte_that_has_changed_in_our_safetensors_and_npz_is_found()
    {
        foreach (var name in new[] { "a.safetensors", "a.npz" })
        {
            Checkpoint.Save(folder.Path(name), Params.Of(("w", new float[1000])));
            var bytes = File.ReadAllBytes(folder.Path(name));
            bytes[bytes.Length / 2] ^= 16;
            Assert.Contains("has the checksum", Refused(bytes));
        }
    }

    [Fact]
    public void Npz_that_numpy_compressed_and_its_other_orders_are_read()
    {
        using var to = new MemoryStream();
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            Entry(zip, "rows.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", [1.0, 2, 3, 4, 5, 6]);
            Entry(zip, "columns.npy", "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }", [1.0, 4, 2, 5, 3, 6]);
            Entry(zip, "one.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", [7.0]);
        }
        using var file = Read(to.ToArray());
        Assert.Equal(CheckpointFormat.Npz, file.Format);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Tensors["rows"].ToNDArray().As<double>().ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Tensors["columns"].ToNDArray().As<double>().ToArray());
        Assert.Empty(file.Tensors["one"].Shape);

        static void Entry(ZipArchive zip, string name, string header, double[] numbers)
        {
            using var entry = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
            entry.Write(Data.Npy(header, [.. numbers.SelectMany(BitConverter.GetBytes)]));
        }
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "in big-endian order")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "its head is damaged, or of numbers with names")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "or of numbers with names")]
    [InlineData("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", "is of the type '<f3', which is not known")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "'array' has 4 bytes, and its shape and type want 8")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "its shape is damaged")]
    public void An_npy_file_that_is_not_of_plain_numbers_is_refused(string header, string told) =>
        Assert.Contains(told, Refused(Data.Npy(header, new byte[4])));

    [Fact]
    public void What_safetensors_and_npz_do_not_hold_is_named_and_nothing_is_written()
    {
        var content = new Dictionary<string, object?> { ["w"] = new float[2], ["epoch"] = 3, ["lr"] = 0.1 };
        foreach (var name in new[] { "a.safetensors", "a.npz" })
        {
            var refused = Assert.Throws<ArgumentException>(() => Checkpoint.Save(folder.Path(name), content));
            Assert.Contains("'epoch', 'lr' are none", refused.Message);
        }
        Assert.Contains("says no format", Assert.Throws<ArgumentException>(() => Checkpoint.Save(folder.Path("a.txt"), content)).Message);
        Assert.Empty(folder.Names);
    }
}
