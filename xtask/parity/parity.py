"""Attacks of other libraries and of Valleyscope on the same images of the same network, in f32.

    python parity.py list
    python parity.py inputs DATA
    python parity.py row NAME DATA PROGRAM RESULT

The list has a row's name and what is asked of it, a line each; `cargo xtask evaluate` calls row by row.
The inputs are what every row is computed from: digests of the files, versions of the libraries.
The network is alpha-beta-CROWN's ResNet-4b (`cifar10-resnet4b-adv2-abcrown`), images come from the head of CIFAR-10's test set.
Attacks that draw: under some seeds each, how many images are right after the attack.
Attacks that draw nothing: which images are wrong after both, and which after one only.
"""

import hashlib
import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

# What the golden values are made with serves here too.
sys.path.insert(0, str(Path(__file__).parents[2] / "server/engine/tests/golden"))

from head import images
from ours import BATCH, Valleyscope, succeeds
from resnet4b import MEAN, STD, Network
from rows import ROWS

NAME = "cifar10-resnet4b-adv2-abcrown"
# Where the images come from, below the folder of public data.
IMAGES = "datasets/cifar10/test_batch.first1017.bin"


def wrong_after(attack, model, x, y, together):
    """Image by image, whether it is wrong after their attack."""
    wrong = []
    for begin in range(0, len(x), BATCH):
        labels = y[begin : begin + BATCH]
        points = attack(x[begin : begin + BATCH], labels).detach()
        with torch.no_grad():
            logits = torch.cat([model(part) for part in points.split(together)])
        wrong += (logits.argmax(1) != labels).tolist()
    return wrong


def compared(row, model, program, x, y):
    seeds = row.seeds or (1,)
    ours = [[succeeds(ending, row.read) for ending in endings] for endings in program.run(row.ours, row.images, seeds)]
    theirs = []
    for seed in seeds:
        torch.manual_seed(seed)
        theirs.append(wrong_after(row.theirs(model, seed), model, x, y, row.together))
    with torch.no_grad():
        clean = (model(x).argmax(1) == y).tolist()
    if row.read == "any":
        # Our steps exclude the clean image, which their attacks hand back where it is wrong.
        ours = [[wrong or not right for wrong, right in zip(one, clean)] for one in ours]
    answer = {
        "torch": torch.__version__,
        "clean": sum(clean),
        "wrong": {"theirs": [sum(one) for one in theirs], "ours": [sum(one) for one in ours]},
    }
    if not row.seeds:
        answer["apart"] = [place for place, pair in enumerate(zip(theirs[0], ours[0])) if len(set(pair)) > 1]
    return answer


def asked(row):
    return {
        "title": row.title,
        "library": row.library,
        "network": NAME,
        "attack": row.ours,
        "images": row.images,
        "seeds": row.seeds,
    }


def inputs(data):
    """SHA-256 of the files, and the versions."""
    files = [f"weights/{NAME}/model.safetensors", f"weights/{NAME}/resnet4b.pth", IMAGES]
    digests = {name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in files}
    libraries = ["torch", "torchattacks", "foolbox"]
    return {**digests, **{name: importlib.metadata.version(name) for name in libraries}}


def main():
    if sys.argv[1:2] == ["inputs"]:
        print(json.dumps(inputs(Path(sys.argv[2]))))
        return
    if sys.argv[1:] == ["list"]:
        for name, row in ROWS.items():
            print(name, json.dumps(asked(row)), sep="\t")
        return
    verb, name, data, program, result = sys.argv[1:]
    assert verb == "row", __doc__
    row, data = ROWS[name], Path(data)
    model = Network(data / "weights" / NAME / "resnet4b.pth").eval().requires_grad_(False)
    x, y = images(data, row.images, np.float32)
    normalisation = "/".join(",".join(map(str, part)) for part in (MEAN, STD))
    with tempfile.TemporaryDirectory() as place:
        program = Valleyscope(Path(program).resolve(), data, NAME, normalisation, place)
        Path(result).write_text(json.dumps(compared(row, model, program, x, y)))


main()
