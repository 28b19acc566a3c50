using System.IO.Compression;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Tests.Files;

/// <summary>Zips: those of others, and those that no honest program writes.</summary>
public class ZipTests
{
    static byte[] Written(params (string Name, byte[] Bytes)[] files)
    {
        using var to = new MemoryStream();
        var zip = new ZipWriter(to);
        foreach (var (name, bytes) in files) zip.Add(name, bytes);
        zip.End();
        return to.ToArray();
    }

    static IReadOnlyList<ZipEntry> Read(byte[] zip) => ZipDirectory.Read(new MemoryBytes("z.pt", zip));

    static string Refused(byte[] zip) => Assert.Throws<InvalidDataException>(() => Read(zip)).Message;

    [Fact]
    public void What_is_written_others_read_and_numbers_begin_at_multiples_of_64()
    {
        var files = Enumerable.Range(0, 40).Select(i => ($"archive/data/{i}", new byte[i * 7])).ToArray();
        var bytes = Written(files);
        Assert.All(Read(bytes), e => Assert.Equal(0, e.Start % 64));
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(files.Select(f => (f.Item1, (long)f.Item2.Length)), zip.Entries.Select(e => (e.FullName, e.Length)));
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            Assert.Equal(entry.Length, content.Read(new byte[1000]));
        }
    }

    [Fact]
    public void Files_that_overlap_are_refused()
    {
        var bytes = Written(("a", new byte[100]), ("b", new byte[100]));
        var directory = bytes.AsSpan().LastIndexOf("PK\x01\x02"u8);
        // The second entry is where the first is.
        bytes.AsSpan(directory + 42, 4).Clear();
        Assert.Contains("'b' is not where the directory says", Refused(bytes));
        bytes[directory + 46] = (byte)'a';
        Assert.Contains("'a' stands twice", Refused(bytes));
        // The first reaches into the second.
        var other = Written(("a", new byte[100]), ("b", new byte[100]));
        var first = other.AsSpan().IndexOf("PK\x01\x02"u8);
        other[first + 20] = other[first + 24] = 200;
        Assert.Contains("'a' and 'b' overlap", Refused(other));
    }

    [Fact]
    public void A_file_that_says_more_than_there_is_or_than_deflate_can_make_is_refused()
    {
        var bytes = Written(("a", new byte[100]));
        var entry = bytes.AsSpan().IndexOf("PK\x01\x02"u8);
        bytes[entry + 23] = bytes[entry + 27] = 0x7F;
        Assert.Contains("'a' says 2130706532 bytes, and ", Refused(bytes));
        bytes = Written(("a", new byte[100]));
        (bytes[entry + 10], bytes[entry + 27]) = (8, 0x7F);
        Assert.Contains("100 compressed bytes become 2130706532, which is more than deflate can make", Refused(bytes));
    }

    [Theory]
    [InlineData(8, 1, "'a' is encrypted"), InlineData(10, 12, "compressed by method 12")]
    public void What_is_encrypted_or_compressed_otherwise_is_refused(int at, byte value, string told)
    {
        var bytes = Written(("a", new byte[100]));
        bytes[bytes.AsSpan().IndexOf("PK\x01\x02"u8) + at] = value;
        Assert.Contains(told, Refused(bytes));
    }

    [Fact]
    public void What_follows_a_zip_is_refused() =>
        Assert.Contains("has no end of one", Refused([.. Written(("a", new byte[100])), 1]));

    [Fact]
    public void A_torch_file_that_was_compressed_is_read()
    {
        var from = Data.Bytes("adamw_f64.torch2.14.1.optimizer.pt");
        using var to = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(from)))
        using (var zip = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var entry in source.Entries)
            {
                using var input = entry.Open();
                using var output = zip.CreateEntry(entry.FullName, CompressionLevel.SmallestSize).Open();
                input.CopyTo(output);
            }
        using var plain = Checkpoint.Read(new MemoryBytes("plain", from));
        using var deflated = Checkpoint.Read(new MemoryBytes("deflated", to.ToArray()));
        Assert.Equal(plain.ToStateDict().ToJson(), deflated.ToStateDict().ToJson());
    }
}
