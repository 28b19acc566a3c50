namespace Optim.Functional.PyTorch;

// As the library's own values.
public sealed partial class Checkpoint
{
    /// <summary>The optimizer's state dict in the file.</summary>
    /// <param name="key">The dictionary that it is; null where the whole file is one, or where one of the outermost dictionary's values
    /// is.</param>
    /// <param name="dtypes">What is done with slots of a type that no parameter is of: float16, bfloat16, float8, integers. float32 and
    /// float64 stay as they are.</param>
    /// <exception cref="ArgumentException">There is none, or a slot is of such a type.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public StateDict ToStateDict(string? key = null, DtypeRule dtypes = DtypeRule.Same) =>
        StateDicts.Read(Path, key is null ? Root : this[key], key, dtypes);

    /// <summary>The tensors of a dictionary, by their keys joined with dots.</summary>
    /// <param name="key">The dictionary; null for the whole file.</param>
    /// <param name="dtypes">Same: float32, float64 and complex ones are taken, others refused. Else others are widened.</param>
    /// <exception cref="ArgumentException">There is no tensor, or one is of another type.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public Params ToParams(string? key = null, DtypeRule dtypes = DtypeRule.Same)
    {
        return Params.Of(TensorsAt(key).Select(t => (t.Key, dtypes == DtypeRule.Same ? t.Value.ToNDArray() : t.Value.Widen())));
    }

    /// <summary>The tensors of a dictionary.</summary>
    internal IReadOnlyDictionary<string, SavedTensor> TensorsAt(string? key)
    {
        var from = key is null ? Root : this[key];
        var named = key is null ? Tensors : TensorsOf(from);
        return named.Count > 0 ? named : throw Fault.NoModel(Path, StateDicts.Described(from));
    }
}
