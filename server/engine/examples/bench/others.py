"""What others do on the network that the bench drew: one attack, or one trajectory, per line of standard input.

Prints the network's predictions first, so that the bench can see that both run the same network,
then the seconds of each.

- `pgd`: torchattacks' PGD alone.
- `authors`: a trajectory the way the code published with arXiv 2405.16918 makes it: the clean predictions, a PGD
  whose backward pass reaches the weights too and that keeps its iterates, the last predictions, and then
  every iterate of every image through the network again, one by one, for the sharpness and the loss.
"""

import json
import struct
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torchattacks
from torch import nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, inner, out):
        super().__init__()
        self.stride = 1 if inner == out else 2
        self.added = out - inner
        self.conv1 = nn.Conv2d(inner, out, 3, self.stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        if self.added:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 0, self.added))
        return F.relu(y + x)


class ResNet(nn.Module):
    def __init__(self, depth, width):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        channels = width
        for stage in range(3):
            blocks = []
            for _ in range((depth - 2) // 6):
                blocks.append(Block(channels, width << stage))
                channels = width << stage
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.linear = nn.Linear(channels, 10)

    def features(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = self.layer3(self.layer2(self.layer1(x)))
        return x.mean((2, 3))

    def forward(self, x):
        return self.linear(self.features(x))


def weights(path):
    """A safetensors file is a length, a JSON header and the tensors' bytes."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    state = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            continue  # How many batches a norm has seen.
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        values = np.frombuffer(content[start:end], dtype="<f4").copy()
        state[name] = torch.from_numpy(values).reshape(entry["shape"])
    return state


EPSILON, STEP_SIZE, STEPS = 8 / 255, 2 / 255, 10


def path_of(model, images, labels):
    """Every iterate of PGD, the clean images first."""
    path = [images]
    for _ in range(STEPS):
        x = path[-1].clone().requires_grad_(True)
        F.cross_entropy(model(x), labels).backward()
        moved = path[-1] + STEP_SIZE * x.grad.sign()
        path.append((images + (moved - images).clamp(-EPSILON, EPSILON)).clamp(0, 1))
    return path


def authors(model, images, labels):
    """The sharpness and the loss of every iterate of every image."""
    model.requires_grad_(True)
    with torch.no_grad():
        model(images)
    path = torch.stack(path_of(model, images, labels))
    with torch.no_grad():
        model(path[-1])
    readings = []
    for image in range(len(images)):
        for point in range(STEPS + 1):
            phi = model.features(path[point, image : image + 1])
            output = model.linear(phi)
            p = torch.softmax(output, dim=1)
            trace = (p * (1 - p)).sum() * (phi * phi).sum()
            sharpness = torch.linalg.norm(model.linear.weight) * trace
            loss = F.cross_entropy(output, labels[image : image + 1])
            readings.append((sharpness.detach(), loss.detach()))
    model.zero_grad()
    model.requires_grad_(False)
    return readings


def main():
    folder, depth, width, threads = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    torch.set_num_threads(threads)
    model = ResNet(depth, width)
    missing = model.load_state_dict(weights(folder / "model.safetensors"), strict=False)
    assert not missing.unexpected_keys, missing
    assert all(key.endswith("num_batches_tracked") for key in missing.missing_keys), missing
    model.eval().requires_grad_(False)
    images = torch.from_numpy(np.fromfile(folder / "images.f32", dtype="<f4")).reshape(-1, 3, 32, 32)
    labels = torch.from_numpy(np.fromfile(folder / "labels.i64", dtype="<i8"))
    print(*model(images).argmax(1).tolist(), flush=True)
    attack = torchattacks.PGD(model, eps=EPSILON, alpha=STEP_SIZE, steps=STEPS, random_start=False)
    ways = {"pgd": lambda: attack(images, labels), "authors": lambda: authors(model, images, labels)}
    for line in sys.stdin:
        start = time.perf_counter()
        ways[line.strip()]()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
