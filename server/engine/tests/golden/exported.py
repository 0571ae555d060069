"""Writes networks as `torch.export.save` does (`.pt2`), each with its logits and slopes in the pixels, for weights that the formula of `twins.py` gives.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 timm==1.0.31 numpy==2.4.6
    env/bin/python exported.py FOLDER [NETWORK...]

Of each network three files are written: NETWORK-dynamic.pt2, for any number of images, NETWORK-fixed.pt2, for one, and NETWORK-decomposed.pt2 after `run_decompositions`.
The files are large and are not stored. NETWORK-shapes.json has the shape of every value for one image, and NETWORK.json, as those of `twins.py`: the logits of the two images, the loss and its slope along the eight directions.
The files' weights are f32; what is computed of them is computed in f64. Nothing is normalised before the network.
"""

import json
import sys
from pathlib import Path

import timm
import torch
import torchvision
from torch.nn import functional as F

import twin_networks
from twins import DIRECTIONS, PIXELS, fill, uniform

NETWORKS = {
    "resnet18": ("torchvision.models.resnet18(num_classes=7)", 64),
    "vgg11_bn": ("torchvision.models.vgg11_bn(num_classes=7)", 64),
    "densenet121": ("torchvision.models.densenet121(num_classes=7)", 64),
    "wrn-28-4": ("twin_networks.wide_resnet(depth=28, widening=4)", 32),
    "vit_b_16": ("torchvision.models.vit_b_16(image_size=64, num_classes=7)", 64),
    # At side 64 a number lies so near a kink of ReLU6 that its slope in f32 is the other one.
    "mobilenet_v2": ("torchvision.models.mobilenet_v2(num_classes=7)", 48),
    "squeezenet1_1": ("torchvision.models.squeezenet1_1(num_classes=7)", 64),
    "convnext_tiny": ("torchvision.models.convnext_tiny(num_classes=7)", 64),
    "efficientnet_b0": ("torchvision.models.efficientnet_b0(num_classes=7)", 64),
    "timm-vit": ("timm.models.VisionTransformer(img_size=32, patch_size=8, embed_dim=48, depth=2, num_heads=3, num_classes=7)", 32),
    "timm-deit": ("timm.models.deit.VisionTransformerDistilled(img_size=32, patch_size=8, embed_dim=48, depth=2, num_heads=3, num_classes=7)", 32),
    # The head for training alone, `AuxLogits`, is left out; 75 pixels are the fewest.
    "inception_v3": ("torchvision.models.inception_v3(num_classes=7, aux_logits=False, init_weights=False)", 80),
    "swin_t": ("torchvision.models.swin_t(num_classes=7)", 64),
}


def shapes(exported):
    """The shape of every value that a node gives."""
    found = {}
    for node in exported.graph.nodes:
        value = node.meta.get("val")
        if node.op == "call_function" and isinstance(value, torch.Tensor):
            found[node.name] = [size if isinstance(size, int) else str(size) for size in value.shape]
    return found


def export(folder, name, net, shape):
    batch = torch.export.Dim("batch", min=1, max=1024)
    dynamic = torch.export.export(net, (torch.rand(2, *shape),), dynamic_shapes=({0: batch},))
    torch.export.save(dynamic, folder / f"{name}-dynamic.pt2")
    fixed = torch.export.export(net, (torch.rand(1, *shape),))
    torch.export.save(fixed, folder / f"{name}-fixed.pt2")
    torch.export.save(dynamic.run_decompositions(), folder / f"{name}-decomposed.pt2")
    return shapes(fixed)


def reference(net, shape):
    """As in `twins.py`, of weights that were rounded to f32."""
    net = net.double()
    pixels = uniform(PIXELS, [2, *shape]).requires_grad_()
    logits = net(pixels)
    loss = F.cross_entropy(logits, torch.tensor([0, 1]), reduction="sum")
    slope, = torch.autograd.grad(loss, pixels)
    along = [(slope * (uniform(j, [2, *shape]) * 2 - 1)).sum().item() for j in DIRECTIONS]
    return {"input": shape, "logits": logits.tolist(), "loss": loss.item(), "gradient": {"norm": slope.norm().item(), "along": along}}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    scope = {"timm": timm, "torchvision": torchvision, "twin_networks": twin_networks}
    for name, (network, side) in NETWORKS.items():
        if len(sys.argv) > 2 and name not in sys.argv[2:]:
            continue
        net = eval(network, scope).eval().requires_grad_(False)
        fill(net)
        shape = [3, side, side]
        found = export(folder, name, net, shape)
        made = {"network": network, **reference(net, shape)}
        (folder / f"{name}.json").write_text(json.dumps(made) + "\n")
        (folder / f"{name}-shapes.json").write_text(json.dumps(found) + "\n")
        print(name, made["loss"], made["gradient"]["norm"], flush=True)


if __name__ == "__main__":
    main()
