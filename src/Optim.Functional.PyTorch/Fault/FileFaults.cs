using static System.FormattableString;

namespace Optim.Functional.PyTorch;

/// <summary>Every message of the package: file, what, where, got, wanted, likely cause.</summary>
static partial class Fault
{
    const string Damaged = "Was it cut off, or damaged on its way? Save or copy it again.";

    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    // Files.

    public static InvalidDataException Empty(string file) =>
        new($"{file}: it has 0 bytes, wanted a checkpoint. Was the disk full, or the save ended before it began?");

    public static InvalidDataException Folder(string file) =>
        new($"{file}: it is a folder, wanted a file: .pt, .safetensors, .npz, .npy or .json. A checkpoint of several "
            + "files is given file by file.");

    public static InvalidDataException Unknown(string file, string begins) =>
        new($"{file}: it is no checkpoint. It begins with {begins}; wanted what torch.save, safetensors or "
            + "numpy.savez writes. Is it the right file, and whole?");

    public static InvalidDataException Short(string file, long at, long wanted, long length) =>
        new(Invariant($"{file}: wanted {wanted} bytes from byte {at} on, and the file has {length}. {Damaged}"));

    public static InvalidDataException Trailing(string file, long bytes) =>
        new(Invariant($"{file}: {bytes} bytes follow its end. Are two files joined in it?"));

    public static InvalidDataException Crc(string file, string what, uint got, uint wanted) =>
        new(Invariant($"{file}: {what} has the checksum {got:x8}, wanted {wanted:x8}. Its bytes have changed since it was ")
            + "written; take an older save. "
            + "Of a file that torch wrote without checksums (set_crc32_options), open it with verify: false.");

    public static InvalidDataException ByteOrder(string file, string order) =>
        new($"{file}: its numbers are in {order}-endian order, wanted little. Save it on a little-endian machine, or convert it there.");

    public static PlatformNotSupportedException BigEndian() =>
        new("This processor has its numbers in big-endian order; files are read and written on little-endian ones.");

    // Zips.

    public static InvalidDataException NoZipEnd(string file) =>
        new($"{file}: it begins as a zip does, and has no end of one. {Damaged}");

    public static InvalidDataException Zip(string file, string why) => new($"{file}: as a zip it cannot be read: {why}. {Damaged}");

    public static InvalidDataException ZipTooLong(string file, string entry, ulong says, ulong there) =>
        new(Invariant($"{file}: '{entry}' says {says} bytes, and {there} are there. {Damaged}"));

    public static InvalidDataException ZipBomb(string file, string entry, ulong stored, ulong says) =>
        new(Invariant($"{file}: '{entry}' says that {stored} compressed bytes become {says}, which is more than deflate can ")
            + "make of them. "
            + "Was it made to exhaust memory? Do not trust it.");

    public static InvalidDataException NoPickle(string file, IEnumerable<string> names) =>
        new($"{file}: it is a zip of {Some(names)}, and no checkpoint: wanted data.pkl in a folder of it "
            + "(torch.save), or .npy files (numpy.savez).");

    public static InvalidDataException TorchScript(string file) =>
        new($"{file}: it is a program that torch.jit.save wrote, wanted a state dict. In Python: "
            + "torch.save(torch.jit.load(path).state_dict(), path).");

    // Pickles.

    public static InvalidDataException Global(string file, string module, string name, long at) =>
        new(Invariant($"{file}: it names '{module}.{name}' at byte {at}, which no state dict needs. It was not looked up and ")
            + "nothing was called. "
            + "Save state_dict() instead of whole objects; a file of others that names what runs programs is not to be trusted.");

    public static InvalidDataException Opcode(string file, byte code, long at) =>
        new(Invariant($"{file}: the instruction 0x{code:x2} at byte {at} of its pickle is none that a state dict needs. Was it ")
            + "written by torch.save, and is it whole?");

    public static InvalidDataException Pickle(string file, string why, long at) =>
        new(Invariant($"{file}: its pickle is damaged before byte {at}: {why}. Was it written by torch.save, and is it whole?"));

    public static InvalidDataException PickleEnds(string file, long at) =>
        new(Invariant($"{file}: its pickle ends at byte {at} before it is complete. {Damaged}"));

