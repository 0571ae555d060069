"""The attacks of other libraries on the network and images that the bench has: one request per line of standard input.

Prints the network's logits first, so that the bench can see that both run the same network. A request is
`{"attack": ..., "count": ...}` with the attack as an expression; the answer is its seconds or, counted, its passes
in examples, how many images it leaves right and the mean length of the changes that succeed.
"""

import json
import os
import sys
import time
import warnings
from pathlib import Path

import foolbox
import foolbox.attacks as fa
import numpy as np
import torch
import torchattacks as ta
from others import ResNet, weights

E, A = 8 / 255, 2 / 255

RENAMED = [
    ("conv_1_3x3", "conv1"),
    ("bn_1", "bn1"),
    ("classifier", "linear"),
    ("stage_", "layer"),
    ("conv_a", "conv1"),
    ("conv_b", "conv2"),
    ("bn_a", "bn1"),
    ("bn_b", "bn2"),
]


class Counter:
    """Counts what goes through a network while it is there."""

    def __init__(self, model):
        self.forward, self.backward = 0, 0
        self.hook = model.register_forward_hook(self.passed)

    def passed(self, _model, _inputs, logits):
        self.forward += len(logits)
        if logits.requires_grad:
            logits.register_hook(self.returned)

    def returned(self, gradient):
        self.backward += len(gradient)


def renamed(name):
    """The file's names in those of the class."""
    for old, new in RENAMED:
        name = name.replace(old, new)
    return name


def main():
    folder, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    warnings.simplefilter("ignore")
    model = ResNet(20, 16)
    state = {renamed(name): value for name, value in weights(folder / "model.safetensors").items()}
    missing = model.load_state_dict(state, strict=False)
    assert not missing.unexpected_keys, missing
    assert all(key.endswith("num_batches_tracked") for key in missing.missing_keys), missing
    model.eval().requires_grad_(False)
    images = torch.from_numpy(np.fromfile(folder / "images.f32", dtype="<f4")).reshape(-1, 3, 32, 32)
    labels = torch.from_numpy(np.fromfile(folder / "labels.i64", dtype="<i8"))
    print(json.dumps(model(images).flatten().tolist()), flush=True)
    bounded = foolbox.PyTorchModel(model, bounds=(0, 1))

    def fool(attack, epsilon):
        return lambda images, labels: attack(bounded, images, labels, epsilons=epsilon)[1]

    def original(epsilon):
        """AutoAttack standard as its authors publish it, from the folder that VALLEYSCOPE_AUTOATTACK names."""
        sys.path.insert(0, os.environ["VALLEYSCOPE_AUTOATTACK"])
        from autoattack import AutoAttack

        attack = AutoAttack(model, norm="Linf", eps=epsilon, device="cpu", verbose=False)
        return lambda images, labels: attack.run_standard_evaluation(images, labels, bs=len(images))

    names = {"model": model, "original": original, "fool": fool, "ta": ta, "fa": fa, "E": E, "A": A}
    for line in sys.stdin:
        request = json.loads(line)
        attack = eval(request["attack"], names)
        if not request["count"]:
            start = time.perf_counter()
            attack(images, labels)
            print(time.perf_counter() - start, flush=True)
            continue
        counter = Counter(model)
        changed = attack(images, labels).detach()
        counter.hook.remove()
        with torch.no_grad():
            # Foolbox hands back a black image where it has found nothing.
            found = changed.flatten(1).amax(1) > 0
            wrong = (model(changed).argmax(1) != labels) & found
        lengths = (changed - images).flatten(1).norm(dim=1)[wrong]
        answer = [counter.forward, counter.backward, int((~wrong).sum()), float(lengths.mean())]
        print(json.dumps(answer), flush=True)


main()
