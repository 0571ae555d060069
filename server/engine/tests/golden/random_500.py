"""Makes random_500.json: attacks of torchattacks 3.5.1 and of Valleyscope on the same images of the same network, in f32.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 torchattacks==3.5.1 scipy==1.17.1
    cargo build --release --package valleyscope
    env/bin/python random_500.py ../../../../../shared/data ../../../../target/release/valleyscope

The network is alpha-beta-CROWN's ResNet-4b (`cifar10-resnet4b-adv2-abcrown`), the radius 2/255.
Random attacks: the first 500 images of CIFAR-10's test set under three seeds, and how many are right after the attack.
Attacks that draw nothing: the first 200 images, and for how many both sides agree whether the attack succeeded.
Names of rows after these two arguments compute these rows only; what the file has of others is kept.
The last lines are the tables of docs/attacks.md.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
import torchattacks
from resnet4b import MEAN, STD, Network

NAME = "cifar10-resnet4b-adv2-abcrown"
EPSILON, STEP = 2 / 255, 0.5 / 255
SEEDS, RANDOM, FIXED, BATCH = (1, 2, 3), 500, 200, 50
rand, ones = torch.rand, torch.ones


class CleanStart:
    """APGD's random start moved to the clean image: the length of the start is what the first torch.ones after the draw makes."""

    def __enter__(self):
        self.drawn = False

        def draw(shape):
            self.drawn = True
            return ones(shape)

        def make(*shape, **options):
            length = ones(*shape, **options)
            if self.drawn:
                length, self.drawn = length * 0, False
            return length

        torch.rand, torch.ones = draw, make

    def __exit__(self, *_):
        torch.rand, torch.ones = rand, ones


class CW(torchattacks.CW):
    """Without what falsifies it: logits below zero count as they are, black and white pixels can move, and nothing stops early.
    The cost is the only number that it reads from a graph."""

    def forward(self, images, labels):
        item = torch.Tensor.item
        torch.Tensor.item = lambda number: -torch.inf if number.requires_grad else item(number)
        try:
            return super().forward(images, labels)
        finally:
            torch.Tensor.item = item

    def inverse_tanh_space(self, x):
        return self.atanh((2 * x - 1) * 0.999999)

    def f(self, outputs, labels):
        column = labels[:, None]
        real = outputs.gather(1, column)[:, 0]
        return (real - outputs.scatter(1, column, -torch.inf).amax(1)).clamp(min=-self.kappa)


def images(data, count):
    raw = np.fromfile(data / "datasets/cifar10/test_batch.first1017.bin", dtype=np.uint8)
    rows = raw.reshape(-1, 3073)[:count]
    pixels = torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).astype(np.float32) / 255)
    return pixels, torch.from_numpy(rows[:, 0].astype(np.int64))


def theirs_last(model, make, x, y, together=BATCH):
    """Image by image, whether it is wrong after the attack, asked for so many images at a time."""
    wrong = []
    for from_ in range(0, len(x), BATCH):
        some, labels = x[from_ : from_ + BATCH], y[from_ : from_ + BATCH]
        points = make()(some, labels)
        with torch.no_grad():
            logits = torch.cat([model(part) for part in points.split(together)])
        wrong += (logits.argmax(1) != labels).tolist()
    return wrong


def theirs_apgd(model, steps, x, y):
    """Whether it is wrong at any point of one run from the clean image."""
    wrong = []
    for from_ in range(0, len(x), BATCH):
        attack = torchattacks.APGD(model, eps=EPSILON, steps=steps, loss="ce")
        with CleanStart():
            _, right, _, _ = attack.attack_single_run(x[from_ : from_ + BATCH], y[from_ : from_ + BATCH])
        wrong += (~right.bool()).tolist()
    return wrong


