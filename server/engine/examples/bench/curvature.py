"""Curvature in PyTorch on the network that the bench drew: one command per line of standard input, `WHAT` and its numbers.

Prints the number of convolutions and linear layers first.

- `products M`: the gradient of the mean loss in all layers' weights with its graph, and M products of the Hessian with a vector;
  prints the seconds.
- `traces E P`: the traces of all layers the way PyHessian takes them, one example at a time: of each of the first E examples the
  gradient with its graph and P products with signs for all layers at once. Prints the seconds, the mean over these examples
  of the trace in all layers, and the mean standard deviation of a probe of it.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch
from others import ResNet, weights
from torch import nn
from torch.nn import functional as F


def main():
    folder, depth, width, threads = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    torch.set_num_threads(threads)
    model = ResNet(depth, width)
    model.load_state_dict(weights(folder / "model.safetensors"), strict=False)
    model.eval().requires_grad_(False)
    layers = [module for module in model.modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    own = [layer.weight.requires_grad_(True) for layer in layers]
    images = torch.from_numpy(np.fromfile(folder / "images.f32", dtype="<f4")).reshape(-1, 3, 32, 32)
    labels = torch.from_numpy(np.fromfile(folder / "labels.i64", dtype="<i8"))

    def gradient(x, y):
        return torch.autograd.grad(F.cross_entropy(model(x), y), own, create_graph=True)

    def signs():
        return [torch.randint_like(weight, 2) * 2 - 1 for weight in own]

    def product(slopes, vectors):
        return torch.autograd.grad(slopes, own, grad_outputs=vectors, retain_graph=True)

    def products(count):
        slopes, vectors = gradient(images, labels), signs()
        for _ in range(count):
            product(slopes, vectors)
        return []

    def traces(examples, probes):
        found = []
        for place in range(examples):
            slopes = gradient(images[place:place + 1], labels[place:place + 1])
            samples = []
            for _ in range(probes):
                vectors = signs()
                samples.append(sum((a * b).sum() for a, b in zip(product(slopes, vectors), vectors)).item())
            found.append((np.mean(samples), np.std(samples, ddof=1)))
        return np.mean(found, axis=0).tolist()

    print(len(layers), flush=True)
    ways = {"products": products, "traces": traces}
    for line in sys.stdin:
        what, *numbers = line.split()
        start = time.perf_counter()
        results = ways[what](*map(int, numbers))
        print(time.perf_counter() - start, *results, flush=True)


if __name__ == "__main__":
    main()
