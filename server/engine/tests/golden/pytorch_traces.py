"""Makes made/pytorch_traces.json: PGD and every measure along it in PyTorch, for small networks with drawn weights.

    python -m venv env && env/bin/pip install torch==2.11.0 numpy==2.4.6 safetensors==0.8.0
    env/bin/python pytorch_traces.py made

Network and head are in f64. The values are those of the public `vectors/cifar10_*.json`, in the same form;
given the folder of public data instead, the script compares itself with the first of them and writes nothing.
"""

import json

import torch
from head import images
from subject import folder, is_made, opened, write
from networks import IMAGENET, NONE, Akamaster, Fanghenshao, ResNet
from torch.nn import functional as F


def measures(net, x, clean, y):
    """By image. What is small beside one is summed from small terms."""
    x = x.clone().requires_grad_(True)
    phi = net.features(net.normalised(x))
    z = net.head(phi)
    loss = F.cross_entropy(z, y, reduction="none")
    gradient, = torch.autograd.grad(loss.sum(), x)
    with torch.no_grad():
        p, weight = z.softmax(1), net.head.weight
        others = p @ (1 - torch.eye(len(weight), dtype=p.dtype))
        gini, phi_sq = (p * others).sum(1), phi.square().sum(1)
        apart = (weight[:, None] - weight[None]).square().sum(2)
        variance = torch.einsum("nj,nk,jk->n", p, p, apart) / 2
        own = z.gather(1, y[:, None])
        rest = z.scatter(1, y[:, None], -torch.inf).amax(1)
        change = (x - clean).flatten(1)
        slopes = gradient.flatten(1)
        values = {
            "loss": loss,
            "pred": z.argmax(1),
            "margin": own[:, 0] - rest,
            "gini": gini,
            "phi_sq": phi_sq,
            "trace_h": gini * phi_sq,
            "kappa_code": weight.norm() * gini * phi_sq,
            "kappa_f2": weight.square().sum() * gini * phi_sq,
            "kappa_tr": variance * phi_sq,
            "kappa_max": (p * others * weight.square().sum(1)).sum(1) * phi_sq,
            "linf": change.abs().amax(1),
            "l2": change.norm(dim=1),
            "grad_l1": slopes.abs().sum(1),
            "zero_grad": (slopes == 0).all(1).double(),
        }
        return {key: value.tolist() for key, value in values.items()}, gradient


def trace(net, x, y, epsilon, step_size, steps):
    clean, points = x, []
    for _ in range(steps + 1):
        values, gradient = measures(net, x, clean, y)
        points.append(values)
        x = (x + step_size * gradient.sign()).clamp(clean - epsilon, clean + epsilon).clamp(0, 1)
    return {key: [point[key] for point in points] for key in points[0]}


def golden(name, net, data, count, epsilon, step_size, steps):
    x, y = images(data, count)
    return {
        "made_by": f"PyTorch {torch.__version__}, CPU, float64 network, float64 head",
        "weights": name,
        "attack": {"norm": "linf", "epsilon": epsilon, "step_size": step_size, "steps": steps},
        "images": {"first": 0, "count": len(x)},
        "trajectory": trace(net, x, y, epsilon, step_size, steps),
    }


def check(data):
    """The largest difference from the public values, relative to each image's own peak."""
    theirs = json.loads((data.parent / "vectors/cifar10_resnet20_pgd10_f64.json").read_text())
    net = opened(data, theirs["weights"], ResNet(Akamaster, "both", 20, 16, IMAGENET))
    ours = golden(theirs["weights"], net, data, 16, 0.0314, 0.0078, 10)["trajectory"]
    for key, want in theirs["trajectory"].items():
        want, got = torch.tensor(want).double(), torch.tensor(ours[key]).double()
        print(key, ((got - want).abs() / want.abs().amax(0).clamp(min=1e-300)).max().item())


def main():
    data = folder()
    if not is_made(data):
        return check(data)
    cases = [
        ("resnet14-both", ResNet(Akamaster, "both", 14, 4, IMAGENET), 10),
        ("resnet14-after", ResNet(Fanghenshao, "after", 14, 4, NONE), 20),
    ]
    write(data, __file__, [golden(name, opened(data, name, net), data, 8, 0.0314, 0.0078, steps) for name, net, steps in cases])


main()
