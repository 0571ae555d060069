"""Writes a PyTorch network to a file that `valleyscope models add` reads: its operators and weights, as data (`.pt2` of torch.export).

    python export_model.py torchvision:resnet18 3x224x224 resnet18.pt2
    python export_model.py timm:vit_tiny_patch16_224 3x224x224 vit.pt2
    python export_model.py robustbench:Wang2023Better_WRN-28-10 3x32x32 wrn.pt2

It needs PyTorch 2.9 or newer and the library that is named, whose pretrained weights are taken. For a network of your own:

    from export_model import export
    export(my_network, (3, 32, 32), "mine.pt2")

A network that normalises its pixels itself keeps that; of others `valleyscope models add` finds or asks for the normalisation.
"""

import sys

import torch


def export(network, shape, path):
    """Writes `network`, which takes images of this shape, for any number of them."""
    network = network.eval().cpu().float().requires_grad_(False)
    images = torch.rand(2, *shape)
    program = torch.export.export(network, (images,), dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=4096)},))
    # The file holds what was traced: it has to compute what the network does.
    torch.testing.assert_close(program.module()(images), network(images))
    torch.export.save(program, path)


def pretrained(name):
    library, model = name.split(":", 1)
    if library == "torchvision":
        import torchvision

        return torchvision.models.get_model(model, weights="DEFAULT")
    if library == "timm":
        import timm

        return timm.create_model(model, pretrained=True)
    if library == "robustbench":
        from robustbench.utils import load_model

        return load_model(model, dataset="cifar10", threat_model="Linf")
    raise SystemExit(f"{library} is not known: torchvision, timm and robustbench are; for others call export() yourself")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    export(pretrained(sys.argv[1]), tuple(map(int, sys.argv[2].split("x"))), sys.argv[3])
