namespace Optim.Functional;

/// <summary>A tensor that an optimizer updates in place, and its gradient.</summary>
public sealed class Parameter
{
    NDArray? grad;

    /// <summary>A parameter over the caller's own dense array, vector or matrix, which the optimizer writes to.</summary>
    /// <param name="value">Dense, float or double.</param>
    /// <param name="name">Name by which saved states find it again; null for none.</param>
    /// <exception cref="ArgumentException">The value is null or sparse.</exception>
    public Parameter(NDArray value, string? name = null)
    {
        (Value, Name) = (value ?? throw Fault.Null($"the value of parameter '{name}'"), name);
        if (value.IsSparse) throw Fault.SparseParameter(name ?? "");
    }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; }

    /// <summary>The numbers, shared with the caller.</summary>
    public NDArray Value { get; }

    /// <summary>The gradient: the value's shape and element type. Null means absent: a step then leaves parameter and state alone.
    /// Zero is a gradient like others.</summary>
    /// <exception cref="ArgumentException">Shape or element type is not the value's.</exception>
    public NDArray? Grad
    {
        get => grad;
        set
        {
            if (value is not null && value.ElementType != Value.ElementType)
                throw Fault.GradientType(null, Name, value.ElementType, Value.ElementType);
            if (value is not null && !value.SameShape(Value)) throw Fault.GradientShape(null, Name, value, Value);
            if (value is not null && !ReferenceEquals(value.Device, Value.Device)) throw Fault.GradientDevice(null, Name, value, Value);
            grad = value;
        }
    }

    /// <summary>Name and value.</summary>
    public override string ToString() => Name is null ? $"{Value}" : $"{Name}: {Value}";
}