class Valleyscope:
    """The program with a data directory of its own."""

    def __init__(self, program, data, place):
        self.program, self.place = str(program), Path(place)
        self.environment = {**os.environ, "VALLEYSCOPE_DATA": place, "OMP_NUM_THREADS": "1"}
        self.call("data", "add", "cifar10-test", data / "datasets/cifar10/test_batch.first1017.bin")
        normalisation = "/".join(",".join(map(str, part)) for part in (MEAN, STD))
        weights = data / "weights" / NAME / "model.safetensors"
        self.call("models", "add", weights, "--name", NAME, "--arch", "bn_free_resnet", "--normalisation", normalisation)

    def call(self, *arguments):
        subprocess.run([self.program, *map(str, arguments)], env=self.environment, check=True, capture_output=True)

    def run(self, attack, count, seeds):
        """The endings of every image, seed by seed."""
        spec, out = self.place / "spec.json", self.place / "result.json"
        data = {"set": "cifar10-test", "first": 0, "count": count}
        run = {"model": NAME, "data": data, "attack": attack, "batch_size": BATCH, "keep_examples": 0, "seed": list(seeds)}
        spec.write_text(json.dumps(run))
        self.call("run", spec, "--out", out)
        result = json.loads(out.read_text())
        return [one["endings"] for one in (result.get("passes") or [result])]


def in_ball(id, **more):
    return {id: {"epsilon": "2/255", **more}}


def stepping(id, **more):
    return in_ball(id, step_size="0.5/255", **more)


ta = torchattacks
COMMON = {"eps": EPSILON, "alpha": STEP}

# A row's name, torchattacks' attack under a seed, ours.
RANDOM_ROWS = {
    "PGD, 20 steps": (lambda m, _: ta.PGD(m, **COMMON, steps=20), stepping("pgd", steps=20, random_start=True)),
    "Jitter, 10 steps": (lambda m, _: ta.Jitter(m, **COMMON, steps=10), stepping("jitter", steps=10)),
    "VNI-FGSM, 10 steps": (lambda m, _: ta.VNIFGSM(m, **COMMON, steps=10), stepping("vni_fgsm", steps=10)),
    "SPSA, 5 steps of 64 directions": (
        lambda m, _: ta.SPSA(m, eps=EPSILON, delta=0.01, lr=STEP, nb_iter=5, nb_sample=64),
        in_ball("spsa", delta=0.01, learning_rate=STEP, steps=5, samples=64),
    ),
    "Square, 500 queries": (
        lambda m, seed: ta.Square(m, eps=EPSILON, n_queries=500, seed=seed),
        in_ball("square", steps=500, schedule="rescaled"),
    ),
    "Square, 500 queries, shared squares": (
        lambda m, seed: ta.Square(m, eps=EPSILON, n_queries=500, seed=seed),
        in_ball("square", steps=500, schedule="rescaled", sharing="reference"),
    ),
}

# A row's name, torchattacks' successes, ours, and how ours are read: at the last point or at any.
FIXED_ROWS = {
    "FGSM": (lambda m, *xy: theirs_last(m, lambda: ta.FGSM(m, eps=EPSILON), *xy), in_ball("fgsm"), "last"),
    "MI-FGSM": (lambda m, *xy: theirs_last(m, lambda: ta.MIFGSM(m, **COMMON, steps=10, decay=1.0), *xy), stepping("mi_fgsm"), "last"),
    "NI-FGSM": (lambda m, *xy: theirs_last(m, lambda: ta.NIFGSM(m, **COMMON, steps=10, decay=1.0), *xy), stepping("ni_fgsm"), "last"),
    "PGD without random start": (lambda m, *xy: theirs_last(m, lambda: ta.PGD(m, **COMMON, steps=10, random_start=False), *xy), stepping("pgd"), "last"),
    "APGD-CE from the clean image": (lambda m, *xy: theirs_apgd(m, 50, *xy), in_ball("apgd", steps=50, random_start=False), "any"),
    # It looks at each image alone, and ends so near the boundary that another batch rounds some to the other side.
    "DeepFool": (lambda m, *xy: theirs_last(m, lambda: ta.DeepFool(m), *xy, 1), {"deepfool": {"overshoot_at": "each_step"}}, "last"),
    # It does not look at the point after its last update.
    "C&W": (lambda m, *xy: theirs_last(m, lambda: ta.CW(m, c=1, steps=50), *xy), {"cw": {"c": 1, "steps": 49}}, "any"),
    "C&W, theirs repaired": (lambda m, *xy: theirs_last(m, lambda: CW(m, c=1, steps=50), *xy), {"cw": {"c": 1, "steps": 49}}, "any"),
}


