namespace Optim.Functional;

/// <summary>Parameters that stay as they are, and so does their state: their gradients are taken for absent.</summary>
/// <remarks>torch's requires_grad = False. They are in no norm, and a NaN in them stops nothing.</remarks>
public sealed record Freeze : Stage;
