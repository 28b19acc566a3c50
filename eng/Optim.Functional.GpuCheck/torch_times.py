"""Milliseconds of a step of torch.optim on the first GPU, fused and foreach, as lines of JSON.

Standard input: {"sets": [{"name": ..., "lengths": [...]}, ...]}.
"""
import json
import sys
import time

try:
    import torch
except ImportError:
    print(json.dumps({"missing": "python3 has no torch"}))
    sys.exit()
if not torch.cuda.is_available():
    print(json.dumps({"missing": f"torch {torch.__version__} sees no GPU"}))
    sys.exit()

RULES = {
    "AdamW": lambda p, **how: torch.optim.AdamW(p, **how),
    "SGD momentum": lambda p, **how: torch.optim.SGD(p, lr=0.01, momentum=0.9, **how),
    "RMSprop": lambda p, **how: torch.optim.RMSprop(p, **how),
}


def ms(step):
    for _ in range(3):
        step()
    torch.cuda.synchronize()
    start = time.perf_counter()
    step()
    torch.cuda.synchronize()
    calls = max(1, min(2000, int(0.03 / (time.perf_counter() - start))))
    times = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(calls):
            step()
        torch.cuda.synchronize()
        times.append((time.perf_counter() - start) / calls * 1e3)
    return sorted(times)[len(times) // 2]


print(json.dumps({"version": torch.__version__}), flush=True)
for of in json.load(sys.stdin)["sets"]:
    for rule, make in RULES.items():
        for how in ("fused", "foreach"):
            try:
                parameters = [torch.zeros(n, device="cuda", requires_grad=True) for n in of["lengths"]]
                for p in parameters:
                    p.grad = torch.zeros_like(p)
                optimizer = make(parameters, **{how: True})
                print(json.dumps({"rule": rule, "set": of["name"], "how": how, "ms": ms(optimizer.step)}), flush=True)
            except (RuntimeError, TypeError) as error:
                print(json.dumps({"rule": rule, "set": of["name"], "how": how, "error": str(error).split("\n")[0]}), flush=True)
            parameters = optimizer = None
            torch.cuda.empty_cache()
