"""Makes foolbox_gradient.json: the gradient attacks of Foolbox 3.3.4, iterate by iterate and image by image.

    python -m venv env && env/bin/pip install torch==2.11.0 foolbox==3.3.4 safetensors==0.8.0
    env/bin/python foolbox_gradient.py ../../../../../shared/data
    env/bin/python foolbox_gradient.py made

The network is the adversarially trained ResNet-20 of fanghenshao in f64, the images are the first 32 of CIFAR-10's test set.
Foolbox hands out its last iterate only, so the network's input is listened to:
it sees the iterate before each step, and at last the one that success is judged by.
Of the final images every 31st value is kept, and the size of each change in all three norms.
"""

import eagerpy
import foolbox
import numpy as np
import torch
from head import images
from subject import folder, network, write
from torch.nn import functional as F

COUNT, STEPS, EVERY = 32, 10, 31


class Network(torch.nn.Module):
    """The network with a record of its inputs and logits."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.seen = []

    def forward(self, x):
        z = self.inner(x)
        self.seen.append((x.detach().clone(), z.detach().clone()))
        return z


class SteepestL1(foolbox.attacks.L1PGD):
    """Foolbox's walk with two parts changed: the step moves the value of the largest gradient alone, of those that can still move,
    and what lies outside comes back to the nearest point of the ball, found by bisection."""

    def normalize(self, gradients, *, x, bounds):
        g, x = gradients.raw.flatten(1), x.raw.flatten(1)
        leads_out = ((x <= bounds.lower) & (g < 0)) | ((x >= bounds.upper) & (g > 0))
        g = g.masked_fill(leads_out, 0)
        place = g.abs().argmax(1, keepdim=True)
        step = torch.zeros_like(g).scatter(1, place, g.gather(1, place).sign())
        return eagerpy.astensor(step.view(gradients.shape))

    def project(self, x, x0, epsilon):
        change = (x - x0).raw.flatten(1)
        low, high = torch.zeros(len(change), 1, dtype=change.dtype), change.abs().amax(1, keepdim=True)
        left = lambda shift: (change.abs() - shift).clamp(min=0)
        for _ in range(200):
            middle = (low + high) / 2
            outside = left(middle).sum(1, keepdim=True) > epsilon
            low, high = torch.where(outside, middle, low), torch.where(outside, high, middle)
        inside = change.abs().sum(1, keepdim=True) <= epsilon
        change = torch.where(inside, change, left(high) * change.sign())
        return x0 + eagerpy.astensor(change.view(x.shape))


attacks = foolbox.attacks
# A name, the attack, its radius. A relative step is a share of the radius; ours are given in pixels.
CASES = {
    "fgsm_linf": (attacks.LinfFastGradientAttack(), 8 / 255),
    "fgsm_l2": (attacks.L2FastGradientAttack(), 0.5),
    "pgd_linf": (attacks.LinfPGD(rel_stepsize=0.25, steps=STEPS, random_start=False), 8 / 255),
    "pgd_l2": (attacks.L2PGD(rel_stepsize=0.25, steps=STEPS, random_start=False), 0.5),
    "pgd_l1_steepest": (SteepestL1(rel_stepsize=0.125, steps=STEPS, random_start=False), 4.0),
    "pgd_l1": (attacks.L1PGD(rel_stepsize=0.125, steps=STEPS, random_start=False), 4.0),
}


def walk(model, wrapped, attack, epsilon, x, y):
    model.seen.clear()
    _, end, fooled = attack(wrapped, x, y, epsilons=epsilon)
    losses = [F.cross_entropy(z, y, reduction="none").tolist() for _, z in model.seen]
    change = (end - x).flatten(1)
    print(type(attack).__name__, epsilon, len(losses), "fooled", fooled.sum().item(), "mean loss", np.mean(losses[-1]))
    assert end.dtype == torch.float64
    return {
        "epsilon": epsilon,
        "step_size": attack.rel_stepsize * epsilon,
        "loss": losses,
        "fooled": fooled.tolist(),
        "end": [row.tolist() for row in end.flatten(1)[:, ::EVERY]],
        "size": {str(p): change.norm(p, dim=1).tolist() for p in (1, 2, torch.inf)},
    }


def main():
    data = folder()
    model = Network(network(data)).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    wrapped = foolbox.PyTorchModel(model, bounds=(0, 1))
    x, y = images(data, COUNT)
    golden = {"torch": torch.__version__, "foolbox": foolbox.__version__, "count": len(x), "every": EVERY, "attacks": {}}
    for name, (attack, epsilon) in CASES.items():
        golden["attacks"][name] = walk(model, wrapped, attack, epsilon, x, y)
    write(data, __file__, golden)


main()
