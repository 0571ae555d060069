"""The families of networks in PyTorch, in the namings of public weights and in any size, for the scripts beside this file.

Each takes pixels in [0, 1], normalises them as the published networks do (with numbers in f32), and has as `head` its last layer.
"""

import torch
from torch import nn
from torch.nn import functional as F

# Mean and deviation of each channel.
NONE = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
CIFAR10 = ((0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010))
ABCROWN = ((0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))
GREY = ((0.0,), (1.0,))


class Network(nn.Module):
    def __init__(self, normalisation):
        super().__init__()
        for name, values in zip(("mean", "std"), normalisation):
            # No part of the weights, but cast with them.
            numbers = torch.tensor(values, dtype=torch.float32)
            self.register_buffer(name, numbers.view(1, -1, 1, 1), persistent=False)

    def normalised(self, x):
        return (x - self.mean) / self.std

    def forward(self, x):
        return self.head(self.features(self.normalised(x)))


class Akamaster:
    """akamaster/pytorch_resnet_cifar10"""

    stem, stem_norm, stage, head = "conv1", "bn1", "layer", "linear"
    convolutions, norms, projection = ("conv1", "conv2"), ("bn1", "bn2"), "shortcut"


class Fanghenshao(Akamaster):
    """fanghenshao's vanilla-adversarial-training"""

    stem, stem_norm, stage, head = "conv_1_3x3", "bn_1", "stage_", "classifier"
    convolutions, norms, projection = ("conv_a", "conv_b"), ("bn_a", "bn_b"), "downsample"


class Chenyaofo(Akamaster):
    """chenyaofo/pytorch-cifar-models"""

    head, projection = "fc", "downsample"


def every_second(x, before, after):
    return F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, before, after))


class ResNetBlock(nn.Module):
    def __init__(self, naming, shortcut, inputs, outputs):
        super().__init__()
        stride = 1 if inputs == outputs else 2
        self.naming, self.shortcut = naming, shortcut
        self.missing = outputs - inputs
        sizes = ((inputs, outputs, 3, stride, 1), (outputs, outputs, 3, 1, 1))
        for convolution, norm, size in zip(naming.convolutions, naming.norms, sizes):
            self.add_module(convolution, nn.Conv2d(*size, bias=False))
            self.add_module(norm, nn.BatchNorm2d(outputs))
        if self.missing and shortcut == "conv":
            project = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            self.add_module(naming.projection, project)

    def past(self, x):
        if not self.missing:
            return x
        if self.shortcut == "conv":
            return self._modules[self.naming.projection](x)
        before = self.missing // 2 if self.shortcut == "both" else 0
        return every_second(x, before, self.missing - before)

    def forward(self, x):
        first, second = self.naming.convolutions
        norm, last_norm = self.naming.norms
        y = F.relu(self._modules[norm](self._modules[first](x)))
        y = self._modules[last_norm](self._modules[second](y))
        return F.relu(y + self.past(x))


class ResNet(Network):
    def __init__(self, naming, shortcut, depth, width, normalisation):
        super().__init__(normalisation)
        self.naming = naming
        self.add_module(naming.stem, nn.Conv2d(3, width, 3, 1, 1, bias=False))
        self.add_module(naming.stem_norm, nn.BatchNorm2d(width))
        inputs = width
        for stage, outputs in enumerate((width, 2 * width, 4 * width), 1):
            blocks = []
            for _ in range((depth - 2) // 6):
                blocks.append(ResNetBlock(naming, shortcut, inputs, outputs))
                inputs = outputs
            self.add_module(f"{naming.stage}{stage}", nn.Sequential(*blocks))
        self.add_module(naming.head, nn.Linear(inputs, 10))

    @property
    def head(self):
        return self._modules[self.naming.head]

    def features(self, x):
        x = F.relu(self._modules[self.naming.stem_norm](self._modules[self.naming.stem](x)))
        for stage in (1, 2, 3):
            x = self._modules[f"{self.naming.stage}{stage}"](x)
        return x.mean((2, 3))


class BnFreeBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.shortcut = nn.Sequential(*([nn.Conv2d(inputs, outputs, 1, stride)] if stride > 1 else []))

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.shortcut(x))


class BnFreeResNet(Network):
    """In the naming of alpha-beta-CROWN; two stages of two blocks."""

    def __init__(self, stem, channels, hidden, normalisation):
        super().__init__(normalisation)
        self.conv1 = nn.Conv2d(3, stem, 3, 2, 1)
        self.layer1 = nn.Sequential(BnFreeBlock(stem, channels, 2), BnFreeBlock(channels, channels, 1))
        self.layer2 = nn.Sequential(BnFreeBlock(channels, channels, 2), BnFreeBlock(channels, channels, 1))
        self.linear1, self.linear2 = nn.Linear(16 * channels, hidden), nn.Linear(hidden, 10)

    @property
    def head(self):
        return self.linear2

    def features(self, x):
        x = self.layer2(self.layer1(F.relu(self.conv1(x))))
        return F.relu(self.linear1(x.flatten(1)))


class TokenNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.bn = nn.BatchNorm1d(width)

    def forward(self, x):
        return self.bn(x.transpose(1, 2)).transpose(1, 2)


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        for name in ("query", "key", "value", "out"):
            self.add_module(name, nn.Linear(width, width))

    def forward(self, x):
        split = lambda layer: layer(x).unflatten(2, (self.heads, -1)).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(split(self.query), split(self.key), split(self.value))
        return self.out(mixed.transpose(1, 2).flatten(2))


class VitBlock(nn.Module):
    def __init__(self, width, heads, hidden):
        super().__init__()
        self.norm1, self.norm2 = TokenNorm(width), TokenNorm(width)
        self.attn = Attention(width, heads)
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.fc2(F.relu(self.fc1(self.norm2(x))))


class Vit(Network):
    """VNN-COMP's family, in our naming, which is nobody else's: it is published as ONNX."""

    def __init__(self, patch, width, depth, heads, hidden, normalisation):
        super().__init__(normalisation)
        self.proj = nn.Conv2d(3, width, patch, patch)
        self.cls = nn.Parameter(torch.zeros(width))
        self.pos = nn.Parameter(torch.zeros((32 // patch) ** 2 + 1, width))
        self.blocks = nn.Sequential(*(VitBlock(width, heads, hidden) for _ in range(depth)))
        self.norm = TokenNorm(width)
        self.head = nn.Linear(width, 10)

    def features(self, x):
        patches = self.proj(x).flatten(2).transpose(1, 2)
        tokens = torch.cat([self.cls.expand(len(x), 1, -1), patches], 1) + self.pos
        return self.norm(self.blocks(tokens)).mean(1)


class LeNet(Network):
    """In the naming of AdverTorch."""

    def __init__(self, channels, hidden, normalisation=GREY):
        super().__init__(normalisation)
        self.conv1 = nn.Conv2d(1, channels[0], 3, 1, 1)
        self.conv2 = nn.Conv2d(channels[0], channels[1], 3, 1, 1)
        self.linear1, self.linear2 = nn.Linear(49 * channels[1], hidden), nn.Linear(hidden, 10)

    @property
    def head(self):
        return self.linear2

    def features(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return F.relu(self.linear1(x.flatten(1)))
