"""Makes torchattacks_apgd.json: the losses and predictions of the points that APGD and APGD-T of torchattacks 3.5.1 look at.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 scipy==1.17.1 safetensors==0.8.0
    env/bin/python torchattacks_apgd.py ../../../../../shared/data
    env/bin/python torchattacks_apgd.py made

The network is the adversarially trained ResNet-20 of fanghenshao in f64, the images are the first of CIFAR-10's test set.
A run is called by itself, so that an image walks on when it is fooled, and is listened to at the network's input.
Its random start is moved to the clean image.
Its own constants are f32 unless the default is f64.
The l2 runs of APGD-T take their images one by one, because it uses the first image's step size for all.
"""

import torch
import torchattacks
from clean_start import CleanStart
from head import images
from subject import folder, network, write
from torch.nn import functional as F

EPSILON = {"Linf": 8 / 255, "L2": 0.5}


class Network(torch.nn.Module):
    """The network with a record of its inputs. torchattacks looks for parameters to learn the device."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        self.inputs = []

    def forward(self, x):
        self.inputs.append(x.detach().clone())
        return self.inner(x)


def run(model, attack, x, y):
    """The points of one run from the clean image."""
    model.inputs.clear()
    with CleanStart():
        attack.attack_single_run(x, y)
    return list(model.inputs)


def apgd(model, x, y, norm, steps, loss):
    attack = torchattacks.APGD(model, norm=norm, eps=EPSILON[norm], steps=steps, loss=loss)
    return run(model, attack, x, y)


def apgd_t(model, x, y, norm, steps, targets):
    attack = torchattacks.APGDT(model, norm=norm, eps=EPSILON[norm], steps=steps)
    points = []
    for rank in range(2, targets + 2):
        attack.target_class = rank
        # The first pass of a run only ranks the classes.
        if norm == "Linf":
            points += run(model, attack, x, y)[1:]
        else:
            alone = [run(model, attack, x[i : i + 1], y[i : i + 1])[1:] for i in range(len(x))]
            points += [torch.cat(rows) for rows in zip(*alone)]
    return points


def right(model, x, y):
    with torch.no_grad():
        return (model(x).argmax(1) == y).tolist()


def main():
    torch.set_default_dtype(torch.float64)
    data = folder()
    # Else torchattacks would leave it in training mode.
    model = Network(network(data)).eval()
    cases = [
        (name, attack, norm, steps, more, count)
        for name, attack, steps, more, count in [
            ("apgd", apgd, 10, "ce", 32),
            ("apgd", apgd, 10, "dlr", 32),
            ("apgd", apgd, 100, "ce", 4),
            ("apgd", apgd, 100, "dlr", 4),
            ("apgd_t", apgd_t, 10, 9, 4),
            ("apgd_t", apgd_t, 100, 2, 2),
        ]
        for norm in EPSILON
    ]
    golden = {"torch": torch.__version__, "torchattacks": "3.5.1", "cases": []}
    for name, attack, norm, steps, more, count in cases:
        x, y = images(data, count)
        points = attack(model, x, y, norm, steps, more)
        with torch.no_grad():
            logits = [model(point) for point in points]
        # Ten digits are more than the comparison asks for.
        golden["cases"].append(
            {
                "attack": name,
                "norm": norm.lower(),
                "epsilon": EPSILON[norm],
                "steps": steps,
                "loss": "cross_entropy" if more == "ce" else "dlr",
                "target_classes": more if name == "apgd_t" else None,
                "count": len(x),
                "losses": [[float(f"{v:.11g}") for v in F.cross_entropy(z, y, reduction="none").tolist()] for z in logits],
                "preds": [z.argmax(1).tolist() for z in logits],
            }
        )
        print(name, norm, steps, more, [(z.argmax(1) == y).sum().item() for z in logits][:: max(1, len(logits) // 9)])

    # Which of the first 32 images survive the published form, with its own random start.
    x, y = images(data, 32)
    attack = torchattacks.APGD(model, steps=100)
    golden["random"] = {"steps": 100, "count": len(x), "survives": right(model, attack(x, y), y)}
    print("random start", sum(golden["random"]["survives"]))
    write(data, __file__, golden)


main()
