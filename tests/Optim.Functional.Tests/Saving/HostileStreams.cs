using System.Text;
using System.Text.Json;

namespace Optim.Functional.Tests.Saving;

/// <summary>Streams that were cut, damaged or forged: refused with a sentence, and without memory for what does not come.</summary>
public class HostileStreams
{
    [Fact]
    public void A_stream_cut_anywhere_is_refused()
    {
        var text = Saved.Text(Saved.Of(Saved.Bits<float>(30_000)));
        var places = Enumerable.Range(0, text.Length).Where(n => n < 200 || n % 997 == 0 || n % 65536 < 3 || n > text.Length - 100);
        Assert.All(places, n =>
        {
            var message = Assert.Throws<JsonException>(() => StateDict.Load(new Dripping(text[..n], 5000))).Message;
            Assert.StartsWith("The JSON is damaged, or it is not whole", message);
        });
    }

    [Theory]
    [InlineData("""{"base64":["AACAPwAAAEAAAEBA"]}""", "state.0.m.values.base64: wanted as many numbers as shape [2] has, got the bits of more")]
    [InlineData("""{"base64":["AACAPwAAAEAA"]}""", "wanted as many numbers as shape [2] has, got the bits of more")]
    [InlineData("""{"base64":["AACAPw=="]}""", "wanted as many numbers as shape [2] has, got the bits of 1.")]
    [InlineData("""{"base64":["AACAPwAA"]}""", "got the bits of 1.5")]
    [InlineData("""{"base64":[]}""", "got the bits of 0")]
    [InlineData("""{}""", "state.0.m.values: wanted a list of numbers, or an object with base64, got {}")]
    [InlineData("""{"base64":"AACAPwAAAEA="}""", "state.0.m.values.base64: wanted a list, got \"AACAPwAAAEA=\"")]
    [InlineData("""{"base64":["AACAPw==","AAAAQA==x"]}""", "state.0.m.values.base64: wanted texts of base64, got \"AAAAQA==x\"")]
    [InlineData("""{"base64":["AACAPwAAAE"]}""", "wanted texts of base64")]
    [InlineData("""{"base64":["AA=APwAAAEA="]}""", "wanted texts of base64")]
    [InlineData("""{"base64":["\ud800AAAPwAAAEA="]}""", "wanted a text of whole characters")]
    [InlineData("""{"base64":["AÄ=="]}""", "wanted texts of base64")]
    [InlineData("""{"base64":[1]}""", "state.0.m.values.base64: wanted a text, got 1")]
    [InlineData("""{"base64":["AACAPw=="],"base64":["AACAPw=="]}""", "'base64' stands twice")]
    [InlineData("[1,2,3]", "state.0.m.values: wanted as many numbers as shape [2] has, got [1,2,3]")]
    [InlineData("[1]", "wanted as many numbers as shape [2] has, got [1]")]
    [InlineData("[1,2]],[", "The JSON is damaged")]
    [InlineData("[1,3.5e38]", "wanted a number that fits float32, got 3.5e38")]
    [InlineData("[1,\"NAN\"]", "wanted a number that fits float32, got \"NAN\"")]
    [InlineData("\"1,2\"", "state.0.m.values: wanted a list, got \"1,2\"")]
    public void The_message_says_where_and_what(string values, string part)
    {
        var tensor = """{"dtype":"float32","shape":[2],"values":""" + values + "}";
        Assert.Contains(part, Assert.Throws<JsonException>(() => Saved.Read(tensor)).Message);
        var text = Encoding.UTF8.GetString(Saved.Around(tensor));
        Assert.Contains(part, Assert.Throws<JsonException>(() => StateDict.FromJson(text)).Message);
    }

    [Theory]
    [InlineData("[1000000000]", "[1,2,3]")]
    [InlineData("[1000000000]", """{"base64":["AACAPw==","AACAPw=="]}""")]
    [InlineData("[2147483647,2147483647,2147483647]", "[1]")]
    [InlineData("[65536,65536,2]", """{"base64":[]}""")]
    public void A_shape_that_claims_more_than_comes_takes_no_memory(string shape, string values)
    {
        foreach (var dtype in new[] { "float32", "complex128" })
        {
            var stream = new MemoryStream(Saved.Around($$$"""{"dtype":"{{{dtype}}}","shape":{{{shape}}},"values":{{{values}}}}"""));
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Contains("as many numbers as shape", Assert.Throws<JsonException>(() => StateDict.Load(stream)).Message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3_000_000);
        }
    }

    [Theory, InlineData("x"), InlineData("{}"), InlineData(","), InlineData("\0")]
    public void Text_after_the_end_is_refused(string more)
    {
        byte[] text = [.. Saved.Text(Saved.Of(new float[5000])), .. Encoding.UTF8.GetBytes(more)];
        Assert.Contains("damaged", Assert.Throws<JsonException>(() => StateDict.Load(new MemoryStream(text))).Message);
        Assert.Contains("damaged", Assert.Throws<JsonException>(() => StateDict.FromJson(Encoding.UTF8.GetString(text))).Message);
    }

    [Fact]
    public void One_long_text_of_base64_is_read_too()
    {
        var numbers = Saved.Bits<float>(3_000_000);
        var text = Convert.ToBase64String(Saved.Bytes<float>(numbers));
        var tensor = $$$"""{"dtype":"float32","shape":[3000000],"values":{"base64":["{{{text}}}"]}}""";
        Assert.Equal(Saved.Bytes<float>(numbers), Saved.Bytes<float>(Saved.Read(tensor).As<float>().Span));
    }

    [Fact]
    public void What_is_shown_of_a_bad_value_is_its_beginning_wherever_the_buffer_ends()
    {
        var blanks = new string(' ', (1 << 20) - 100);
        for (var n = 0; n < 200; n += 7)
        {
            var tensor = $$"""{"dtype":"float32","shape":[2]{{blanks}}{{new string(' ', n)}},"values":[12345,"x",0.5]}""";
            Assert.Contains("got \"x\"", Assert.Throws<JsonException>(() => Saved.Read(tensor)).Message);
            var longer = tensor.Replace("\"x\",0.5", "0.5,0.25");
            Assert.Contains("got [12345,0.5,0.25]", Assert.Throws<JsonException>(() => Saved.Read(longer)).Message);
        }
    }

    [Theory, InlineData(null)]
    public void Null_is_refused_by_name(string? none)
    {
        Assert.Contains("the path", Assert.Throws<ArgumentNullException>(() => StateDict.Load(none!)).Message);
        Assert.Contains("the stream", Assert.Throws<ArgumentNullException>(() => StateDict.Load((Stream)null!)).Message);
        Assert.Contains("the stream", Assert.Throws<ArgumentNullException>(() => Saved.Of(new float[1]).Save((Stream)null!)).Message);
        Assert.Contains("the path", Assert.Throws<ArgumentNullException>(() => Saved.Of(new float[1]).Save(none!)).Message);
    }
}
