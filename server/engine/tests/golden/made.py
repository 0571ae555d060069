"""Makes the folder `made`: small networks of every family with drawn weights, their logits in PyTorch, and pictures in the formats of CIFAR-10 and MNIST.

    python -m venv env && env/bin/pip install torch==2.11.0 numpy==2.4.6 safetensors==0.8.0
    env/bin/python made.py

With it the readers, the families and the comparisons with other programs are tested where there are no public data;
the folder is laid out as theirs is. The scripts beside this file take it as they take that one: `python torchattacks_traces.py made`.
Norms have the statistics of the pictures, as after training, and each head is scaled to logits of a few nats.
"""

import gzip
import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from safetensors.torch import save_file

from networks import ABCROWN, CIFAR10, IMAGENET, NONE, Akamaster, BnFreeResNet, Chenyaofo, Fanghenshao, LeNet, ResNet, Vit

MADE = Path(__file__).with_name("made")
COUNT = 8
# The largest gap between two logits, in the mean over the pictures.
SPREAD = 6.0
# The network that attacks are compared on is fitted to its pictures, so that some are far from every border and some near one;
# the labels of the colour pictures are its classes, but for one picture, which is wrong from the start.
FITTED, WRONG = "resnet14-after", 5
FIT_STEPS, FIT_RADIUS = 40, 8 / 255


def nets():
    return {
        "resnet14-both": ResNet(Akamaster, "both", 14, 4, IMAGENET),
        FITTED: ResNet(Fanghenshao, "after", 14, 4, NONE),
        "resnet14-conv": ResNet(Chenyaofo, "conv", 14, 4, CIFAR10),
        "bn-free-resnet": BnFreeResNet(4, 8, 10, ABCROWN),
        "vit": Vit(16, 12, 2, 3, 24, CIFAR10),
        "lenet": LeNet((4, 8), 20),
    }


def pictures(channels, side, seed):
    """Waves of a few lengths in every channel with some noise, in bytes."""
    draw = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side]
    images = []
    for _ in range(COUNT):
        lengths, phases = draw.uniform(2, 9, (2, channels)), draw.uniform(0, 6.3, (2, channels))
        waves = [np.sin(rows / l + p) + np.sin(columns / m + q) for l, m, p, q in zip(*lengths, *phases)]
        noise = draw.uniform(-0.4, 0.4, (channels, side, side))
        images.append(np.clip((np.stack(waves) / 2 + noise) * 0.4 + 0.5, 0, 1) * 255)
    return np.stack(images).round().astype(np.uint8)


def draw_weights(net, x, seed):
    """Layers as He and others draw them, biases and norms of some width; the statistics of norms are those of the pictures."""
    draw = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            drawn = torch.randn(weight.shape, generator=draw)
            if weight.dim() > 1:
                weight.copy_(drawn * (2 / weight[0].numel()) ** 0.5)
            else:
                # A norm's scale is near one, and so is nothing else.
                weight.copy_(drawn * 0.2 + weight.round().clamp(0, 1) * name.endswith("weight"))
        for module in net.modules():
            if isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
                module.momentum = None
        net.train()(x)
        net.eval()
        logits = net(x)
        spread = (logits.amax(1) - logits.amin(1)).mean()
        net.head.weight.mul_(SPREAD / spread)
        # What all pictures have in common would give all of them one class.
        net.head.bias.sub_(net(x).mean(0))


def fit(net, x):
    """Adversarial training on the pictures alone; the further down the list a picture stands, the larger the ball that it is trained in."""
    labels = net(x).argmax(1)
    radius = torch.linspace(0, FIT_RADIUS, COUNT).view(-1, 1, 1, 1)
    learn = torch.optim.Adam(net.parameters(), lr=2e-3)
    for _ in range(FIT_STEPS):
        change = torch.zeros_like(x)
        for _ in range(5):
            change.requires_grad_(True)
            loss = F.cross_entropy(net((x + change).clamp(0, 1)), labels, reduction="sum")
            slope, = torch.autograd.grad(loss, change)
            change = (change.detach() + radius * 0.4 * slope.sign()).clamp(-radius, radius)
        learn.zero_grad()
        F.cross_entropy(net((x + change).clamp(0, 1)), labels).backward()
        learn.step()


def save(net, folder, pictures):
    """The weights in f32; the logits of the network in f64, which fifteen digits tell."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({name: value.contiguous() for name, value in net.state_dict().items()}, folder / "model.safetensors")
    with torch.no_grad():
        logits = net.double()(torch.from_numpy(pictures / 255))
    expected = {
        "torch": torch.__version__,
        "params": sum(weight.numel() for weight in net.parameters()),
        "normalisation": {name: [float(v) for v in value] for name, value in normalisation(net)},
        "golden_logits_first8": [[float(f"{v:.15g}") for v in row] for row in logits.tolist()],
    }
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    print(folder.name, expected["params"], "classes", logits.argmax(1).tolist())
    return logits


def normalisation(net):
    """The numbers as people write them, not as f32 holds them."""
    return [(name, [f"{v:.4g}" for v in getattr(net, name).flatten().tolist()]) for name in ("mean", "std")]


def write_idx(folder, digits, labels):
    images = struct.pack(">4I", 0x803, *digits.shape[:1], *digits.shape[2:]) + digits.tobytes()
    names = struct.pack(">2I", 0x801, len(labels)) + bytes(labels)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in {"t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": names}.items():
        (folder / name).write_bytes(content)
        # No time of making, so that the same bytes come again.
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))


def main():
    colours, digits = pictures(3, 32, 1), pictures(1, 28, 2)
    labels = {}
    for seed, (name, net) in enumerate(nets().items()):
        given = digits if name == "lenet" else colours
        x = torch.from_numpy(given.astype(np.float32) / 255)
        draw_weights(net, x, seed)
        if name == FITTED:
            fit(net, x)
        labels[name] = save(net, MADE / "weights" / name, given).argsort(1, descending=True)
    # One picture has its second class for a label.
    own = [int(row[1 if place == WRONG else 0]) for place, row in enumerate(labels[FITTED])]
    cifar = MADE / "datasets/cifar10"
    cifar.mkdir(parents=True, exist_ok=True)
    rows = [bytes([label]) + picture.tobytes() for label, picture in zip(own, colours)]
    (cifar / f"test_batch.first{COUNT}.bin").write_bytes(b"".join(rows))
    write_idx(MADE / "datasets/mnist", digits, [int(row[0]) for row in labels["lenet"]])


main()
