namespace Optim.Functional.Properties

open FsCheck
open Optim.Functional
open Optim.Functional.Rules

/// <summary>What is verified: rules of one type, with many options.</summary>
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

    /// <summary>A line of the registry, with all legal options.</summary>
    val ofLine: info: RuleInfo -> Subject

    /// <summary>A rule with its options as they are, and with others that its constructor accepts:
    /// over torch's range where an option has torch's name, else near the given.</summary>
    /// <remarks>Where no constructor's parameters have properties of the same name, the options are only as they are.</remarks>
    val ofRule: rule: IRule -> Subject

    /// The rule with one option as the subject's own rule has it, in turn.
    val internal plainer: subject: Subject -> rule: 'rule -> 'rule list when 'rule :> IRule

    /// The plan without one of its stages or parts that the subject's own has not, in turn.
    val internal fewerStages: subject: Subject -> rule: IRule -> IRule list
