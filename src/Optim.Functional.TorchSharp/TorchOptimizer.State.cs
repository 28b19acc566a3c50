using Modules = TorchSharp.Modules;

namespace Optim.Functional;

public partial class TorchOptimizer
{
    /// <summary>The state as TorchSharp passes it around: another <see cref="TorchOptimizer"/> loads it, and TorchSharp's
    /// <c>save_state_dict</c> writes it. <see cref="Optimizer.StateDict"/> of <see cref="Core"/> is the one to look into.</summary>
    public override StateDictionary state_dict()
    {
        foreach (var group in shown) group.Show();
        return base.state_dict();
    }

    /// <summary>Takes over the state of another optimizer: one like this, or TorchSharp's own of the same rule.</summary>
    /// <param name="state_dict">From <c>state_dict()</c> of that optimizer; copied.</param>
    /// <exception cref="ArgumentException">It is another rule's or another model's; nothing is changed.</exception>
    public override void load_state_dict(StateDictionary state_dict)
    {
        if (state_dict is null) throw TorchFault.Null("the state dict");
        var saved = state_dict.Options.FirstOrDefault() is SavedOptions ours
            ? ours.Optimizer.Core.StateDict()
            : TheirState.Read(state_dict, this);
        Core.LoadStateDict(saved);
        foreach (var (group, options) in shown.Zip(state_dict.Options)) group.Options.InitialLearningRate = options.InitialLearningRate;
    }

    /// <summary>Gives the state and the options to an optimizer of TorchSharp's own, of the same rule over a model of the same
    /// shapes.</summary>
    /// <param name="theirs">It is written to.</param>
    /// <exception cref="ArgumentException">It has another rule or other parameters; nothing is changed.</exception>
    public void CopyStateTo(Modules.OptimizerHelper theirs)
    {
        if (theirs is null) throw TorchFault.Null("TorchSharp's optimizer");
        if (theirs is TorchOptimizer ours) ours.load_state_dict(state_dict());
        else TheirState.Write(this, theirs.state_dict());
    }

    internal IReadOnlyList<TensorLink> Links => links;
}
