namespace Optim.Functional.PyTorch;

/// <summary>What is done where a file's numbers are of another element type than the parameters.</summary>
public enum DtypeRule
{
    /// <summary>They are refused.</summary>
    Same,

    /// <summary>They are taken where that loses nothing: float16, bfloat16 and float8 as float32 or float64, float32 as float64, integers
    /// up to 2^53 as float64.</summary>
    Widen,

    /// <summary>They are rounded to the parameters' type, as torch's <c>load_state_dict</c> does without a word.</summary>
    Cast,
}
