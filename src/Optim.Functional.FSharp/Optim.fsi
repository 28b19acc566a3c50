namespace Optim.Functional

open Optim.Functional.Rules

/// <summary>The verbs of every optimizer, as pure functions: arguments are only read, results share no array with them.</summary>
/// <remarks>
/// θ, its gradients and the result have one type: <c>Params</c>, <c>float[]</c>, <c>float32[]</c>, a list of either,
/// a MathNet <c>Vector</c> or <c>Matrix</c> of either, or a type of your own that has a <see cref="T:Optim.Functional.Packing`1"/>.
/// </remarks>
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Optim =

    /// <summary>The state before the first step.</summary>
    /// <param name="rule">The rule, with its hyperparameters.</param>
    /// <param name="θ">The parameters: at least one, dense, all float or all float32.</param>
    /// <exception cref="T:System.ArgumentException">A hyperparameter is out of range, or the parameters are not as said.</exception>
    val inline init: rule: IRule -> θ: ^θ -> State when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>One step: new parameters and new state.</summary>
    /// <param name="rule">The rule, with its hyperparameters; another Lr at each step is a schedule.</param>
    /// <param name="θ">Parameters.</param>
    /// <param name="g">Gradients, each the shape of its parameter.
    /// A parameter of <c>Params</c> without one keeps its numbers and its state.</param>
    /// <param name="s">State, from <c>Optim.init</c> or an earlier step.</param>
    /// <exception cref="T:System.ArgumentException">Names, shapes or element types do not fit, the state is another rule's,
    /// a hyperparameter is out of range, or a gradient is not finite and the rule is set to throw.</exception>
    val inline step:
        rule: IRule -> θ: ^θ * g: ^θ * s: State -> ^θ * State when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary><c>Optim.step</c> on threads and lanes of your choice; they do not change the result.</summary>
    /// <example><code>Optim.stepOn (Execution(Threads = 1)) rule (θ, g, s)</code></example>
    val inline stepOn:
        how: Execution -> rule: IRule -> θ: ^θ * g: ^θ * s: State -> ^θ * State
            when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary><c>Optim.step</c> that writes its results in the place of θ and s, where both came out of an earlier step:
    /// it costs what a step in place does. They must not be used again.</summary>
    /// <exception cref="T:System.InvalidOperationException">The state, or the parameters, were given away before.</exception>
    val inline stepDonating:
        rule: IRule -> θ: ^θ * g: ^θ * s: State -> ^θ * State when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>Many steps, without new arrays for those in between.</summary>
    /// <param name="rule">The rule, with its hyperparameters.</param>
    /// <param name="gradient">The gradient at given parameters.
    /// These are overwritten after it returns: what it keeps of them it must copy.</param>
    /// <param name="steps">How many, at least 0.</param>
    /// <param name="θ">Where to start.</param>
    /// <param name="s">State there.</param>
    /// <exception cref="T:System.ArgumentException">As in <c>Optim.step</c>, or the number of steps is negative.</exception>
    val inline run:
        rule: IRule -> gradient: (^θ -> ^θ) -> steps: int -> θ: ^θ * s: State -> ^θ * State
            when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary><c>Optim.run</c> by several processes, each with gradients of its own: the steps are made with their mean. All processes call
    /// it, with the same rule, steps and state; θ is that of the first.</summary>
    /// <example><code>use world = Mpi.Init()
    /// let θ', s' = Optim.runOver world rule gradient 1000 (θ, s)</code></example>
    /// <exception cref="T:System.NotSupportedException">The processes are to have parts of the state.</exception>
    val inline runOver:
        over: ProcessGroup -> rule: IRule -> gradient: (^θ -> ^θ) -> steps: int -> θ: ^θ * s: State -> ^θ * State
            when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>The mean of gradients of several processes, the same bits for all: for <c>Optim.step</c>. All processes call it.</summary>
    /// <example><code>let θ', s' = Optim.step rule (θ, Optim.mean world g, s)</code></example>
    val inline mean: over: ProcessGroup -> g: ^θ -> ^θ when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>One step of a rule that asks for the loss itself, several times: LBFGS, or one of your own.
    /// Gives the new parameters, the new state and the loss at θ.</summary>
    /// <param name="rule">The rule, with its hyperparameters.</param>
    /// <param name="f">Loss and gradient at given parameters; an absent gradient counts as zero.</param>
    /// <param name="θ">Parameters.</param>
    /// <param name="s">State, from <c>Optim.init</c> or an earlier step.</param>
    /// <exception cref="T:System.ArgumentException">Names, shapes or element types do not fit, the state is another rule's,
    /// or a hyperparameter is out of range.</exception>
    val inline stepWith:
        rule: IRule -> f: (^θ -> float * ^θ) -> θ: ^θ * s: State -> ^θ * State * float
            when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>The parameters to evaluate with: the plan's average, or what the rule says (Schedule-Free's x), or θ.</summary>
    /// <param name="rule">The rule or plan that made the state.</param>
    /// <param name="θ">Parameters.</param>
    /// <param name="s">Their state.</param>
    /// <exception cref="T:System.ArgumentException">The state is another rule's, or does not fit the parameters.</exception>
    /// <example><code>let plan = AdamW() |> Optim.ema 0.999
    /// let best = Optim.view plan (θ, s)</code></example>
    val inline view: rule: IRule -> θ: ^θ * s: State -> ^θ when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>The state after other gradients than those of a step: of labels that the model drew itself (SophiaG), of the parameters
    /// before a step (MARS, exact). Nothing moves.</summary>
    /// <param name="rule">The rule or plan that made the state.</param>
    /// <param name="θ">Parameters.</param>
    /// <param name="g">The other gradients.</param>
    /// <param name="s">The parameters' state.</param>
    /// <exception cref="T:System.ArgumentException">The rule observes nothing, or names, shapes or element types do not fit.</exception>
    /// <example><code>let rule = SophiaG(lr = 1e-3)
    /// let s' = Optim.observe rule (θ, ofDrawnLabels θ, s)</code></example>
    val inline observe:
        rule: IRule -> θ: ^θ * g: ^θ * s: State -> State when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>The state dict of a state, torch's layout: what the other face saves. It goes to a file or a stream, and comes from
    /// one.</summary>
    /// <example><code>(Optim.save s).Save "run.json"
    /// let s = Optim.load rule (StateDict.Load "run.json") θ</code></example>
    val save: s: State -> StateDict

    /// <summary>The state that was saved from a run of these parameters, on either face.</summary>
    /// <param name="rule">The rule or plan. Its options are its own, whatever was saved.</param>
    /// <param name="saved">The state dict; copied.</param>
    /// <param name="θ">The parameters.</param>
    /// <exception cref="T:System.ArgumentException">Something does not fit; all differences are listed.</exception>
    val inline load:
        rule: IRule -> saved: StateDict -> θ: ^θ -> State when (Lift or ^θ): (static member Packing: Lift * ^θ -> Packing< ^θ >)

    /// <summary>The plan of a rule without stages, or the plan itself.</summary>
    val plan: rule: IRule -> Plan

    /// <summary>The same rule with these betas, as torch has them: a pair. A plan's rule gets them.</summary>
    /// <exception cref="T:System.ArgumentException">The rule has no betas, or they are out of range.</exception>
    /// <example><code>Adam(Lr = 0.1) |> Optim.betas (0.9, 0.99)</code></example>
    val betas: betas: float * float -> rule: 'rule -> 'rule when 'rule :> IRule

    /// <summary>The same rule, with gradients scaled down where their norm, of all parameters together,
    /// is more than <c>maxNorm</c> &gt; 0, in units of g: g·min(1, maxNorm/(‖g‖ + 1e-6)), as torch.nn.utils.clip_grad_norm_.</summary>
    /// <example><code>Adam(Lr = 0.1) |> Optim.clipNorm 1.0</code></example>
    val clipNorm: maxNorm: float -> rule: IRule -> Plan

    /// <summary>The same rule, with what it does when a gradient holds NaN or an infinity.</summary>
    /// <example><code>Adam(Lr = 0.1) |> Optim.onNonFinite NonFinite.Skip</code></example>
    val onNonFinite: reaction: NonFinite -> rule: IRule -> Plan

    /// <summary>The same rule, with gradients divided by the scale that the loss had.</summary>
    val lossScale: scale: float -> rule: IRule -> Plan

    /// <summary>The same rule, with a learning rate that depends on the step.</summary>
    /// <example><code>Adam(Lr = 0.1) |> Optim.schedule (Cosine 1000)</code></example>
    val schedule: schedule: ISchedule -> rule: IRule -> Plan

    /// <summary>The same rule, with cautious updates (Liang et al., arXiv:2411.16085).</summary>
    val cautious: rule: IRule -> Plan

    /// <summary>The same rule, with cautious weight decay (Chen et al., arXiv:2510.12402).</summary>
    val cautiousWeightDecay: weightDecay: float -> rule: IRule -> Plan

    /// <summary>The same rule, with parameters that keep their norm (arXiv:2606.16899).</summary>
    val hyperball: rule: IRule -> Plan

    /// <summary>The same rule, with slots that become 0 before they are denormal numbers, which many processors compute slowly
    /// with.</summary>
    val flushDenormals: rule: IRule -> Plan

    /// <summary>The same rule, with an exponential moving average of the parameters in the slot <c>ema</c>.</summary>
    /// <example><code>AdamW() |> Optim.ema 0.999</code></example>
    val ema: decay: float -> rule: IRule -> Plan

    /// <summary>The same rule, with the mean of the parameters from a step on, one every few steps (<c>Swa</c>).</summary>
    val swa: start: int64 -> every: int64 -> rule: IRule -> Plan

    /// <summary>The same rule, with slow parameters that the fast ones come back to (<c>Lookahead</c>).</summary>
    val lookahead: every: int -> alpha: float -> rule: IRule -> Plan

    /// <summary>The same rule, with one step with the mean of the gradients of so many calls (<c>Accumulate</c>).</summary>
    val accumulate: steps: int -> rule: IRule -> Plan

    /// <summary>The same rule, with gradients whose rows have the mean 0 (<c>Centralize</c>).</summary>
    val centralize: rule: IRule -> Plan

    /// <summary>The same rule, with each row of a gradient kept within a part of its parameter's: adaptive clipping
    /// (<c>ClipRows</c>).</summary>
    val clipRows: clipping: float -> rule: IRule -> Plan

    /// <summary>The same rule, with each number of the gradients kept within a limit (<c>ClipValue</c>).</summary>
    val clipValue: value: float -> rule: IRule -> Plan

    /// <summary>The same rule, with noise added to the gradients (<c>Noise</c>).</summary>
    val noise: eta: float -> seed: int64 -> rule: IRule -> Plan

    /// <summary>The same rule, with parameters that stay as they are.</summary>
    val freeze: where: Select -> rule: IRule -> Plan

    /// <summary>The same rule, with learning rates times a factor for some of the parameters.</summary>
    val lrFactor: where: Select -> factor: float -> rule: IRule -> Plan

    /// <summary>The same rule, with a learning rate for each layer, decay times that of the next. The layers are given from the
    /// input on, each by the names of its parameters.</summary>
    val layerwiseLr: decay: float -> layers: string list -> rule: IRule -> Plan

    /// <summary>The same rule, with another rule or plan for some of the parameters.</summary>
    /// <example><code>AdamW() |> Optim.forSome Select.Matrices (Muon())</code></example>
    val forSome: where: Select -> other: IRule -> rule: IRule -> Plan

    /// <summary>How values of this type are packed, as <c>Lift</c> or the type itself says: <c>Optim.packing Lift θ</c>.</summary>
    val inline packing: lift: ^l -> θ: ^θ -> Packing< ^θ > when (^l or ^θ): (static member Packing: ^l * ^θ -> Packing< ^θ >)

    /// <summary><c>Optim.init</c> with the packing given.</summary>
    val initAs: packing: Packing<'θ> -> rule: IRule -> θ: 'θ -> State

    /// <summary><c>Optim.step</c> with the packing given.</summary>
    val stepAs: packing: Packing<'θ> -> rule: IRule -> θ: 'θ * g: 'θ * s: State -> 'θ * State

    /// <summary><c>Optim.stepOn</c> and <c>Optim.stepDonating</c> with the packing given.</summary>
    val stepUsing: how: Execution -> donate: bool -> packing: Packing<'θ> -> rule: IRule -> θ: 'θ * g: 'θ * s: State -> 'θ * State

    /// <summary><c>Optim.load</c> with the packing given.</summary>
    val loadAs: packing: Packing<'θ> -> rule: IRule -> saved: StateDict -> θ: 'θ -> State

    /// <summary><c>Optim.run</c> with the packing given.</summary>
    val runAs: packing: Packing<'θ> -> rule: IRule -> gradient: ('θ -> 'θ) -> steps: int -> θ: 'θ * s: State -> 'θ * State

    /// <summary><c>Optim.runOver</c> with the packing given.</summary>
    val runOverAs:
        packing: Packing<'θ> -> over: ProcessGroup -> rule: IRule -> gradient: ('θ -> 'θ) -> steps: int -> θ: 'θ * s: State -> 'θ * State

    /// <summary><c>Optim.mean</c> with the packing given.</summary>
    val meanAs: packing: Packing<'θ> -> over: ProcessGroup -> g: 'θ -> 'θ

    /// <summary><c>Optim.stepWith</c> with the packing given.</summary>
    val stepWithAs: packing: Packing<'θ> -> rule: IRule -> f: ('θ -> float * 'θ) -> θ: 'θ * s: State -> 'θ * State * float

    /// <summary><c>Optim.view</c> with the packing given.</summary>
    val viewAs: packing: Packing<'θ> -> rule: IRule -> θ: 'θ * s: State -> 'θ

    /// <summary><c>Optim.observe</c> with the packing given.</summary>
    val observeAs: packing: Packing<'θ> -> rule: IRule -> θ: 'θ * g: 'θ * s: State -> State
