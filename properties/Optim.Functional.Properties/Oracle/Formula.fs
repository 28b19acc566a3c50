namespace Optim.Functional.Properties

open Optim.Functional
open Optim.Functional.Rules
open Optim.Functional.Properties.RoundedOperators

/// One element before a step.
type internal Situation =
    {
        /// The step to be made, 1 at the first.
        t: Rounded
        θ: Rounded
        g: Rounded
        /// Whether this step creates one of the slots.
        Fresh: bool
        /// Slots and scalars by torch's keys, also those that all parameters share.
        Of: string -> Rounded
        /// What all parameters share, after the step.
        Learned: string -> Rounded
    }

/// One element after a step, and the scalars.
type internal Outcome =
    {
        Θ: Rounded
        Slots: (string * Rounded) list
        Scalars: (string * Rounded) list
        /// What all parameters share, as far as one of them decides it.
        Shared: (string * Rounded) list
    }

/// An optimizer's step on one element, as its paper has it and with torch's conventions.
type internal Formula =
    {
        /// How many times the bound of the paper's line the library may be off.
        K: float
        /// Slots and scalars before the first step, where they are not 0.
        Start: IRule -> (string * Rounded) list
        /// What all parameters share before the first step.
        Shared: IRule -> (string * float) list
        /// Whether the state has torch's step.
        Counts: bool
        /// Whether there is state before the first gradient.
        Eager: bool
        Step: IRule -> Situation -> Outcome
    }

/// What the formulas' lines are made of: options, and torch's conventions.
/// In each K the library's roundings are held against those of the line.
/// Common to all: a constant that is derived on the host is rounded once to the element type on both sides;
/// x·y + z rounds once in the library and twice here. The order of products and quotients is the library's:
/// where one order is exact another may not be.
module internal FormulaParts =

    /// An option of the rule: exact, on the host.
    let (?) o name = Rounded.host (Options.number name o)

    /// An option that is two numbers.
    let two name o =
        let pair = Options.get<float[]> name o
        Rounded.host pair[0], Rounded.host pair[1]

    let has name o = Options.isOn name o

    /// -g to ascend, before any decay.
    let ascent o x = if has "maximize" o then -x.g else x.g

    /// torch's L2 penalty: g + λθ.
    let penalised o x =
        let λ = o?weight_decay
        if Rounded.isZero λ then ascent o x else ascent o x + λ * x.θ

    /// m + w(g - m), which is β m + w g for w = 1 - β; torch computes it so, and from g's end, g - (1 - w)(g - m), where w >= 1/2.
    /// There 1 - w is exact in w and at most w, so that the bound holds for that end too.
    let lerp m g w = m + w * (g - m)

    /// Whether t is the first step, or a multiple of n after it.
    let isEach n t = Rounded.isEach n t

    let step θ slots = { Θ = θ; Slots = slots; Scalars = []; Shared = [] }

    let formula step =
        { K = 1.0; Start = (fun _ -> []); Shared = (fun _ -> []); Counts = true; Eager = false; Step = step }
