namespace Optim.Functional.Properties

open System
open System.Globalization
open FsCheck
open FsCheck.FSharp
open Optim.Functional
open Optim.Functional.Rules

/// What is verified: rules of one type, with many options.
type Subject =
    {
        /// As tables name it.
        Name: string
        /// One of them, which says of what kind they all are.
        Rule: IRule
        /// All of them.
        Rules: Gen<IRule>
    }

[<RequireQualifiedAccess>]
module Subject =

    /// Numbers from one end to the other, evenly in their logarithm, with few digits.
    let private between (least: float) (most: float) =
        Gen.choose (0, 1000)
        |> Gen.map (fun k ->
            Double.Parse(
                (least * Math.Pow(most / least, float k / 1000.0)).ToString("G3", CultureInfo.InvariantCulture),
                CultureInfo.InvariantCulture
            ))

    /// From 0 to below 1, near 1 too.
    let private fraction = Gen.oneof [ between 1e-3 0.999; between 1e-5 1e-2 |> Gen.map (fun x -> 1.0 - x) ]

    let private pair first second = Gen.map2 (fun a b -> [| a; b |]) first second

    /// Telling values half of the time, else any.
    let private either (telling: 'a list) any : Gen<obj | null> =
        Gen.oneof [ Gen.elements telling; any ] |> Gen.map (fun value -> box value)

    /// Legal values of an option of torch's, over its whole range; of another one, values near the given.
    let private values (o: OptionInfo) (given: obj | null) =
        match o.Name, given with
        | "lr", (:? float) -> either [ 0.1; 1e-3; 1.0; 0.01; 10.0; 0.0 ] (between 1e-6 10.0)
        | "betas_1d", (:? (float[])) -> either [ [| 0.9; 0.95 |]; [| 0.0; 0.0 |]; [| 0.3; 0.5 |] ] (pair fraction fraction)
        | "betas", (:? (float[]) as given) when given.Length = 3 ->
            either
                [ [| 0.9; 0.999; 0.9999 |]; [| 0.98; 0.92; 0.99 |]; [| 0.0; 0.0; 0.0 |]; [| 0.3; 0.5; 0.2 |]; [| 0.0; 0.99; 0.5 |] ]
                (Gen.map3 (fun a b c -> [| a; b; c |]) fraction fraction fraction)
        | "betas", (:? (float[])) ->
            either [ [| 0.9; 0.999 |]; [| 0.0; 0.0 |]; [| 0.3; 0.5 |]; [| 0.0; 0.99 |]; [| 0.6; 0.0 |] ] (pair fraction fraction)
        | "etas", (:? (float[])) -> either [ [| 0.5; 1.2 |]; [| 0.3; 3.0 |] ] (pair (between 0.01 0.99) (between 1.01 10.0))
        | "step_sizes", (:? (float[])) ->
            either [ [| 1e-6; 50.0 |]; [| 0.05; 0.2 |]; [| 0.0; 1.0 |] ] (pair (between 1e-8 1e-2) (between 0.1 100.0))
        | "eps", (:? float) -> either [ 1e-8; 1e-10; 1e-3; 0.0; 1.0 ] (between 1e-12 1.0)
        | "t0", (:? float) -> either [ 1e6; 0.0; 2.0; -1.0 ] (between 1.0 10.0)
        | "lambd", (:? float) -> either [ 1e-4; 0.0; 0.1; -0.01 ] (between 1e-6 1.0)
        | ("weight_decay" | "weight_decay_1d" | "lr_decay" | "initial_accumulator_value"), (:? float) ->
            either [ 0.0; 1e-4; 0.1; 2.0 ] (between 1e-6 10.0)
        | "dampening", (:? float) -> either [ 0.0; 0.5; 1.0; -0.5 ] fraction
        | "hessian_every", _ -> either [ 1; 2 ] (Gen.choose (1, 4))
        | ("rho" | "gamma"), (:? float as x) when x < 0.5 -> either [ 0.04; 0.0; 1.0 ] (between 1e-3 1.0)
        | "bs", (:? float) -> either [ 1.0; 5120.0 ] (between 1.0 1e4)
        | "lr_1d_factor", (:? float) -> either [ 1.0; 0.5; 0.0 ] (between 0.01 10.0)
        | "mars_type", _ -> Gen.elements [ "mars-adamw"; "mars-lion" ] |> Gen.map (fun name -> box name)
        | ("momentum" | "rho" | "alpha"), (:? float) -> either [ 0.0; 0.5; 0.9; 0.99; 1.0 ] fraction
        | "max_iter", _ when o.Type = typeof<int> -> either [ 20; 0; 1; 2; 5 ] (Gen.choose (0, 40))
        | "max_eval", _ when o.Type = typeof<int> -> either [ 20; 1; 2; 5 ] (Gen.choose (1, 40))
        | "history_size", (:? int) -> either [ 100; 1; 2; 3 ] (Gen.choose (1, 12))
        | "tolerance_grad", (:? float) -> either [ 1e-5; 0.0; 1e-2; -1.0 ] (between 1e-12 1.0)
        | "tolerance_change", (:? float) -> either [ 1e-9; 0.0; 1e-2 ] (between 1e-12 1.0)
        | "line_search_fn", _ -> Gen.constant (box "strong_wolfe")
        | "eps", (:? (Nullable<float>[])) ->
            either
                [ [| Nullable(); Nullable 1e-3 |]; [| Nullable 1e-30; Nullable 1e-3 |]; [| Nullable 0.0; Nullable 0.0 |] ]
                (Gen.map2 (fun (a: float) (b: float) -> [| Nullable a; Nullable b |]) (between 1e-12 1.0) (between 1e-4 1.0))
        | "beta2_decay", (:? float) -> either [ -0.8; 0.0; -1.0 ] (between 0.01 2.0 |> Gen.map (~-))
        | "d", (:? float) -> either [ 1.0; 2.0 ] (between 1.0 10.0)
        | "momentum_decay", (:? float) -> either [ 4e-3; 0.0; 0.1 ] (between 1e-4 1.0)
        | "ns_coefficients", (:? (float[])) ->
            // Those that keep singular values from 0 to 1 bounded.
            Gen.elements [ [| 3.4445; -4.775; 2.0315 |]; [| 1.5; -0.5; 0.0 |]; [| 2.0; -1.5; 0.5 |]; [| 1.875; -1.25; 0.375 |] ]
            |> Gen.map (fun c -> box c)
        | "ns_steps", _ -> either [ 5; 0; 1 ] (Gen.choose (0, 6))
        | "adjust_lr_fn", _ ->
            Gen.elements [ "original"; "match_rms_adamw"; "spectral_unclamped"; "spectral"; "none"; "keller_jordan" ]
            |> Gen.map (fun name -> box name)
        | "coefficients", _ ->
            Gen.elements [ "original"; "quintic"; "polar_express"; "nv_polar_express"; "cubic" ] |> Gen.map (fun name -> box name)
        | "weight_decay_method", _ -> Gen.elements [ "decoupled"; "independent"; "palm"; "l2" ] |> Gen.map (fun name -> box name)
        | "warmup_steps", (:? int) -> either [ 0; 1; 3 ] (Gen.choose (0, 9))
        | ("r" | "weight_lr_power"), (:? float) -> either [ 0.0; 1.0; 2.0 ] (between 0.1 3.0)
        | "inner_momentum", (:? float) -> either [ 0.0; 0.5; 0.9 ] fraction
        | ("alpha_warmup" | "beta3_warmup"), _ -> either [ 1; 2; 5 ] (Gen.choose (1, 9))
        | "clip_lambda", (:? float) -> either [ 1.0; 0.5; 0.0; infinity ] (between 1e-3 10.0)
        | "clip_exponent", (:? float) -> either [ 0.25; 0.0; 1.0 ] (between 0.01 2.0)
        | "trust_coeff", (:? float) -> either [ 1e-3; 1.0; 0.0 ] (between 1e-4 1.0)
        | "precondition_frequency", (:? int) -> either [ 1; 2; 3 ] (Gen.choose (1, 10))
        | "start_preconditioning_step", (:? int) -> either [ -1; 3; 4 ] (Gen.choose (1, 6))
        | "max_preconditioner_dim", (:? int) -> either [ 1; 2; 3 ] (Gen.choose (1, 12))
        | "target_parameter_dimensionality", (:? int) -> Gen.choose (1, 3) |> Gen.map (fun n -> box n)
        | "inverse_exponent_override", _ ->
            Gen.elements [ [| Nullable 0.5; Nullable 0.125 |]; [| Nullable 1.0; Nullable() |]; [| Nullable(); Nullable 0.5 |] ]
            |> Gen.map (fun powers -> box powers)
        | "weight_decay_type", _ -> Gen.elements [ "decoupled"; "l2"; "corrected"; "independent" ] |> Gen.map (fun name -> box name)
        | "grafting", _ -> Gen.elements [ "sgd"; "adagrad"; "rmsprop"; "adam" ] |> Gen.map (fun name -> box name)
        | "grafting_beta2", (:? float) -> either [ 0.99; 0.5 ] (between 1e-3 0.999)
        | ("epsilon" | "grafting_epsilon"), (:? float) -> either [ 1e-12; 1e-3; 0.0; 1.0 ] (between 1e-12 1.0)
        | "max_precond_dim", (:? int) -> either [ 260; 1; 2; 3; 4 ] (Gen.choose (1, 20))
        | "max_clamp_value", (:? int) -> either [ 4000; 1; 12 ] (Gen.choose (1, 40))
        | "init_factor", (:? float) -> either [ 0.1; 1.0 ] (between 1e-3 10.0)
        | "shampoo_beta", (:? float) -> either [ -1.0; 0.0; 0.5 ] fraction
        | "b1", (:? float) -> either [ 0.9; 0.0; 0.5 ] fraction
        | "preconditioner_update_probability", _ -> either [ 0.5; 0.3; 1.0 ] (between 0.1 1.0)
        | "max_size_triangular", (:? int) -> either [ 1; 2; 3 ] (Gen.choose (0, 12))
        | "min_ndim_triangular", (:? int) -> Gen.choose (0, 4) |> Gen.map (fun n -> box n)
        | "memory_save_mode", _ -> Gen.elements [ "one_diag"; "smart_one_diag"; "all_diag" ] |> Gen.map (fun name -> box name)
        | "precond_lr", (:? float) -> either [ 0.1; 0.0; 0.5 ] (between 1e-3 0.5)
        | "precond_init_scale", (:? float) -> either [ 1.0; 0.1; 10.0 ] (between 1e-2 100.0)
        | "balance_frequency", (:? int) -> either [ 1; 2 ] (Gen.choose (1, 4))
        | "noise_seed", (:? int) -> Gen.choose (-2, 2) |> Gen.map (fun n -> box n)
        | "peak_lr", _ -> either [ 1e-3; 0.1; 1.0 ] (between 1e-4 10.0)
        | "beta3", _ -> either [ 0.0; 0.5; 0.99 ] fraction
        | "d0", (:? float) -> either [ 1e-6; 0.1 ] (between 1e-6 1.0)
        | "d_coef", (:? float) -> either [ 1.0; 0.5; 2.0 ] (between 0.1 10.0)
        | "growth_rate", (:? float) -> either [ infinity; 1.0; 1.02; 2.0 ] (between 1.0 10.0)
        | _, (:? bool) -> either [ true ] (Gen.constant false)
        | _, (:? float as x) -> either [ x ] (Gen.constant (x / 2.0))
        | _, other -> Gen.constant other

    let private create (info: RuleInfo) options =
        try
            Some(info.Create(readOnlyDict options))
        with :? ArgumentException -> // an option out of range, or two that do not go together
            None

    /// What keeps factors of long parameters small, so that they are decomposed in no time.
    let private small name : (obj | null) option =
        match name with
        | "max_preconditioner_dim"
        | "max_size_triangular" -> Some(box 8)
        | _ -> None

    let private varied (info: RuleInfo) (given: (string * (obj | null)) list) =
        let needed =
            given
            |> List.filter (fun (name, _) -> small name <> None || info.Options |> Seq.exists (fun o -> o.Required && o.Name = name))

        let option (o: OptionInfo) =
            let mine = given |> List.tryFind (fun (name, _) -> name = o.Name) |> Option.map snd

            let start =
                match mine with
                | Some value -> value
                | None -> o.Default

            Gen.frequency [ 1, Gen.constant start; 1, values o start ] |> Gen.map (fun value -> o.Name, value)

        Gen.frequency [ 1, Gen.constant given; 1, Gen.constant needed; 6, info.Options |> Seq.map option |> Gen.sequenceToList ]
        |> Gen.map (create info)
        |> Gen.filter Option.isSome
        |> Gen.map Option.get

    /// A line of the registry, with all legal options.
    let ofLine (info: RuleInfo) =
        let given =
            [
                for o in info.Options do
                    match small o.Name with
                    | Some value -> o.Name, value
                    | None when o.Required -> o.Name, (box 0.1: obj | null)
                    | None -> ()
            ]

        { Name = info.Name; Rule = info.Create(readOnlyDict given); Rules = varied info given }

    /// A rule with its options as they are, and with others that its constructor accepts.
    let ofRule (rule: IRule) =
        let info, given = Options.info rule, [ for o in Options.all rule -> o.Key, o.Value ]

        {
            Name = rule.Name
            Rule = rule
            Rules =
                if given.IsEmpty then
                    Gen.constant rule
                else
                    Gen.frequency [ 1, Gen.constant rule; 3, varied info given |> Gen.map (Options.outer rule) ]
        }

    let private same (a: obj | null) (b: obj | null) =
        match a, b with
        | (:? (float[]) as a), (:? (float[]) as b) -> a = b
        | _ -> Object.Equals(a, b)

    /// The rule with one option as the subject's own rule has it.
    let internal plainer (subject: Subject) (rule: #IRule) =
        let given, wanted = Options.all rule, Options.all subject.Rule

        [
            for o in (Options.info rule).Options do
                if wanted.ContainsKey o.Name && not (same given[o.Name] wanted[o.Name]) then
                    yield! Options.trySet o.Name wanted[o.Name] rule |> Option.toList
        ]

    let internal fewerStages (subject: Subject) (rule: IRule) : IRule list =
        match rule with
        | :? Plan as plan ->
            let own = Kind.stages subject.Rule
            let bare: IRule = if (Kind.parts rule).IsEmpty then plan.Rule else Plan.Of plan.Rule

            let bare = (bare, Kind.parts rule) ||> List.fold (fun plan part -> plan.For(part.Where, part.Plan))

            [
                for left in plan.Stages do
                    if not (List.contains left own) then
                        (bare, plan.Stages)
                        ||> Seq.fold (fun made stage -> if Object.ReferenceEquals(stage, left) then made else made.With stage)
            ]
        | _ -> []
