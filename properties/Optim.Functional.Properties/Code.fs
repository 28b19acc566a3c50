namespace Optim.Functional.Properties

open System
open System.Globalization
open Optim.Functional
open Optim.Functional.Rules

/// The language a counterexample is written in.
type Language =
    | FSharp = 0
    | CSharp = 1

/// Numbers and rules as code that can be pasted.
[<RequireQualifiedAccess>]
module internal Code =

    let number language (x: float) =
        match language, x with
        | Language.CSharp, x when Double.IsNaN x -> "double.NaN"
        | Language.CSharp, x when Double.IsPositiveInfinity x -> "double.PositiveInfinity"
        | Language.CSharp, x when Double.IsNegativeInfinity x -> "double.NegativeInfinity"
        | _, x when Double.IsNaN x -> "nan"
        | _, x when Double.IsInfinity x -> if x > 0 then "infinity" else "-infinity"
        | _ ->
            let text = x.ToString("R", CultureInfo.InvariantCulture)
            if text.IndexOfAny [| '.'; 'E' |] < 0 then text + ".0" else text

    /// Numbers of float32, with no more digits than those have.
    let private single language (x: float) =
        if Double.IsFinite x then
            number language (Double.Parse((float32 x).ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
        else
            number language x

    let numbers language isSingle (values: float[]) =
        let number = if isSingle then single language else number language

        match language with
        | Language.CSharp -> values |> Seq.map number |> String.concat ", " |> sprintf "[%s]"
        | _ when values.Length = 0 -> "[||]"
        | _ -> values |> Seq.map number |> String.concat "; " |> sprintf "[| %s |]"

    let array language = numbers language false

    let list language (items: string list) =
        match language with
        | Language.CSharp -> String.concat ", " items |> sprintf "[%s]"
        | _ when items.IsEmpty -> "[]"
        | _ -> String.concat "; " items |> sprintf "[ %s ]"

    /// A type as code names it: without this library's namespace, and without the one that F# Interactive gives each of its inputs.
    let private typeName (t: Type) =
        let parts = (string t.FullName).Split('.', '+') |> List.ofArray

        match parts with
        | "Optim" :: "Functional" :: [ name ] -> name
        | first :: rest when first.StartsWith "FSI_" -> String.concat "." rest
        | _ -> String.concat "." parts

    let rec private value language (given: obj | null) =
        match given with
        | null -> "null"
        | :? float as x -> number language x
        | :? bool as b -> if b then "true" else "false"
        | :? string as s -> $"\"{s}\""
        | :? Enum as e -> $"{typeName (e.GetType())}.{e}"
        | :? IStage as stage -> construct language stage
        | :? Delegate -> "f"
        | :? Collections.IEnumerable as items -> list language [ for item in items -> value language item ]
        | other -> Convert.ToString(other, CultureInfo.InvariantCulture) |> string

    and private construct language (made: obj) =
        let given = RuleInfo.Of(made.GetType()).Arguments made

        let arguments =
            [
                for struct (name, given, isDefault) in given do
                    if not isDefault then
                        match language with
                        | Language.CSharp -> $"{name}: {value language given}"
                        | _ -> $"{name} = {value language given}"
            ]
            |> String.concat ", "

        match made.GetType(), language with
        | t, _ when given.Count = 0 && isNull (t.GetConstructor [||]) -> "rule"
        | t, Language.CSharp -> $"new {typeName t}({arguments})"
        | t, _ -> $"{typeName t}({arguments})"

    /// The constructor call that makes the rule, then its stages; "rule" where its constructor does not say what it was given.
    let rule language (rule: IRule) =
        let stages =
            match rule with
            | :? Plan as plan -> [ for stage in plan.Stages -> $".With({construct language stage})" ]
            | _ -> []

        construct language (Options.inner rule) + String.concat "" stages