def succeeds(ending, where):
    if where == "last":
        return ending["last_success"]
    # The clean point is no step.
    return ending["first_success"] is not None or ending["best_success"]


def random_row(model, program, x, y, name):
    make, attack = RANDOM_ROWS[name]
    theirs = []
    for seed in SEEDS:
        torch.manual_seed(seed)
        theirs.append(RANDOM - sum(theirs_last(model, lambda: make(model, seed), x, y)))
    with torch.no_grad():
        clean = model(x).argmax(1) == y
    ours, at_last = [], []
    for endings in program.run(attack, RANDOM, SEEDS):
        pairs = list(zip(endings, clean.tolist()))
        ours.append(sum(right and ending["first_success"] is None for ending, right in pairs))
        at_last.append(sum(not ending["last_success"] for ending, _ in pairs))
    return {"theirs": theirs, "ours_last": at_last, "ours_any": ours}


def fixed_row(model, program, x, y, name):
    their, attack, where = FIXED_ROWS[name]
    theirs = their(model, x, y)
    [endings] = program.run(attack, FIXED, [1])
    ours = [succeeds(ending, where) for ending in endings]
    apart = [row for row, (a, b) in enumerate(zip(theirs, ours)) if a != b]
    return {"theirs": sum(theirs), "ours": sum(ours), "apart": apart}


def tables(golden):
    percent = lambda counts: [100 * count / RANDOM for count in counts]
    print("| attack | torchattacks, mean | range | Valleyscope, mean | range | difference |\n|---|---|---|---|---|---|")
    for name in RANDOM_ROWS:
        row = golden["random"][name]
        theirs, ours = percent(row["theirs"]), percent(row["ours_last"])
        cells = [f"{np.mean(v):.1f} | {min(v):.1f} to {max(v):.1f}" for v in (theirs, ours)]
        print(f"| {name} | {cells[0]} | {cells[1]} | {np.mean(ours) - np.mean(theirs):+.1f} |")
    print("\n| attack | successes of torchattacks | of Valleyscope | the same |\n|---|---|---|---|")
    for name in FIXED_ROWS:
        row = golden["fixed"][name]
        same = FIXED - len(row["apart"])
        print(f"| {name} | {row['theirs']} | {row['ours']} | {same} of {FIXED}, {100 * same / FIXED:.1f} % |")


def main():
    data, program, *wanted = [Path(sys.argv[1]), Path(sys.argv[2]).resolve(), *sys.argv[3:]]
    torch.set_num_threads(1)
    file = Path(__file__).with_suffix(".json")
    golden = json.loads(file.read_text()) if file.exists() else {"random": {}, "fixed": {}}
    model = Network(data / "weights" / NAME / "resnet4b.pth").eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    x, y = images(data, RANDOM)
    golden |= {"torch": torch.__version__, "torchattacks": "3.5.1", "model": NAME, "images": [RANDOM, FIXED], "seeds": SEEDS}
    with torch.no_grad():
        golden["clean"] = (model(x).argmax(1) == y).sum().item()
    with tempfile.TemporaryDirectory() as place:
        program = Valleyscope(program, data, place)
        for name in [*RANDOM_ROWS, *FIXED_ROWS]:
            if wanted and name not in wanted:
                continue
            if name in RANDOM_ROWS:
                row = golden["random"][name] = random_row(model, program, x, y, name)
            else:
                row = golden["fixed"][name] = fixed_row(model, program, x[:FIXED], y[:FIXED], name)
            print(name, row, flush=True)
            golden["random"], golden["fixed"] = (
                {name: golden[part][name] for name in rows if name in golden[part]}
                for part, rows in (("random", RANDOM_ROWS), ("fixed", FIXED_ROWS))
            )
            file.write_text(json.dumps(golden, indent=1) + "\n")
    tables(golden)


main()
