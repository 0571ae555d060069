"""Small checkpoints in the forms in which people save them, for tests: `python made.py FOLDER` writes them there.

Made with PyTorch 2.11. The network is a convolution with a batch norm and a linear layer, with numbers by formula; the files differ in
what is around it, and in how it is written.
"""

import argparse
import collections
import pathlib
import sys

import torch
from torch import nn


def network():
    net = nn.Sequential(
        collections.OrderedDict(
            conv=nn.Conv2d(1, 2, 3), norm=nn.BatchNorm2d(2), relu=nn.ReLU(), flat=nn.Flatten(), fc=nn.Linear(8, 2)
        )
    )
    with torch.no_grad():
        for place, tensor in enumerate(net.state_dict().values()):
            if tensor.dtype == torch.float32:
                tensor.copy_((torch.arange(tensor.numel()) * 0.25 + place).reshape(tensor.shape))
    return net


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    state = network().state_dict()

    def save(name, value, **how):
        torch.save(value, folder / f"{name}.pt", **how)

    save("bare", state)
    save("legacy", state, _use_new_zipfile_serialization=False)
    save("legacy-4", state, _use_new_zipfile_serialization=False, pickle_protocol=4)
    save("module", network())
    save("half", {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()})
    save("bfloat16", {name: tensor.bfloat16() if tensor.is_floating_point() else tensor for name, tensor in state.items()})
    wrapped = collections.OrderedDict((f"module._orig_mod.{name}", tensor) for name, tensor in state.items())
    averaged = collections.OrderedDict((name, tensor * 2) for name, tensor in state.items())
    options = argparse.Namespace(lr=0.1, arch="small")
    save("nested", {"state_dict": wrapped, "ema": averaged, "epoch": 7, "best_acc": 91.5, "args": options})
    scaled = {"normalize.mean": torch.tensor([0.5]).view(1, 1, 1, 1), "normalize.std": torch.tensor([0.25]).view(1, 1, 1, 1)}
    save("scaled", scaled | {f"model.{name}": tensor for name, tensor in state.items()})
    # Parts of one storage, and a transposed one.
    one = torch.arange(24.0)
    save("views", {"a.weight": one[2:14].view(3, 4).t(), "b.weight": one[::6].clone()[1:]})
    save("sparse", {"a.weight": torch.eye(3).to_sparse()})
    save("quantised", {"a.weight": torch.quantize_per_tensor(torch.eye(3), 0.1, 0, torch.qint8)})
    # The first entry's header in the archive's list has 76 bytes, as the record before the list's end has.
    save("twenty-one-letters-ab", state)
    save("no-tensors", {"epoch": 3})


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
