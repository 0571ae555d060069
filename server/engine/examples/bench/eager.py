"""Networks of torchvision in PyTorch's eager mode: what a line of standard input asks for is done, and its seconds are printed.

    python eager.py FOLDER THREADS

Into FOLDER it writes the images (`images.f32`) and of each network the state dict (`NAME.safetensors`) and what `docs/export_model.py` makes of it
(`NAME.pt2`), both with the weights that it draws itself, and prints the networks' names. A line is `NAME forward` or `NAME gradient`;
what it computed lies in `answer.f32` then.
"""

import json
import struct
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[4] / "docs"))
from export_model import export  # noqa: E402

NETWORKS = ["resnet18", "densenet121", "vit_b_16"]
IMAGES = 8
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


class Normalised(nn.Module):
    """As everybody who attacks pixels wraps a network."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(3, 1, 1))

    def forward(self, x):
        return self.network((x - self.mean) / self.std)


def write(path, state):
    """A safetensors file is a length, a JSON header and the tensors' bytes."""
    header, parts, end = {}, [], 0
    for name, tensor in state.items():
        if name.endswith("num_batches_tracked"):
            continue
        content = tensor.contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [end, end + len(content)]}
        end += len(content)
        parts.append(content)
    header = json.dumps(header).encode()
    path.write_bytes(b"".join([struct.pack("<Q", len(header)), header, *parts]))


def drawn(name):
    torch.manual_seed(20)
    network = getattr(torchvision.models, name)(weights=None)
    if name == "vit_b_16":
        # torchvision begins with zeros, which would leave no gradient.
        nn.init.normal_(network.heads.head.weight, std=0.05)
    return network.eval().requires_grad_(False)


def forward(model, x, labels):
    with torch.no_grad():
        return model(x)


def gradient(model, x, labels):
    x = x.detach().requires_grad_(True)
    loss = F.cross_entropy(model(x), labels, reduction="sum")
    return torch.autograd.grad(loss, x)[0]


WAYS = {"forward": forward, "gradient": gradient}


def main():
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    warnings.simplefilter("ignore")
    torch.set_num_threads(threads)
    torch.manual_seed(7)
    x = torch.rand(IMAGES, 3, 224, 224)
    (folder / "images.f32").write_bytes(x.numpy().tobytes())
    labels = torch.arange(IMAGES)
    models = {}
    for name in NETWORKS:
        network = drawn(name)
        write(folder / f"{name}.safetensors", network.state_dict())
        export(network, (3, 224, 224), folder / f"{name}.pt2")
        models[name] = Normalised(network)
    print(*NETWORKS, flush=True)
    for line in sys.stdin:
        name, way = line.split()
        start = time.perf_counter()
        answer = WAYS[way](models[name], x, labels)
        seconds = time.perf_counter() - start
        (folder / "answer.f32").write_bytes(answer.numpy().tobytes())
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
