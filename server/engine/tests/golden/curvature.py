"""Makes made/curvature.json: curvature of the loss in the weights of single layers by PyTorch's autograd, for small networks with drawn weights.

    python -m venv env && env/bin/pip install torch==2.11.0 numpy==2.4.6 safetensors==0.8.0
    env/bin/python curvature.py made

Everything is in f64, by full Hessians: no estimate has a part in it but where draws are counted. With `hessian-eigenthings` or PyHessian
on the path as well, the largest eigenvalue of the mean loss is compared with theirs, which changes nothing in what is written.
"""

import gzip
import sys

import numpy as np
import torch
from head import images
from networks import CIFAR10, NONE, Fanghenshao, LeNet, ResNet, Vit
from subject import folder, is_made, opened, write
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn import functional as F

COUNT = 3
RHO, ADAPTIVE_RHO, XI, STEPS, STEP_SIZE, H = 0.05, 0.5, 0.05, 5, 0.4, 1.5
DRAWS = 1000

# A network, the layers whose own Hessians are taken, and those that vary together.
NETWORKS = {
    "resnet14-after": (
        ResNet(Fanghenshao, "after", 14, 4, NONE),
        ["conv_1_3x3", "stage_1.0.conv_a", "stage_2.0.conv_a", "classifier"],
        ["conv_1_3x3", "stage_1.0.conv_a"],
    ),
    "lenet": (LeNet((4, 8), 20), ["conv1", "conv2", "linear2"], ["conv1", "linear2"]),
    "vit": (
        Vit(16, 12, 2, 3, 24, CIFAR10),
        ["blocks.0.attn.query", "blocks.0.attn.out", "blocks.1.fc1", "head"],
        ["blocks.0.attn.query", "blocks.1.fc1"],
    ),
}


def digits(data):
    raw = gzip.decompress((data / "datasets/mnist/t10k-images-idx3-ubyte.gz").read_bytes())[16:]
    return torch.from_numpy(np.frombuffer(raw, np.uint8).reshape(-1, 1, 28, 28)[:COUNT].astype(np.float64) / 255)


class Function:
    """The losses of some images as a function of some layers' weights, one after another."""

    def __init__(self, net, layers, x, y):
        self.net, self.x, self.y = net, x, y
        own = dict(net.named_parameters())
        self.names = [f"{layer}.weight" for layer in layers]
        self.shapes = [own[name].shape for name in self.names]
        self.flat = torch.cat([own[name].detach().flatten() for name in self.names])

    def parts(self, flat):
        return flat.split([shape.numel() for shape in self.shapes])

    def logits(self, flat):
        weights = {name: part.view(shape) for name, part, shape in zip(self.names, self.parts(flat), self.shapes)}
        return functional_call(self.net, weights, (self.x,))

    def losses(self, flat):
        return F.cross_entropy(self.logits(flat), self.y, reduction="none")

    def gradient(self, flat):
        flat = flat.clone().requires_grad_(True)
        return torch.autograd.grad(self.losses(flat).mean(), flat)[0]

    def hessian(self):
        return full_hessian(lambda flat: self.losses(flat).mean(), self.flat)


def full_hessian(of, at):
    at = at.clone().requires_grad_(True)
    slope, = torch.autograd.grad(of(at), at, create_graph=True)
    rows = [torch.autograd.grad(entry, at, retain_graph=True)[0] for entry in slope]
    return torch.stack(rows)


def own_layer(function):
    """Of one layer and image."""
    hessian, weight = function.hessian(), function.flat.view(function.shapes[0][0], -1)
    blocks = hessian.view(*weight.shape, *weight.shape)
    traces = torch.einsum("siti->st", blocks)
    values = torch.linalg.eigvalsh(hessian)
    return {
        "trace": hessian.trace(),
        "kappa_f2": weight.square().sum() * hessian.trace(),
        "kappa_tr": (traces * (weight @ weight.T)).sum(),
        "lambda_max": values[-1],
        "lambda_min": values[0],
        "gradient": function.gradient(function.flat).norm(),
    }


def sam(function, adaptive):
    weight, gradient = function.flat, function.gradient(function.flat)
    if adaptive:
        step = ADAPTIVE_RHO * weight.square() * gradient / (weight.abs() * gradient).norm()
    else:
        step = RHO * gradient / gradient.norm()
    return function.losses(weight + step)[0] - function.losses(weight)[0]


def worst(function):
    change = torch.zeros_like(function.flat)
    radii = [XI * part.norm() for part in function.parts(function.flat)]
    before, most = function.losses(function.flat)[0], torch.tensor(0.0, dtype=torch.float64)
    for _ in range(STEPS):
        slopes = function.parts(function.gradient(function.flat + change))
        moved = [own + STEP_SIZE * radius * slope / slope.norm() for own, radius, slope in zip(function.parts(change), radii, slopes)]
        change = torch.cat([own * min(1, radius / own.norm()) for own, radius in zip(moved, radii)])
        most = max(most, function.losses(function.flat + change)[0] - before)
    return most


