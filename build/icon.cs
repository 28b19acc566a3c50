// Draws build/icon.png, the icon of the packages: contour lines of a narrow valley, and a descent along it.
// dotnet run build/icon.cs

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

const int Size = 128, Samples = 4;
(double X, double Y)[] path = [(0.16, 0.2), (0.42, 0.36), (0.36, 0.56), (0.56, 0.6), (0.6, 0.72), (0.7, 0.74)];
var pixels = new byte[Size * (1 + 3 * Size)];
for (var row = 0; row < Size; row++)
    for (var column = 0; column < Size; column++)
    {
        double red = 0, green = 0, blue = 0;
        for (var sample = 0; sample < Samples * Samples; sample++)
        {
            var color = Color((column + (sample % Samples + 0.5) / Samples) / Size, (row + (sample / Samples + 0.5) / Samples) / Size);
            (red, green, blue) = (red + color.R, green + color.G, blue + color.B);
        }
        var at = row * (1 + 3 * Size) + 1 + 3 * column;
        foreach (var (sum, channel) in new[] { (red, 0), (green, 1), (blue, 2) }) pixels[at + channel] = (byte)(sum / (Samples * Samples));
    }

using var file = File.Create(Path.Combine("build", "icon.png"));
file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
var head = new byte[13];
BinaryPrimitives.WriteInt32BigEndian(head, Size);
BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), Size);
(head[8], head[9]) = (8, 2); // bits of a channel; red, green, blue
Chunk("IHDR", head);
using var packed = new MemoryStream();
using (var zip = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zip.Write(pixels);
Chunk("IDAT", packed.ToArray());
Chunk("IEND", []);

(int R, int G, int B) Color(double x, double y)
{
    if (path.Any(p => Length(x - p.X, y - p.Y) < 0.035) || path.Zip(path.Skip(1)).Any(line => Distance(x, y, line.First, line.Second) < 0.014)) return (255, 196, 64);
    // Ellipses around the last point, lengthened along the diagonal, at distances that grow.
    var (along, across) = ((x - 0.7 + (y - 0.74)) / 2.6, x - 0.7 - (y - 0.74));
    var level = Math.Log2(1e-3 + along * along + across * across) * 0.8;
    return Math.Abs(level - Math.Round(level)) < 0.09 ? (120, 170, 220) : (24, 44, 84);
}

static double Distance(double x, double y, (double X, double Y) a, (double X, double Y) b)
{
    var (dx, dy) = (b.X - a.X, b.Y - a.Y);
    var t = Math.Clamp(((x - a.X) * dx + (y - a.Y) * dy) / (dx * dx + dy * dy), 0, 1);
    return Length(x - a.X - t * dx, y - a.Y - t * dy);
}

static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

void Chunk(string kind, byte[] content)
{
    byte[] body = [.. Encoding.ASCII.GetBytes(kind), .. content], number = new byte[4];
    BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
    file.Write(number);
    file.Write(body);
    BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
    file.Write(number);
}

static uint Crc(byte[] bytes)
{
    var crc = uint.MaxValue;
    foreach (var b in bytes)
    {
        crc ^= b;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return ~crc;
}
