"""Makes torchattacks_fab.json: the points that torchattacks 3.5.1's FAB goes through, and the norms that it returns.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 scipy==1.17.1 safetensors==0.8.0
    env/bin/python torchattacks_fab.py ../../../../../shared/data
    env/bin/python torchattacks_fab.py made

The network is the adversarially trained ResNet-20 of fanghenshao in f64, the images are the first 32 of CIFAR-10's test set.
FAB turns images into f32 and makes its gradients in the default precision; both are set to f64 here.
Its points are listened to at the network's input: in each step it asks where it takes its gradients and then where that led.
"""

import torch
import torchattacks
from head import images
from subject import folder, network, write
from torch.nn import functional as F

COUNT, STEPS, TARGETED_STEPS, TARGETS = 32, 20, 10, 2


class Network(torch.nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.inputs = []

    def forward(self, x):
        self.inputs.append(x.detach().clone())
        return self.inner(x)


def traced(model, attack, run, x, y, before):
    """Losses at the point after each step, and the norm of what is returned; null where nothing is found."""
    model.inputs.clear()
    change = (run(x, y) - x).detach().flatten(1)
    points = model.inputs[before + 1 :: 2]
    norm = change.abs().amax(1) if attack.norm == "Linf" else change.square().sum(1).sqrt()
    losses = []
    for point in points:
        with torch.no_grad():
            losses.append(F.cross_entropy(model.inner(point), y, reduction="none").tolist())
    return {"norm": [n or None for n in norm.tolist()], "loss": losses}


def main():
    torch.set_default_dtype(torch.float64)
    torch.Tensor.float = torch.Tensor.double
    data = folder()
    # Else torchattacks would leave it in training mode.
    model = Network(network(data)).eval()
    x, y = images(data, COUNT)
    with torch.no_grad():
        right = model(x).argmax(1) == y
    x, y = x[right], y[right]
    golden = {
        "torch": torch.__version__,
        "torchattacks": "3.5.1",
        "rows": right.nonzero().flatten().tolist(),
        "fab": {},
        "fab_t": {},
    }
    for norm in ["Linf", "L2"]:
        attack = torchattacks.FAB(model, norm=norm, steps=STEPS)
        golden["fab"][norm.lower()] = traced(model, attack, attack.attack_single_run, x, y, 1)
        print(norm, golden["fab"][norm.lower()]["norm"], flush=True)
        golden["fab_t"][norm.lower()] = []
        for target in range(2, 2 + TARGETS):
            attack = torchattacks.FAB(model, norm=norm, steps=TARGETED_STEPS, multi_targeted=True)
            attack.target_class = target
            found = traced(model, attack, attack.attack_single_run_targeted, x, y, 2)
            golden["fab_t"][norm.lower()].append(found)
            print(norm, target, found["norm"], flush=True)
    write(data, __file__, golden)


main()
