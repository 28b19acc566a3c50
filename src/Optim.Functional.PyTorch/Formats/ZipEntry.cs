namespace Optim.Functional.PyTorch;

/// <summary>A file in a zip.</summary>
/// <param name="Name">Its path there.</param>
/// <param name="IsDeflated">Whether it is compressed; else it stands as it is.</param>
/// <param name="Crc">CRC-32 of its bytes.</param>
/// <param name="Stored">Bytes that it takes in the zip.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Start">The first byte of it in the zip.</param>
sealed record ZipEntry(string Name, bool IsDeflated, uint Crc, long Stored, long Length, long Start);
