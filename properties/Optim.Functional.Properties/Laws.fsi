namespace Optim.Functional.Properties

open System
open System.Collections.Generic
open Optim.Functional
open Optim.Functional.Rules

/// <summary>A rule does not obey a law. The message has the law's sentence, what differs, the smallest case found as code,
/// and the seed that finds it again.</summary>
type LawBroken =
    inherit Exception
    new: message: string -> LawBroken

/// <summary>The laws, and how a rule is checked against them.</summary>
/// <example><code>Law.check (SignMomentum(lr = 0.1, beta = 0.9))</code></example>
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Law =

    /// <summary>All laws.</summary>
    val all: Law list

    /// <summary>How many cases a law is checked on where nobody says: 100.</summary>
    val defaultCases: int

    /// <summary>The law of that name.</summary>
    /// <exception cref="T:System.ArgumentException">There is none.</exception>
    val find: name: string -> Law

    /// <summary>Checks every law that speaks of a rule, as it is and with other options that its constructor
    /// accepts. Draws a seed.</summary>
    /// <exception cref="T:Optim.Functional.Properties.LawBroken">A law does not hold.</exception>
    val check: rule: IRule -> unit

    /// <summary>The same with a given number of cases and a given seed.</summary>
    /// <exception cref="T:Optim.Functional.Properties.LawBroken">A law does not hold.</exception>
    val checkWith: settings: Settings -> rule: IRule -> unit

    /// <summary>Checks a law on one input: what a counterexample's code calls.</summary>
    /// <param name="name">The law's name.</param>
    /// <param name="input">What the law is about: a <c>Case</c>, a <c>Scenario</c>, a <c>Descent</c>.</param>
    /// <exception cref="T:Optim.Functional.Properties.LawBroken">The law does not hold.</exception>
    /// <exception cref="T:System.ArgumentException">There is no such law, or it is about another input.</exception>
    val replay: name: string -> input: obj -> unit

    /// <summary>What is said of a law that a rule breaks: the sentence, what differs, and the counterexample as code.</summary>
    val describe: language: Language -> law: Law -> subject: Subject -> counterexample: Counterexample -> string

/// <summary>The laws, for C#.</summary>
/// <example><code>[Fact] public void My_rule_obeys_the_laws() => Laws.Check(new MyRule(Lr: 0.1));</code></example>
[<AbstractClass; Sealed>]
type Laws =

    /// <summary>All laws.</summary>
    static member All: IReadOnlyList<Law>

    /// <summary>Checks every law that speaks of a rule, as it is and with other options that its constructor
    /// accepts. Draws a seed.</summary>
    /// <exception cref="T:Optim.Functional.Properties.LawBroken">A law does not hold.</exception>
    static member Check: rule: IRule -> unit

    /// <summary>The same with a given number of cases and a given seed.</summary>
    /// <exception cref="T:Optim.Functional.Properties.LawBroken">A law does not hold.</exception>
    static member Check: rule: IRule * cases: int * seed: int -> unit

    /// <summary>Checks a law on one input: what a counterexample's code calls.</summary>
    /// <exception cref="T:Optim.Functional.Properties.LawBroken">The law does not hold.</exception>
    /// <exception cref="T:System.ArgumentException">There is no such law, or it is about another input.</exception>
    static member Replay: law: string * input: obj -> unit
