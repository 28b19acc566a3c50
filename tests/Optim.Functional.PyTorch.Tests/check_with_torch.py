"""Loads files that this library wrote with torch's restricted reader, and goes on with torch's own optimizers.

    python3 check_with_torch.py FOLDER

FOLDER holds NAME.json: the optimizer's name in torch.optim, the file of the run (model and optimizer), that of the model alone, the
gradients of the next steps, and the parameters that this library had after each. Prints a line for each and ends with 1 where one differs.
"""

import inspect
import io
import json
import pathlib
import pickle
import sys

import torch

# Relative to a number, or to 1 where it is smaller.
TOLERANCE = {"float64": 1e-12, "float32": 1e-6}
# torch keeps ASGD's eta, a step's length, in float32.
OF_ASGD = 1e-8
# torch 1.13 has mu_t twice in NAdam's product for the next step: of the first steps that is 1e-5.
OF_NADAM_BEFORE_2 = 1e-4


def reads_floats():
    """Whether the restricted reader knows numbers such as lr. That of torch 1.13 does not, and refuses torch's own state dicts."""
    file = io.BytesIO()
    torch.save({"lr": 0.1}, file)
    file.seek(0)
    try:
        return torch.load(file, weights_only=True) == {"lr": 0.1}
    except pickle.UnpicklingError:
        return False


RESTRICTED = reads_floats()


def main(folder):
    if not RESTRICTED:
        print(f"torch {torch.__version__} refuses numbers with weights_only=True, its own state dicts too: "
              "runs are loaded without, models with it")
    differing = [case.name for case in sorted(pathlib.Path(folder).glob("*.json")) if not goes_on(case)]
    print(f"torch {torch.__version__}: {len(differing)} differ {differing}")
    return 1 if differing else 0


def goes_on(case):
    said = json.loads(case.read_text())
    if not hasattr(torch.optim, said["optimizer"]):
        print(f"{case.stem}: left out, this torch has no {said['optimizer']}")
        return True
    saved = torch.load(case.parent / said["file"], **({"weights_only": True} if RESTRICTED else {}))
    model = torch.load(case.parent / said["model"], weights_only=True)
    assert all(torch.equal(model[name], value) for name, value in saved["model"].items()), case.stem
    names = list(model)
    model = {name: torch.nn.Parameter(value) for name, value in model.items()}
    make = getattr(torch.optim, said["optimizer"])
    groups = [{"params": [model[names[i]] for i in group["params"]]} for group in saved["optimizer"]["param_groups"]]
    wanted = {"lr": 1.0} if "lr" in required(make) else {}
    optimizer = make([dict(g, **wanted) for g in groups], **wanted)
    optimizer.load_state_dict(saved["optimizer"])
    worst = 0.0
    for grads, after in zip(said["grads"], said["after"]):
        for name, grad in grads.items():
            model[name].grad = torch.tensor(grad, dtype=torch.float64).reshape(model[name].shape).to(model[name].dtype)
        optimizer.step((lambda: torch.tensor(0.0)) if said["optimizer"] == "LBFGS" else None)
        for name, values in after.items():
            own = model[name].detach().flatten().to(torch.float64)
            wanted = torch.tensor(values, dtype=torch.float64)
            worst = max(worst, float(((own - wanted).abs() / wanted.abs().clamp(min=1)).max()))
    dtype = str(next(iter(model.values())).dtype).split(".")[1]
    most = TOLERANCE[dtype]
    if said["optimizer"] == "ASGD":
        most = max(most, OF_ASGD)
    if said["optimizer"] == "NAdam" and torch.__version__.startswith("1."):
        most = OF_NADAM_BEFORE_2
    print(f"{case.stem}: off by {worst:.1e}, {most:.0e} may be")
    return worst <= most


def required(make):
    parameters = inspect.signature(make).parameters.values()
    return [p.name for p in parameters if p.default is p.empty or type(p.default).__name__ == "_RequiredParameter"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
