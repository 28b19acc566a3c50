using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Optim.Functional.Cuda;

/// <summary>What constants of a formula are called.</summary>
static class ConstantNames
{
    /// <summary>Constants are called what the fields of formulas and stages that hold them are called; the formula within comes
    /// first.</summary>
    public static void Give(Recording recording, object step)
    {
        var fields = FieldsOf(step.GetType());
        foreach (var field in fields)
            if (field.FieldType != typeof(RecordingLane) && field.FieldType is { IsValueType: true, IsPrimitive: false })
                Give(recording, field.GetValue(step)!);
        foreach (var field in fields)
            if (field.FieldType == typeof(RecordingLane)) recording.Name((RecordingLane)field.GetValue(step)!, Spelling(field.Name));
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Constants whose fields are trimmed away have numbers for names.")]
    static FieldInfo[] FieldsOf(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    /// <summary>Of the field behind a property, or of an F# record, the property's name.</summary>
    static string Spelling(string field) => field.StartsWith('<') ? field[1..field.IndexOf('>')] : field.TrimEnd('@');
}
