"""Makes the folder `script`: small networks as torch.jit.save writes them, and programs that are none or behave badly.

    python -m venv env && env/bin/pip install torch==2.11.0 safetensors==0.8.0
    env/bin/python script.py

shapes.pt has the weights of the embedded model shapes-standard, so that both can be compared; it takes pixels that are scaled already.
All take pictures of 3x32x32 and tell ten classes apart.
"""

import zipfile
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).parent
SHAPES = HERE.parents[3] / "static/models/shapes-standard/model.safetensors"


class Shapes(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 24, 5, 2, 2)
        self.conv2 = nn.Conv2d(24, 48, 3, 2, 1)
        self.conv3 = nn.Conv2d(48, 64, 3, 1, 1)
        self.conv4 = nn.Conv2d(64, 96, 3, 2, 1)
        self.hidden = nn.Linear(96, 64)
        self.head = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.relu(self.conv3(x))
        x = F.relu(self.conv4(x))
        return self.head(torch.tanh(self.hidden(x.mean((2, 3)))))


class Mean(nn.Module):
    """The last layer is a convolution with kernels of one pixel before the mean."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.last = nn.Conv2d(8, 10, 1)

    def forward(self, x):
        return self.last(F.relu(self.conv(x))).mean((2, 3))


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.square = nn.Linear(48, 10)
        self.fc = nn.Linear(10, 10)

    def forward(self, x):
        x = F.avg_pool2d(x, 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


class Plain(nn.Module):
    """Parameters of its own, with names of its own and without layers."""

    def __init__(self):
        super().__init__()
        self.matrix = nn.Parameter(torch.randn(10, 48) / 7)
        self.offset = nn.Parameter(torch.randn(10))

    def forward(self, x):
        x = F.avg_pool2d(x, 8).flatten(1)
        return F.linear(x, self.matrix, self.offset)


class Twice(Small):
    """One layer under two names."""

    def __init__(self):
        super().__init__()
        self.again = self.fc


class Bent(Small):
    """Its logits are not those of a linear layer."""

    def forward(self, x):
        x = F.avg_pool2d(x, 8).flatten(1)
        return torch.tanh(self.fc(torch.tanh(self.square(x))))


class Prints(Small):
    def forward(self, x):
        print("{\"done\": null}")
        x = F.avg_pool2d(x, 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


class Writes(Small):
    """Writes into the picture that it is given."""

    def forward(self, x):
        x.mul_(0.5)
        x = F.avg_pool2d(x, 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


class Cut(Small):
    """Its output does not depend on its input as far as differentiation sees."""

    def forward(self, x):
        x = F.avg_pool2d(x.detach(), 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


class Raises(Small):
    """Stops at its ninth picture or batch of pictures."""

    passes: int

    def __init__(self):
        super().__init__()
        self.passes = 0

    def forward(self, x):
        self.passes += 1
        if self.passes > 8:
            raise RuntimeError("enough of it")
        x = F.avg_pool2d(x, 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


class Hangs(Raises):
    """Does not come back from its ninth."""

    def forward(self, x):
        self.passes += 1
        while self.passes > 8:
            self.passes += 1
        x = F.avg_pool2d(x, 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


class Greedy(Raises):
    """Asks for more memory than there is at its ninth."""

    def forward(self, x):
        self.passes += 1
        if self.passes > 8:
            x = x + torch.ones(1 << 50).sum()
        x = F.avg_pool2d(x, 8).flatten(1)
        return self.fc(torch.tanh(self.square(x)))


def untraced(path):
    """The same archive without what tells of the lines of Python that it was made from, which name folders of the machine."""
    with zipfile.ZipFile(path) as archive:
        parts = [(part.filename, archive.read(part)) for part in archive.infolist()]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts:
            if not name.endswith(".debug_pkl"):
                # A fixed date, so that the same files are made again.
                archive.writestr(zipfile.ZipInfo(name), content)


def main():
    folder = HERE / "script"
    folder.mkdir(exist_ok=True)
    shapes = Shapes()
    shapes.load_state_dict(load_file(SHAPES))
    torch.jit.save(torch.jit.script(shapes.eval()), folder / "shapes.pt")
    for network in [Mean, Small, Plain, Twice, Bent, Prints, Writes, Cut, Raises, Hangs, Greedy]:
        torch.manual_seed(1)
        made = network()
        torch.jit.save(torch.jit.script(made.eval()), folder / f"{network.__name__.lower()}.pt")
    torch.manual_seed(1)
    torch.jit.save(torch.jit.freeze(torch.jit.script(Small().eval())), folder / "frozen.pt")
    torch.manual_seed(1)
    torch.jit.save(torch.jit.trace(Small().eval(), torch.rand(2, 3, 32, 32)), folder / "traced.pt")
    for path in folder.glob("*.pt"):
        untraced(path)


if __name__ == "__main__":
    main()
