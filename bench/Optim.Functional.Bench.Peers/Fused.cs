using static TorchSharp.torch;

namespace Optim.Functional.Bench.Peers;

/// <summary>A fused kernel of libtorch's over tensors of its own, called as torch.optim does:
/// the step counters first, then all tensors in one call.</summary>
sealed class Fused : IPeer
{
    const string Kernels = """
        def AdamW(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], steps: int) -> int:
            none: List[Tensor] = []
            for _ in range(steps):
                torch._foreach_add_(t, 1)
                torch._fused_adamw_(
                    p, g, m, v, none, t, lr=0.001, beta1=0.9, beta2=0.999, weight_decay=0.01, eps=1e-8, amsgrad=False, maximize=False)
            return 0

        def SGD(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], steps: int) -> int:
            for _ in range(steps):
                torch._fused_sgd_(
                    p, g, m, weight_decay=0.0, momentum=0.9, lr=0.001, dampening=0.0, nesterov=False,
                    maximize=False, is_first_step=False)
            return 0

        def Adagrad(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], t: List[Tensor], steps: int) -> int:
            for _ in range(steps):
                torch._foreach_add_(t, 1)
                torch._fused_adagrad_(p, g, v, t, lr=0.01, lr_decay=0.0, weight_decay=0.0, eps=1e-10, maximize=False)
            return 0

        """;
    static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Kernels));

    readonly string rule;
    readonly Tensor[] p, g, m, v, t;
    readonly object[] arguments;

    public Fused(string rule, int[] lengths, int steps)
    {
        this.rule = rule;
        p = Array.ConvertAll(lengths, n => rand(n) - 0.5f);
        g = Array.ConvertAll(lengths, n => rand(n) * 0.2f - 0.1f);
        m = rule is "AdamW" or "SGD" ? Array.ConvertAll(lengths, n => zeros(n)) : [];
        v = rule is "AdamW" or "Adagrad" ? Array.ConvertAll(lengths, n => zeros(n)) : [];
        t = rule is "AdamW" or "Adagrad" ? Array.ConvertAll(lengths, _ => tensor(0f)) : [];
        arguments = [p, g, m, v, t, steps];
        Step();
    }

    public void Step() => Unit.Value.invoke(rule, arguments);

    public bool Normal => p.All(Values.Normal);

    public void Dispose()
    {
        foreach (var x in (Tensor[])[.. p, .. g, .. m, .. v, .. t]) x.Dispose();
    }
}
