"""Makes the folder `twins`: for networks of public libraries and of `twin_networks.py`, the names and shapes of their weights, and logits and gradients for weights that a formula gives.

    python -m venv env && env/bin/pip install torch==2.11.0 torchvision==0.26.0 timm==1.0.31 numpy==2.4.6
    env/bin/python twins.py twins

No weights are stored, for every number is a formula of two whole numbers: j tells what it belongs to, i its place there, row by row.
With all in 64 bits, wrapping:

    z = (j << 32) + i + 0x9E3779B97F4A7C15
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB
    u = ((z ^ (z >> 31)) >> 11) / 2^53

A tensor's j is its place in `tensors`, from 0, which is the order of PyTorch's state_dict(). The first line that fits it tells its values:

    name ends in running_var                          1 + u
    name ends in running_mean                         0.2 (u - 0.5)
    name ends in num_batches_tracked                  0
    name ends in weight, two dimensions or more       (2u - 1) sqrt(6 / fan_in), fan_in the product of all dimensions but the first
    name ends in weight or gamma, one dimension       0.5 + u
    all others                                        0.5 u

So the logits of all networks are of the order of one to a hundred and tell the images apart, deep as some are.

The pixels of the two images, [2, C, H, W], are u with j = 1000000; the directions 0 to 7, of the same shape, are 2u - 1 with j = 1000001 to 1000008.
The loss is the sum of the cross entropies of the images with the labels 0 and 1. Its slope in the pixels is told by its length and by its products with the directions.
Nothing is normalised before the network. All is computed in f64.
"""

import json
import sys
from pathlib import Path

import numpy as np
import timm
import torch
import torchvision
from torch.nn import functional as F

import twin_networks

PIXELS, DIRECTIONS = 1000000, range(1000001, 1000009)

TORCHVISION = (
    "resnet18", "resnet34", "resnet50", "wide_resnet50_2", "resnext50_32x4d", "vgg11", "vgg11_bn", "densenet121", "shufflenet_v2_x0_5",
    "squeezenet1_0", "squeezenet1_1", "mobilenet_v2", "efficientnet_b0", "convnext_tiny",
)
# At side 32 their last maps are single pixels, on which all poolings agree.
LARGER = ("resnet18", "vgg11", "densenet121", "squeezenet1_1")

TIMM_VIT = "timm.models.VisionTransformer(img_size=32, patch_size=8, embed_dim=48, depth=2, num_heads=3, num_classes=7"

# Each network as the Python that builds it, which is also its name in the file; here those of libraries, below those of `twin_networks.py`.
LIBRARIES = {
    **{f"torchvision-{name}": f"torchvision.models.{name}(num_classes=7)" for name in TORCHVISION},
    **{f"torchvision-{name}-64": f"torchvision.models.{name}(num_classes=7)" for name in LARGER},
    "torchvision-vit": "torchvision.models.VisionTransformer(image_size=32, patch_size=8, num_layers=2, num_heads=3, hidden_dim=48, mlp_dim=96, num_classes=7)",
    "timm-vit": f"{TIMM_VIT})",
    "timm-vit-avg": f"{TIMM_VIT}, global_pool='avg', class_token=True)",
    "timm-tf-efficientnet-lite0": "timm.create_model('tf_efficientnet_lite0', num_classes=7)",
}
OWN = {
    "smmk47-vit": "smmk47_vit(activation='relu', norm_first=False)",
    "smmk47-vit-gelu": "smmk47_vit(activation='gelu', norm_first=False)",
    "smmk47-vit-norm-first": "smmk47_vit(activation='relu', norm_first=True)",
    "plain-cnn-a": "cnn_a(nn.ReLU)",
    "plain-cnn-a-sigmoid": "cnn_a(nn.Sigmoid)",
    "plain-mlp": "mlp(784, 32, 16, 10)",
    "kuangliu-resnet18": "kuangliu_resnet(basic, 64, (2, 2, 2, 2))",
    "kuangliu-resnet50": "kuangliu_resnet(bottleneck, 256, (3, 4, 6, 3))",
    "kuangliu-preact-resnet18": "kuangliu_preact_resnet((2, 2, 2, 2))",
    "kuangliu-vgg11": "kuangliu_vgg11()",
    "kuangliu-densenet-cifar": "kuangliu_densenet((6, 12, 24, 16), growth=12)",
    "kuangliu-mobilenetv2": "kuangliu_mobilenetv2()",
    "chenyaofo-resnet20": "chenyaofo_resnet(20)",
    "chenyaofo-vgg11-bn": "chenyaofo_vgg11_bn()",
    "chenyaofo-mobilenetv2-x0-5": "chenyaofo_mobilenetv2(0.5)",
    "chenyaofo-shufflenetv2-x0-5": "chenyaofo_shufflenetv2_x0_5()",
    "wrn-16-2": "wide_resnet(depth=16, widening=2)",
    "wrn-28-4": "wide_resnet(depth=28, widening=4)",
    "efficientnet-lite0": "efficientnet_lite0(classes=7)",
}


