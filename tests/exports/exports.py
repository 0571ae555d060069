"""Holds `docs/export_model.py` to PyTorch: what it writes is added by the program, attacked, and read the same.

    python exports.py VALLEYSCOPE

VALLEYSCOPE is the program. Of small networks with drawn weights in f64, the loss, the margin, the squared length of what the last layer takes and the lengths
of the gradient in the pixels that a run reads at the clean images have to be those that PyTorch computes of the network itself.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "docs"))
from export_model import export  # noqa: E402

IMAGES = 6
# Both compute in f64, whose last place is 1e-16, in sums of up to some thousand products that are ordered otherwise.
TOLERANCE = 1e-12


class Residual(nn.Module):
    """It normalises its pixels itself."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(12)
        self.conv = nn.Conv2d(12, 12, 3, padding=1, groups=3)
        self.down = nn.Conv2d(12, 24, 3, stride=2, padding=1)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        x = (x - 0.5) / 0.25
        x = F.relu(self.norm(self.stem(x)))
        x = F.relu(x + self.conv(x))
        x = F.max_pool2d(F.silu(self.down(x)), 3, 2, 1)
        return self.fc(x.mean((2, 3)))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 24, 8, 8)
        self.token = nn.Parameter(torch.randn(1, 1, 24) * 0.1)
        self.places = nn.Parameter(torch.randn(1, 17, 24) * 0.1)
        self.first = nn.LayerNorm(24)
        self.attention = nn.MultiheadAttention(24, 3, batch_first=True)
        self.second = nn.LayerNorm(24)
        self.inner = nn.Sequential(nn.Linear(24, 48), nn.GELU(), nn.Linear(48, 24))
        self.last = nn.LayerNorm(24)
        self.head = nn.Linear(24, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], 1) + self.places
        y = self.first(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        x = x + self.inner(self.second(x))
        return self.head(self.last(x)[:, 0])


def last_layer(network):
    return [layer for layer in network.modules() if isinstance(layer, nn.Linear)][-1]


def drawn(kind):
    torch.manual_seed(3)
    network = kind().eval()
    for name, tensor in network.state_dict().items():
        # What batch norms remember, and small effects that zeros would hide.
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5)
        elif name.endswith("running_mean") or (name.endswith("bias") and tensor.dim() == 1):
            tensor.normal_(0, 0.1)
    return network


def expected(network, x, labels):
    network = network.double()
    taken = []
    hook = last_layer(network).register_forward_hook(lambda layer, inputs, output: taken.append(inputs[0]))
    x = x.double().requires_grad_(True)
    logits = network(x)
    hook.remove()
    losses = F.cross_entropy(logits, labels, reduction="none")
    slope = torch.autograd.grad(losses.sum(), x)[0].flatten(1)
    others = logits.clone().scatter(1, labels[:, None], float("-inf"))
    return {
        "loss": losses,
        "margin": logits.gather(1, labels[:, None])[:, 0] - others.amax(1),
        "phi_sq": taken[0].square().sum(1),
        "grad_x_l1": slope.abs().sum(1),
        "grad_x_l2": slope.norm(dim=1),
    }


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{program} {' '.join(map(str, arguments))}\n{done.stdout}{done.stderr}")


def main():
    program = sys.argv[1]
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        place = ["--data-dir", folder / "data"]
        # CIFAR-10's format: of each image its label, then its pixels, channel by channel.
        torch.manual_seed(5)
        pixels = torch.randint(0, 256, (IMAGES, 3, 32, 32), dtype=torch.uint8)
        labels = torch.arange(IMAGES)
        records = [bytes([label, *image]) for label, image in zip(labels.tolist(), pixels.flatten(1).tolist())]
        (folder / "images.bin").write_bytes(b"".join(records))
        run(program, "data", "add", "images", folder / "images.bin", *place)
        x = pixels.double() / 255
        for kind in [Residual, Transformer]:
            name = kind.__name__.lower()
            network = drawn(kind)
            export(network, (3, 32, 32), folder / f"{name}.pt2")
            added = ["models", "add", folder / f"{name}.pt2", "--normalisation", "none", "--data", "images", "--images", IMAGES]
            run(program, *added, "--choose", 1, *place)
            spec = {
                "model": name,
                "data": {"set": "images", "count": IMAGES},
                "attack": {"fgsm": {"epsilon": "1/255"}},
                "precision": "f64",
                "device": "cpu",
            }
            (folder / "spec.json").write_text(json.dumps(spec))
            run(program, "run", folder / "spec.json", "--out", folder / f"{name}.json", *place)
            read = json.loads((folder / f"{name}.json").read_text())["trajectory"]
            for measure, values in expected(network, x, labels).items():
                own = torch.tensor(read[measure][0], dtype=torch.float64)
                apart = ((own - values).abs() / values.abs()).max().item()
                print(f"{name:<12} {measure:<10} {apart:.1e} apart")
                if not apart < TOLERANCE:
                    sys.exit(f"{measure} of {name}: {own.tolist()} and {values.tolist()}")
                worst = max(worst, apart)
    print(f"what docs/export_model.py writes is read as PyTorch computes it, to {worst:.1e}")


if __name__ == "__main__":
    main()
