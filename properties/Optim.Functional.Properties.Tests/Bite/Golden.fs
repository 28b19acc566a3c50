namespace Optim.Functional.Properties.Tests

open System
open System.IO
open System.IO.Compression
open System.Text.Json
open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties

/// A recorded run of torch, as far as one element's formula and the keys of its state are concerned: dense, in one group, to the end.
[<NoComparison; NoEquality>]
type internal Golden =
    {
        Case: Case
        /// Other gradients, and after which step they were observed.
        Observed: (int * float[] option list) list
        Trajectory: (int * float[] list) list
        State: Map<string, float[]> list
    }

/// The golden tests compare more cases, and more closely: what is a violation here fails there.
[<RequireQualifiedAccess>]
module internal Golden =

    let private number (x: JsonElement) =
        if x.ValueKind = JsonValueKind.String then Double.Parse(string (x.GetString())) else x.GetDouble()

    let private array (x: JsonElement) =
        if x.ValueKind = JsonValueKind.Array then
            [| for x in x.EnumerateArray() -> number x |]
        else
            [| number x |]

    let private list read (x: JsonElement) = [ for x in x.EnumerateArray() -> read x ]

    let private option (x: JsonElement) : obj | null =
        match x.ValueKind with
        | JsonValueKind.True -> true
        | JsonValueKind.False -> false
        | JsonValueKind.Null -> null
        | JsonValueKind.Array -> array x
        | JsonValueKind.String ->
            match Double.TryParse(string (x.GetString())) with
            | true, number -> number
            | _ -> string (x.GetString())
        | _ -> number x

    /// What the authors' code has as an option of the rule, and is none here:
    /// another setting than the usual one is no case of the rule alone.
    let private others =
        Map
            [
                "max_grad_norm", (fun (x: JsonElement) -> x.ValueKind = JsonValueKind.Null)
                "corrected_weight_decay", (fun x -> x.ValueKind = JsonValueKind.False)
                "clip_lambda", (fun _ -> false)
                "lr_1d", (fun _ -> false)
                "slice_p", (fun x -> x.ValueKind = JsonValueKind.Number && x.GetDouble() = 1.0)
            ]

    let private read (line: RuleInfo) (json: JsonElement) =
        let (!) (name: string) = json.GetProperty name
        let has (name: string) = fst (json.TryGetProperty name)
        let sparse (g: JsonElement) = g.ValueKind = JsonValueKind.Object
        let one = (!"groups").ValueKind = JsonValueKind.Null && not (has "events" || has "error")

        let usual (o: JsonProperty) = others |> Map.tryFind o.Name |> Option.forall (fun isUsual -> isUsual o.Value)
        // timm's LAMB limits the norm unless it is told not to.
        let isClipped = line.Name = "LAMB" && not (fst ((!"options").TryGetProperty "max_grad_norm"))

        if
            not one
            || has "float64_trajectory" // states of matrices, by other names than here
            || isClipped
            || has "mode_calls"
            || not (Seq.forall usual ((!"options").EnumerateObject()))
            || list (list sparse) !"grads" |> List.exists (List.exists id)
            || (string ((!"name").GetString())).Contains '@'
        then
            None
        else
            let shape (p: JsonElement) =
                match p.TryGetProperty "shape" with
                | true, shape -> [ for n in shape.EnumerateArray() -> n.GetInt32() ]
                | _ -> [ (p.GetProperty "values").GetArrayLength() ]

            let gradient (g: JsonElement) = if g.ValueKind = JsonValueKind.Null then None else Some(array g)

            let entries (name: string) =
                match json.TryGetProperty name with
                | true, value when value.ValueKind <> JsonValueKind.Null -> value.EnumerateObject() |> List.ofSeq
                | _ -> []

            let rows (name: string) =
                match json.TryGetProperty name with
                | true, value when value.ValueKind <> JsonValueKind.Null -> value.EnumerateArray() |> List.ofSeq
                | _ -> []

            let keyed (s: JsonElement) =
                Map
                    [
                        for e in s.EnumerateObject() do
                            // What MARS's authors keep until the next step.
                            if e.Value.ValueKind <> JsonValueKind.Null && e.Name <> "previous_grad" then
                                e.Name, array e.Value
                    ]

            Some
                {
                    Case =
                        {
                            Rule =
                                line.Create(
                                    readOnlyDict
                                        [
                                            for o in entries "options" @ entries "step_args" do
                                                if not (others.ContainsKey o.Name) then
                                                    o.Name, option o.Value
                                        ]
                                )
                            Shapes = !"params" |> list shape
                            Single = (!"dtype").GetString() = "float32"
                            Start = !"params" |> list (fun p -> array (p.GetProperty "values"))
                            Gradients = !"grads" |> list (list gradient)
                        }
                    Observed =
                        [
                            for t, g in List.indexed (rows "previous_grads") do
                                t + 1, list gradient g
                            for update in rows "hessian_updates" do
                                update.GetProperty("after_step").GetInt32(), list gradient (update.GetProperty "grads")
                        ]
                    Trajectory = !"trajectory" |> list (fun at -> at.GetProperty("step").GetInt32(), list array (at.GetProperty "params"))
                    State = !"state" |> list keyed
                }

    /// The authors of Schedule-Free put what it is made of last.
    let private isOf (line: RuleInfo) (file: string) =
        List.contains (file.Replace("_", "")) [ line.Name.ToLowerInvariant() + ".json"; line.Name.ToLowerInvariant() + ".json.gz" ]

    /// None of a rule that has no goldens.
    let ofLine (line: RuleInfo) =
        [
            for folder in [ "goldens"; "goldens-beyond" ] do
                for path in Directory.EnumerateFiles(Path.Combine(Repository.root, "tests", folder)) do
                    if isOf line (string (Path.GetFileName path)) then
                        use stored = File.OpenRead path

                        use text: Stream =
                            if path.EndsWith ".gz" then new GZipStream(stored, CompressionMode.Decompress) else stored

                        use file = JsonDocument.Parse text
                        for json in file.RootElement.EnumerateArray() -> read line json
        ]
        |> List.choose id

    /// torch rounds ASGD's eta and mu to float32.
    let private allowed = 1e-4

    let private near (wanted: float[]) (got: float[]) =
        let near (a: float) (b: float) = a.Equals b || abs (a - b) <= allowed * max 1.0 (abs a)
        wanted.Length = got.Length && Array.forall2 near wanted got

    /// Where a rule differs from what torch gave, in words.
    let violations golden (rule: IRule) =
        let case = { golden.Case with Rule = rule }

        /// By the rule that is mutated: a mutant observes nothing itself.
        let observed step (θ, s) =
            let others = golden.Observed |> List.filter (fst >> (=) step) |> List.map snd

            let s =
                (s, Case.gradients { case with Gradients = others }) ||> List.fold (fun s g -> (Options.inner rule).Observe(θ, g, s))

            θ, s

        let path =
            (observed 0 (Run.init rule (Case.start case)), List.indexed (Case.gradients case))
            ||> List.scan (fun at (i, g) -> observed (i + 1) (Run.step Run.scalar rule at g))

        [
            for step, wanted in golden.Trajectory do
                for i, wanted in List.indexed wanted do
                    if not (near wanted (Bits.floats ((fst path[step]).[i]))) then
                        $"parameter {i} after step {step}"

            for i, wanted in List.indexed golden.State do
                let s = (snd (List.last path)).[i]

                let got =
                    Map
                        [
                            if s.Exists && (Kind.gradient rule).CountsSteps then
                                "step", [| float s.Step |]
                            if s.Exists then
                                for scalar in s.Scalars do
                                    scalar.Key, [| scalar.Value |]
                            for slot in s.Slots do
                                slot.Key, Bits.floats slot.Value
                        ]

                if Seq.toList got.Keys <> Seq.toList wanted.Keys then
                    $"state of parameter {i}: wanted {Seq.toList wanted.Keys}, got {Seq.toList got.Keys}"
                else
                    for KeyValue(key, wanted) in wanted do
                        if not (near wanted got[key]) then
                            $"{key} of parameter {i}"
        ]
