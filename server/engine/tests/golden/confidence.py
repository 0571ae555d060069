"""Makes confidence.json: C&W of torchattacks 3.5.1 with confidence, as arXiv 2405.16918 has it, iterate by iterate.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 scipy==1.17.1 safetensors==0.8.0
    env/bin/python confidence.py ../../../../../shared/data
    env/bin/python confidence.py made

The network is alpha-beta-CROWN's ResNet-4b in f64, the images are the first 32 of CIFAR-10's test set.
c 10 with confidence 20 makes 100 steps, c 20 with confidence 40 makes 50; there is no search for c and no early stop.
"""

import torch
import torchattacks
from torch.nn import functional as F

from head import images
from subject import folder, network_without_norms, write

COUNT = 32
CASES = [(10, 20, 100), (20, 40, 50)]


class Listening(torch.nn.Module):
    """The network with a record of its inputs and logits. torchattacks looks for parameters to learn the device."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.seen = []

    def forward(self, x):
        z = self.inner(x)
        self.seen.append((x.detach().clone(), z.detach().clone()))
        return z


def margin(z, y):
    """The label's logit minus the best other."""
    column = y[:, None]
    return z.gather(1, column)[:, 0] - z.scatter(1, column, -torch.inf).amax(1)


class CW(torchattacks.CW):
    """torchattacks' walk with four changes, without which no two implementations could be compared to many digits:
    logits below zero count as they are, black and white pixels do not lie at infinity,
    the first point is the clean image itself rather than atanh's and tanh's rounding of it, and nothing stops early.
    The cost is the only number that it reads from a graph."""

    def forward(self, images, labels):
        self.clean = images.detach()
        item = torch.Tensor.item
        torch.Tensor.item = lambda number: -torch.inf if number.requires_grad else item(number)
        try:
            return super().forward(images, labels)
        finally:
            torch.Tensor.item = item

    def inverse_tanh_space(self, x):
        return self.atanh((2 * x - 1) * 0.999999)

    def tanh_space(self, w):
        x = super().tanh_space(w)
        if self.clean is not None:
            x = self.clean + (x - x.detach())
            self.clean = None
        return x

    def f(self, outputs, labels):
        return margin(outputs, labels).clamp(min=-self.kappa)


def confident(model, points, x, y, kappa):
    """How many of these points are wrong, and how many of those by the confidence asked for."""
    gap = margin(model(points).detach(), y)
    fooled = gap < 0
    return [fooled.sum().item(), (gap <= -kappa).sum().item()]


def walk(model, x, y, c, kappa, steps):
    model.seen.clear()
    # One step more, as the iterate after the last update is seen by none.
    CW(model, c=c, kappa=kappa, steps=steps + 1, lr=0.01)(x, y)
    seen = list(model.seen)
    gaps = [margin(z, y) for _, z in seen]
    # Where a label's logit or the best other is negative, the one-hot mask reads zero.
    below = torch.zeros(len(x), dtype=torch.bool)
    for (_, z), gap in zip(seen, gaps):
        own = z.gather(1, y[:, None])[:, 0]
        below |= (own < 0) | (own - gap < 0)
    model.seen.clear()
    # As it is: with its mask, its early stop, and the smallest change that is wrong whatever the confidence.
    returned = torchattacks.CW(model, c=c, kappa=kappa, steps=steps, lr=0.01)(x, y)
    looked = len(model.seen)
    as_is = confident(model, returned, x, y, kappa)
    last = confident(model, seen[-1][0], x, y, kappa)
    print(c, kappa, "masked", below.sum().item(), "as it is", as_is, "after", looked, "steps; last", last)
    return {
        "c": c,
        "kappa": kappa,
        "steps": steps,
        "loss": [F.cross_entropy(z, y, reduction="none").tolist() for _, z in seen],
        "margin": [gap.tolist() for gap in gaps],
        "length": [(point - x).flatten(1).norm(dim=1).tolist() for point, _ in seen],
        "masked": below.tolist(),
        "as_is": {"steps": looked, "wrong": as_is[0], "confident": as_is[1]},
    }


def main():
    data = folder()
    # Its one-hot vectors are f32 otherwise.
    torch.set_default_dtype(torch.float64)
    model = Listening(network_without_norms(data)).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    x, y = images(data, COUNT)
    golden = {"torch": torch.__version__, "torchattacks": "3.5.1", "count": len(x)}
    golden["cases"] = [walk(model, x, y, *case) for case in CASES]
    write(data, __file__, golden)


main()