def average(function, draw):
    """The mean rise of every image over draws, and its standard error."""
    before, rises = function.losses(function.flat), []
    for _ in range(DRAWS):
        change = []
        for part in function.parts(function.flat):
            direction = torch.randn(part.shape, generator=draw, dtype=torch.float64)
            length = XI * part.norm() * torch.rand((), generator=draw, dtype=torch.float64)
            change.append(direction / direction.norm() * length)
        rises.append(function.losses(function.flat + torch.cat(change)) - before)
    rises = torch.stack(rises)
    return {"mean": rises.mean(0), "error": rises.std(0) / DRAWS**0.5}


def fisher_rao(function):
    """The definition, by the gradient of every class's loss; and the two forms of the logits, for so many layers."""
    logits = function.logits(function.flat)[0]
    p = logits.softmax(0)
    jacobian = torch.autograd.functional.jacobian(lambda flat: function.logits(flat)[0], function.flat)
    gradients = (p - torch.eye(len(p), dtype=p.dtype)) @ jacobian
    layers = sum(isinstance(module, (torch.nn.Linear, torch.nn.Conv2d)) for module in function.net.modules())
    mean = (p * logits).sum()
    return {
        "of_weights": (p * (gradients @ function.flat).square()).sum(),
        "of_logits": layers**2 * (p * (logits - mean).square()).sum(),
        "observed": layers**2 * (mean - logits[function.y[0]]).square(),
    }


def pixels(net, x, y):
    loss = lambda flat: F.cross_entropy(net(flat.view_as(x)), y)

    def gradient(at):
        at = at.clone().requires_grad_(True)
        return torch.autograd.grad(loss(at), at)[0]

    here = gradient(x.flatten())
    sign = here.sign()
    there = gradient(x.flatten() + H * sign / sign.norm())
    values = torch.linalg.eigvalsh(full_hessian(loss, x.flatten()))
    return {"lambda_max": values[-1], "cure": (there - here).norm() / H, "gradient": here.norm()}


def mean_loss(function):
    values = torch.linalg.eigvalsh(function.hessian())
    return {"lambda_max": values[-1], "moments": [values.pow(power).mean() for power in (1, 2, 3, 4)]}


def compare(name, function, mean):
    """The largest eigenvalue of the mean loss by PyHessian, where it is there."""
    try:
        from pyhessian import hessian
    except ImportError:
        print(name, "not compared: no PyHessian")
        return
    for parameter, weight in function.net.named_parameters():
        weight.requires_grad_(parameter in function.names)
    other = hessian(function.net, torch.nn.CrossEntropyLoss(), data=(function.x, function.y), cuda=False)
    theirs = other.eigenvalues(maxIter=2000, tol=1e-10, top_n=1)[0][0]
    traces = other.trace(maxIter=400, tol=0)
    exact = mean["moments"][0] * len(function.flat)
    error = np.std(traces, ddof=1) / len(traces) ** 0.5
    for weight in function.net.parameters():
        weight.requires_grad_(True)
    print(f"{name}: PyHessian's lambda_max is {float(theirs / mean['lambda_max']) - 1:.1e} off,",
          f"its trace {float((np.mean(traces) - exact) / error):.1f} standard errors")


def golden(net, layers, together, x, y):
    one = lambda names, place: Function(net, names, x[place:place + 1], y[place:place + 1])
    every = range(len(x))
    batch = Function(net, together, x, y)
    return {
        "labels": y.tolist(),
        "losses": F.cross_entropy(net(x), y, reduction="none"),
        "layers": {layer: [own_layer(one([layer], place)) for place in every] for layer in layers},
        "together": together,
        "lambda_max": [torch.linalg.eigvalsh(one(together, place).hessian())[-1] for place in every],
        "sam": [sam(one(together, place), False) for place in every],
        "asam": [sam(one(together, place), True) for place in every],
        "worst": [worst(one(together, place)) for place in every],
        "average": average(batch, torch.Generator().manual_seed(0)),
        "fisher_rao": [fisher_rao(one(together, place)) for place in every],
        "pixels": [pixels(net, x[place:place + 1], y[place:place + 1]) for place in every[:1]],
        "mean": mean_loss(batch),
    }


def plain(value):
    if isinstance(value, torch.Tensor):
        return value.tolist()
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    return value


def main():
    data = folder()
    if not is_made(data):
        sys.exit("only the small networks in the folder `made` have full Hessians of a size to take")
    torch.manual_seed(0)
    values = {
        "made_by": f"PyTorch {torch.__version__}, CPU, float64",
        "rho": RHO, "adaptive_rho": ADAPTIVE_RHO, "xi": XI, "steps": STEPS, "step_size": STEP_SIZE, "h": H,
        "networks": {},
    }
    for name, (net, layers, together) in NETWORKS.items():
        net = opened(data, name, net)
        x = digits(data) if name == "lenet" else images(data, COUNT)[0]
        # The first is right, the others are not.
        y = (net(x).argmax(1) + torch.arange(len(x))) % 10
        # The other ways to attention have no second derivative.
        with sdpa_kernel(SDPBackend.MATH):
            own = golden(net, layers, together, x, y)
            compare(name, Function(net, together, x, y), own["mean"])
        values["networks"][name] = plain(own)
    write(data, __file__, values)


if __name__ == "__main__":
    main()
