using System.Buffers.Binary;
using System.Text;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>Files that were made to do harm, or were harmed.</summary>
public sealed class HostileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string> Malicious => new()
    {
        { "malicious_builtins_eval", "builtins.eval" },
        { "malicious_global_os_system", "os.system" },
        { "malicious_global_posix_system", "posix.system" },
        { "malicious_inst_opcode", "os.system" },
        { "malicious_nested_in_state_dict", "os.system" },
        { "malicious_obj_opcode", "os.system" },
        { "malicious_stack_global_proto4", "os.system" },
    };

    [Theory]
    [MemberData(nameof(Malicious))]
    public void A_pickle_that_names_what_runs_programs_is_refused_in_either_container(string name, string named)
    {
        foreach (var ending in new[] { ".pt", ".legacy.pt" })
        {
            var message = Assert.Throws<InvalidDataException>(() => Checkpoint.Open(Data.Path(name + ending))).Message;
            Assert.Contains($"{name}{ending}: it names '{named}' at byte", message);
            Assert.Contains("nothing was called", message);
        }
    }

    [Fact]
    public void All_hostile_files_are_looked_at() => Assert.Equal(2 * Malicious.Count, Data.Names("malicious*").Count());

    static string Refused(string path) => Assert.Throws<InvalidDataException>(() =>
    {
        using var file = Checkpoint.Open(path);
        file.Verify();
    }).Message;

    [Theory]
    [InlineData("sgd_momentum.torch2.14.1.combined.pt"), InlineData("sgd_momentum.torch1.13.1.optimizer.legacy.pt")]
    [InlineData("odd_tensors.torch2.14.1.legacy.pt")]
    public void A_file_that_is_cut_off_is_refused_wherever_the_cut_is(string name)
    {
        var whole = Data.Bytes(name);
        for (var length = 0; length < whole.Length; length++)
            Assert.StartsWith("cut: ", Assert.Throws<InvalidDataException>(() => Read("cut", whole[..length])).Message);
    }

    static void Read(string name, byte[] bytes)
    {
        using var file = Checkpoint.Read(new MemoryBytes(name, bytes));
        file.Verify();
    }

    [Fact]
    public void A_byte_that_has_changed_is_found_wherever_it_stands_in_the_numbers()
    {
        var bytes = Data.Bytes("adamw_f64.torch2.14.1.optimizer.pt");
        foreach (var entry in ZipDirectory.Read(new MemoryBytes("whole", bytes)).Where(e => e.Name.Contains("/data/")))
        {
            var changed = (byte[])bytes.Clone();
            changed[entry.Start + entry.Length / 2] ^= 1;
            var message = Assert.Throws<InvalidDataException>(() => Read("changed", changed)).Message;
            Assert.Matches($"'{entry.Name}' has the checksum [0-9a-f]{{8}}, wanted {entry.Crc:x8}", message);
        }
    }

    [Fact]
    public void A_folder_an_empty_file_and_what_is_no_checkpoint_say_so()
    {
        Assert.Contains("it is a folder, wanted a file", Refused(folder.Root));
        Assert.Contains("it has 0 bytes, wanted a checkpoint", Refused(folder.Write("empty.pt", [])));
        byte[] png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];
        Assert.Contains("it is no checkpoint. It begins with 89504e470d0a1a0a", Refused(folder.Write("a.pt", png)));
        Assert.Contains("it is a zip of word/document.xml, and no checkpoint", Refused(Zip(("word/document.xml", [1, 2, 3]))));
        Assert.Contains("it is a zip of nothing, and no checkpoint", Refused(Zip()));
        Assert.Contains("that torch.jit.save wrote", Refused(Zip(("m/data.pkl", Pickle(". ")), ("m/constants.pkl", []))));
        Assert.Contains("big-endian", Refused(Zip(("m/data.pkl", Pickle("N.")), ("m/byteorder", "big"u8.ToArray()))));
        Assert.Throws<FileNotFoundException>(() => Checkpoint.Open(folder.Path("no.pt")));
    }

    string Zip(params (string Name, byte[] Bytes)[] files)
    {
        using var to = new MemoryStream();
        var zip = new ZipWriter(to);
        foreach (var (name, bytes) in files) zip.Add(name, bytes);
        zip.End();
        return folder.Write("made.pt", to.ToArray());
    }

    static byte[] Pickle(string text) => [0x80, 2, .. Encoding.Latin1.GetBytes(text)];

    string Torch(string pickle, params (string Key, byte[] Bytes)[] storages) =>
        Zip([("a/data.pkl", Pickle(pickle)), .. storages.Select(s => ($"a/data/{s.Key}", s.Bytes))]);

    /// <summary>A tensor as torch writes one.</summary>
    static string Tensor(string storage, string count, string offset, string shape, string strides) =>
        $"ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\n{storage}\nX\u0001\0\0\00X\u0003\0\0\0cpu{count}tQ"
        + $"{offset}({shape}t({strides}t\u0089ccollections\nOrderedDict\n)RtR";

    /// <summary>A whole number of 8 bytes.</summary>
    static string Long(long n)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, n);
        return "\u008a\b" + Encoding.Latin1.GetString(bytes);
    }

    [Fact]
    public void A_tensor_of_2_TB_takes_no_memory_whoever_claims_it()
    {
        const long Many = 500_000_000_000;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Contains("float32 [500000000000] would take 2000 GB of memory", Claims(count: "K\u0001", stride: "K\0"));
        Assert.Contains("says 2000 GB, and 4 bytes are there", Claims(count: Long(Many), stride: "K\u0001"));
        Assert.Contains("needs 500000000000 elements of the storage '0', which has 1", Claims(count: "K\u0001", stride: "K\u0001"));
        Assert.Contains("'w' has 4 bytes, and its shape and type want 2000000000000", Refused(folder.Write("claims.safetensors",
            SafeTensors("""{"w":{"dtype":"F32","shape":[500000000000],"data_offsets":[0,4]}}""", new byte[4]))));
        var npy = Data.Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (500000000000,), }", new byte[4]);
        Assert.Contains("'w' has 4 bytes, and its shape and type want 2000000000000", Refused(Zip(("w.npy", npy))));
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);

        string Claims(string count, string stride) =>
            Refused(Torch($"{Tensor("FloatStorage", count, "K\0", Long(Many), stride)}.", ("0", new byte[4])));
    }

    static byte[] SafeTensors(string header, byte[] numbers) =>
        [.. BitConverter.GetBytes((ulong)header.Length), .. Encoding.UTF8.GetBytes(header), .. numbers];

    [Fact]
    public void Views_that_repeat_numbers_until_memory_ends_are_refused_though_each_is_small()
    {
        var one = Tensor("FloatStorage", "K\u0001", "K\0", Long(1 << 18), "K\0");
        var pickle = $"]({string.Concat(Enumerable.Repeat(one, 6))}e.";
        Assert.Contains("its views repeat the same numbers", Refused(Torch(pickle, ("0", new byte[4]))));
    }

    [Theory]
    [InlineData("K\u00FF", "K\u0002", "K\u0001", "needs 257 elements")] // offset
    [InlineData("K\0", "K\u0002", "K\u0001", "needs 2 elements")] // shape
    [InlineData("\u008a\b\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u007F", "K\u0002", "K\u0001", "needs 9223372036854775809 elements")]
    [InlineData("J\u00FF\u00FF\u00FF\u00FF", "K\u0001", "K\u0001", "needs 0 elements")] // -1
    [InlineData("K\0", "K\u0001J\u00FF\u00FF\u00FF\u00FF", "K\u0001K\u0001", "a size or stride is no whole number from 0")]
    [InlineData("K\0", "K\u0001", "K\u0001K\u0001", "more sizes than strides, or fewer")]
    public void A_view_beyond_its_storage_is_refused(string offset, string shape, string strides, string told) =>
        Assert.Contains(told, Refused(Torch($"{Tensor("FloatStorage", "K\u0001", offset, shape, strides)}.", ("0", new byte[4]))));

    [Fact]
    public void A_pickle_of_shared_lists_that_would_never_be_walked_through_is_refused()
    {
        // Each list holds the one before it twice.
        var pickle = new StringBuilder("(]q\0");
        for (var i = 1; i < 60; i++) pickle.Append($"](h{(char)(i - 1)}h{(char)(i - 1)}eq{(char)i}");
        Assert.Contains("shares values within values", Refused(Torch($"{pickle}t.")));
    }

    [Fact]
    public void A_list_that_holds_itself_and_one_that_is_very_deep_are_refused()
    {
        Assert.Contains("or hold themselves", Refused(Torch("]q\0h\0a.")));
        Assert.Contains("more than 100 deep", Refused(Torch(new string(']', 500) + new string('a', 499) + ".")));
    }

    [Theory]
    [InlineData("X\u00FF\u00FF\u00FF\u007Fa.", "says that 2147483647 bytes follow, and ")]
    [InlineData("\u008d\0\0\0\0\0\0\0\u0080a.", "says that 9223372036854775808 bytes follow")]
    [InlineData("B\u00FF\u00FF\u00FF\u00FFa.", "says that 4294967295 bytes follow")]
    [InlineData("X\u0001\0\0\0\u00FF.", "is no UTF-8")]
    [InlineData("}(K\u0001t.", "2 values are left")]
    [InlineData("K\u0001e.", "there is no mark")]
    [InlineData("a.", "fewer values than an instruction takes")]
    [InlineData("h\u0005.", "value 5 was never kept")]
    [InlineData("K\u0001(K\u0002e.", "items are added to what is no list")]
    [InlineData("}(]K\u0001u.", "a key is no text or number")]
    [InlineData("ccollections\nOrderedDict\nK\u0001\u0085R.", "has other arguments than torch writes")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "the instruction 0x81")]
    [InlineData("S'text'\n.", "the instruction 0x53")]
    [InlineData("K\u0001Q.", "names something outside itself that is no storage")]
    [InlineData("ctorch._tensor\n_rebuild_from_type_v2\n.", "it names 'torch._tensor._rebuild_from_type_v2'")]
    public void A_broken_pickle_says_what_is_wrong_with_it(string pickle, string told) => Assert.Contains(told, Refused(Torch(pickle)));

    [Fact]
    public void A_conjugated_view_is_not_taken_for_its_numbers()
    {
        var plain = Tensor("ComplexFloatStorage", "K\u0001", "K\0", "K\u0001", "K\u0001");
        var tensor = plain[..^"tR".Length] + "}(X\u0004\0\0\0conj\u0088utR.";
        Assert.Contains("resolve_conj()", Refused(Torch(tensor, ("0", new byte[8]))));
    }

    [Fact]
    public void A_storage_that_is_missing_or_of_another_length_is_named()
    {
        var tensor = Tensor("FloatStorage", "K\u0002", "K\0", "K\u0002", "K\u0001") + ".";
        Assert.Contains("the storage '0' is missing", Refused(Torch(tensor)));
        Assert.Contains("the storage '0' says 8 bytes, and 12 bytes are there", Refused(Torch(tensor, ("0", new byte[12]))));
    }
}