    public static InvalidDataException PickleLength(string file, long at, ulong says, long left) =>
        new(Invariant($"{file}: at byte {at} its pickle says that {says} bytes follow, and {left} do. {Damaged}"));

    public static InvalidDataException PickleText(string file, long at) =>
        new(Invariant($"{file}: the text at byte {at} of its pickle is no UTF-8. {Damaged}"));

    public static InvalidDataException PickleLine(string file, long at, int most) =>
        new(Invariant($"{file}: a name before byte {at} of its pickle has more than {most} letters. {Damaged}"));

    public static InvalidDataException Bomb(string file, long length) =>
        new(Invariant($"{file}: its pickle of {length} bytes shares values within values until they are more than could be ")
            + "walked through. "
            + "Was it made to exhaust memory? Do not trust it.");

    public static InvalidDataException TooDeep(string file, int most) =>
        new(Invariant($"{file}: its values stand within each other more than {most} deep, or hold themselves. A state dict does not."));

    public static InvalidDataException Legacy(string file, string why) =>
        new($"{file}: as a file of torch before 1.6 it cannot be read: {why}. {Damaged}");

    public static InvalidDataException Tar(string file) =>
        new($"{file}: it is a tar, as torch before 0.2 wrote. Load and save it with a later torch.");

    // Storages and tensors.

    public static InvalidDataException PersistentId(string file) =>
        new($"{file}: its pickle names something outside itself that is no storage of torch's. Was it written by torch.save?");

    public static InvalidDataException StorageView(string file) =>
        new($"{file}: it has views of storages as torch before 0.4 wrote them. Load and save it with a later torch.");

    public static InvalidDataException NoStorage(string file, string key) =>
        new($"{file}: the storage '{key}' is missing, which its pickle names. {Damaged}");

    public static InvalidDataException StorageLength(string file, string key, long says, long there) =>
        new(Invariant($"{file}: the storage '{key}' says {Size(says)}, and {Size(there)} are there. {Damaged}"));

    public static InvalidDataException BeyondStorage(string file, string tensor, string key, Int128 wanted, long there) =>
        new(Invariant($"{file}: {tensor} needs {wanted} elements of the storage '{key}', which has {there}. {Damaged}"));

    public static InvalidDataException Repeated(string file, string tensor, Int128 bytes, long most) =>
        new(Invariant($"{file}: {tensor} would take {Size((double)bytes)} of memory, and no more than {Size(most)} are left to ")
            + "a file of this length: "
            + "its views repeat the same numbers. Save what they were expanded from; or was the file made to exhaust memory?");

    public static InvalidDataException TensorLength(string file, string name, Int128 wanted, Int128 got) =>
        new(Invariant($"{file}: '{name}' has {got} bytes, and its shape and type want {wanted}. {Damaged}"));

    public static InvalidDataException UnknownDtype(string file, string name, string dtype) =>
        new($"{file}: '{name}' is of the type '{dtype}', which is not known. Known: "
            + $"{string.Join(", ", DtypeInfo.All.Select(d => d.Torch))}.");

    public static InvalidDataException SafeTensors(string file, string why) =>
        new($"{file}: as safetensors it cannot be read: {why}. {Damaged}");

    public static InvalidDataException SafeTensorsEnd(string file, long wanted, long got) =>
        new(Invariant($"{file}: its header has tensors of {wanted} bytes, and {got} follow it: ")
            + (got < wanted ? Damaged : "what is behind the last tensor belongs to none. Are two files joined in it?"));

    public static InvalidDataException Npy(string file, string name, string why) =>
        new($"{file}: '{name}' is no array of numpy's: {why}. {Damaged}");

    public static InvalidDataException Json(string file, string why) =>
        new($"{file}: as an optimizer's state in JSON it cannot be read: {why}.");

    static string Size(double bytes)
    {
        string[] units = ["bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
        var unit = 0;
        while (bytes >= 10_000 && unit < units.Length - 1) (bytes, unit) = (bytes / 1000, unit + 1);
        return Invariant($"{bytes:0.#} {units[unit]}");
    }

    static string Some(IEnumerable<string> names)
    {
        const int Shown = 5;
        var all = names.ToArray();
        var more = all.Length > Shown ? Invariant($" and {all.Length - Shown} more") : "";
        return all.Length == 0 ? "nothing" : $"{string.Join(", ", all.Take(Shown))}{more}";
    }
}
