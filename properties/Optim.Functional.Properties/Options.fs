namespace Optim.Functional.Properties

open System
open Optim.Functional
open Optim.Functional.Rules

/// A rule made of another one, whose options are that one's.
type internal IAround =
    inherit IRule

    /// The rule that has the options.
    abstract Inner: IRule

    /// The same around another rule, such as the inner one with an option changed.
    abstract Around: IRule -> IRule

/// The options of any rule, by torch's names, as its constructor has them.
[<RequireQualifiedAccess>]
module internal Options =

    /// The rule that has the options.
    let rec inner (rule: IRule) : IRule =
        match rule with
        | :? IAround as around -> inner around.Inner
        | :? Plan as plan -> inner plan.Rule
        | _ -> rule

    /// Another rule with all that was made around the first.
    let rec outer (rule: IRule) (other: IRule) : IRule =
        match rule with
        | :? IAround as around -> around.Around(outer around.Inner other)
        | :? Plan as plan -> plan.Around(outer plan.Rule other)
        | _ -> other

    let info rule = RuleInfo.Of((inner rule).GetType())

    /// Whether it is one of the library's own.
    let isOurs rule = (info rule).RuleType.Assembly = typeof<Adam>.Assembly

    let has name rule = (info rule).Options |> Seq.exists (fun o -> o.Name = name)

    let all (rule: IRule) = (info rule).Read(inner rule)

    /// The value of an option; of one that the rule lacks, the registry's default for a rule of that name.
    let get<'a> name (rule: IRule) : 'a =
        match (all rule).TryGetValue name with
        | true, value -> unbox<'a> value
        | _ -> (Registry.Find rule.Name).Options |> Seq.find (fun o -> o.Name = name) |> fun o -> unbox<'a> o.Default

    let number name rule = get<float> name rule
    let isOn name (rule: IRule) = has name rule && get<bool> name rule

    /// The same rule with one option changed.
    let set<'rule when 'rule :> IRule> (name: string) (value: obj | null) (rule: 'rule) : 'rule =
        unbox<'rule>(outer rule ((info rule).With(inner rule, name, value)))

    /// The same, where the rule accepts the value beside its other options.
    let trySet<'rule when 'rule :> IRule> name (value: obj | null) (rule: 'rule) : 'rule option =
        try
            Some(set name value rule)
        with :? ArgumentException ->
            None

    /// The same, where the rule has the option.
    let setIf name value rule = if has name rule then set name value rule else rule

    let private made (rule: IRule) options = if (info rule).Options.Count = 0 then rule else (info rule).Create options

    /// The same rule with every option that has a default at that default, where all of them go together.
    let byDefault (rule: IRule) =
        let options = all rule

        try
            made
                rule
                (readOnlyDict
                    [
                        for o in (info rule).Options do
                            if o.Required then
                                o.Name, options[o.Name]
                    ])
        with :? ArgumentException -> // an option that its own default does not go with
            rule

    /// For each option the rule can have another value of: its name, the value, and the rule that has it.
    let neighbours (rule: IRule) =
        let value (o: OptionInfo) : obj | null =
            match (all rule)[o.Name] with
            | :? bool as on -> box (not on)
            | :? float as x -> box (if x = 0.0 then 0.5 else x / 2.0)
            | :? (float[]) as several -> box (Array.updateAt 0 (several[0] / 2.0) several)
            | _ -> null

        [
            for o in (info rule).Options do
                match value o with
                | null -> ()
                | value ->
                    match trySet o.Name value rule with
                    | Some changed -> o.Name, value, changed
                    | None -> ()
        ]