def input_shape(name):
    if name == "plain-mlp":
        return [1, 28, 28]
    # On one pixel the wide kernels of EfficientNet would see little but padding, and nothing of the image would reach the end.
    side = 64 if name.endswith("-64") or name in ("torchvision-efficientnet_b0", "efficientnet-lite0") else 32
    return [3, side, side]


def uniform(j, shape):
    """The numbers u of the formula."""
    z = np.arange(np.prod(shape, dtype=int), dtype=np.uint64)
    z += np.uint64((j << 32) + 0x9E3779B97F4A7C15)
    z ^= z >> 30
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> 27
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> 31
    return torch.from_numpy((z >> 11) * 2.0**-53).reshape(shape)


def values(j, name, shape):
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape)
    u = uniform(j, shape)
    if name.endswith("running_var"):
        return u + 1
    if name.endswith("running_mean"):
        return (u - 0.5) * 0.2
    if name.endswith("weight") and len(shape) > 1:
        return (u * 2 - 1) * np.sqrt(6 / np.prod(shape[1:]))
    if name.endswith(("weight", "gamma")) and len(shape) == 1:
        return u + 0.5
    return u * 0.5


def fill(net):
    """Gives the network its numbers; the names and shapes of its tensors."""
    tensors = [(name, list(tensor.shape)) for name, tensor in net.state_dict().items()]
    for j, tensor in enumerate(net.state_dict().values()):
        tensor.copy_(values(j, *tensors[j]))
    return tensors


def twin(net, network, shape):
    net = net.double().eval().requires_grad_(False)
    tensors = fill(net)
    pixels = uniform(PIXELS, [2, *shape]).requires_grad_()
    logits = net(pixels)
    loss = F.cross_entropy(logits, torch.tensor([0, 1]), reduction="sum")
    slope, = torch.autograd.grad(loss, pixels)
    along = [(slope * (uniform(j, [2, *shape]) * 2 - 1)).sum().item() for j in DIRECTIONS]
    return {
        "network": network,
        "input": shape,
        "tensors": tensors,
        "logits": logits.tolist(),
        "loss": loss.item(),
        "gradient": {"norm": slope.norm().item(), "along": along},
    }


def write(path, content):
    """One line for each entry."""
    lines = [f'"{key}":{json.dumps(value, separators=(",", ":"))}' for key, value in content.items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    scope = {"timm": timm, "torchvision": torchvision, **vars(twin_networks)}
    for name, network in (LIBRARIES | OWN).items():
        made = twin(eval(network, scope), network, input_shape(name))
        write(out / f"{name}.json", made)
        print(name, len(made["tensors"]), "tensors, loss", made["loss"], "slope", made["gradient"]["norm"])


if __name__ == "__main__":
    main()
