"""Networks in PyTorch in the namings of public weights, for `twins.py`: their tensors have the names, shapes and order of the published ones, and their logits are the same.

Layers without tensors have names of our own, which no file of weights shows.
"""

from collections import OrderedDict

import torch
import torchvision
from torch import nn
from torch.nn import functional as F

from networks import NONE, Chenyaofo, ResNet


def named(**layers):
    """The layers in a row, each under its name."""
    return nn.Sequential(OrderedDict(layers))


def conv(inputs, outputs, kernel, stride=1, groups=1):
    """Without bias; at stride 1 the sides stay as they are."""
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)


def stage(block, count, inputs, outputs, stride):
    """Blocks in a row; the first of them changes channels and sides."""
    return nn.Sequential(block(inputs, outputs, stride), *(block(outputs, outputs, 1) for _ in range(count - 1)))


def pooled():
    """The mean of each channel."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Residual(nn.Module):
    """The sum of some layers in a row and of `shortcut`, which sees the same input, and `last` of it."""

    def __init__(self, shortcut, last, **layers):
        super().__init__()
        self.row = list(layers)
        for name, layer in layers.items():
            self.add_module(name, layer)
        self.shortcut, self.last = shortcut, last

    def forward(self, x):
        y = x
        for name in self.row:
            y = self._modules[name](y)
        return self.last(y + self.shortcut(x))


def projected(inputs, outputs, stride):
    """The shortcut of a residual block: its input, or a convolution of it with a norm where the shapes differ."""
    if inputs == outputs and stride == 1:
        return nn.Identity()
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


# kuangliu/pytorch-cifar


def basic(inputs, outputs, stride):
    return Residual(
        projected(inputs, outputs, stride), nn.ReLU(),
        conv1=conv(inputs, outputs, 3, stride), bn1=nn.BatchNorm2d(outputs), relu1=nn.ReLU(),
        conv2=conv(outputs, outputs, 3), bn2=nn.BatchNorm2d(outputs),
    )


def bottleneck(inputs, outputs, stride):
    """The inner convolution has the stride and a quarter of the channels."""
    width = outputs // 4
    return Residual(
        projected(inputs, outputs, stride), nn.ReLU(),
        conv1=conv(inputs, width, 1), bn1=nn.BatchNorm2d(width), relu1=nn.ReLU(),
        conv2=conv(width, width, 3, stride), bn2=nn.BatchNorm2d(width), relu2=nn.ReLU(),
        conv3=conv(width, outputs, 1), bn3=nn.BatchNorm2d(outputs),
    )


def four_stages(block, width, counts):
    """From 64 channels to `width`, which doubles with each further stage as the sides halve."""
    layers, inputs = {}, 64
    for place, count in enumerate(counts):
        outputs = width << place
        layers[f"layer{place + 1}"] = stage(block, count, inputs, outputs, 2 if place else 1)
        inputs = outputs
    return layers


def kuangliu_resnet(block, width, counts):
    layers = four_stages(block, width, counts)
    return named(conv1=conv(3, 64, 3), bn1=nn.BatchNorm2d(64), relu=nn.ReLU(), **layers, pool=pooled(), linear=nn.Linear(width * 8, 10))


class PreAct(nn.Module):
    """A residual block whose norms come before its convolutions. A shortcut with weights sees the activated input, one without the input itself."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        self.projects = inputs != outputs
        if self.projects:
            self.project(conv(inputs, outputs, 1, stride))

    def project(self, convolution):
        self.shortcut = nn.Sequential(convolution)

    def past(self, active):
        return self.shortcut(active)

    def forward(self, x):
        active = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return y + (self.past(active) if self.projects else x)


def kuangliu_preact_resnet(counts):
    """Neither norm nor ReLU follows the last block."""
    return named(conv1=conv(3, 64, 3), **four_stages(PreAct, 64, counts), pool=pooled(), linear=nn.Linear(512, 10))


def vgg11(classifier):
    """With norms, for images of side 32, of which a single pixel is left."""
    features, inputs = [], 3
    for widths in ((64,), (128,), (256, 256), (512, 512), (512, 512)):
        for outputs in widths:
            features += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
            inputs = outputs
        features.append(nn.MaxPool2d(2))
    return named(features=nn.Sequential(*features), flat=nn.Flatten(), classifier=classifier)


def kuangliu_vgg11():
    return vgg11(nn.Linear(512, 10))


class Dense(nn.Sequential):
    """What the layers in a row make of the input, before the input itself."""

    def forward(self, x):
        return torch.cat([super().forward(x), x], 1)


def dense(inputs, growth):
    width = 4 * growth
    return Dense(OrderedDict(
        bn1=nn.BatchNorm2d(inputs), relu1=nn.ReLU(), conv1=conv(inputs, width, 1),
        bn2=nn.BatchNorm2d(width), relu2=nn.ReLU(), conv2=conv(width, growth, 3),
    ))


def kuangliu_densenet(counts, growth):
    """Each transition halves the channels and the sides."""
    channels = 2 * growth
    layers = {"conv1": conv(3, channels, 3)}
    for place, count in enumerate(counts, 1):
        layers[f"dense{place}"] = nn.Sequential(*(dense(channels + i * growth, growth) for i in range(count)))
        channels += count * growth
        if place < len(counts):
            halved = {"conv": conv(channels, channels // 2, 1), "pool": nn.AvgPool2d(2)}
            layers[f"trans{place}"] = named(bn=nn.BatchNorm2d(channels), relu=nn.ReLU(), **halved)
            channels //= 2
    return named(**layers, bn=nn.BatchNorm2d(channels), relu=nn.ReLU(), pool=pooled(), linear=nn.Linear(channels, 10))


# The stages of MobileNetV2 and of EfficientNet are told by expansion, channels, number of blocks and stride, and EfficientNet's by kernel too.
# For images of side 32 the first two stages keep the sides.
MOBILENET = ((1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
EFFICIENTNET = (
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3),
)


def inverted(inputs, outputs, stride, expansion):
    """The first convolution is there even where nothing is expanded; the shortcut has weights where only the channels differ."""
    width = expansion * inputs
    layers = {
        "conv1": conv(inputs, width, 1), "bn1": nn.BatchNorm2d(width), "relu1": nn.ReLU(),
        "conv2": conv(width, width, 3, stride, width), "bn2": nn.BatchNorm2d(width), "relu2": nn.ReLU(),
        "conv3": conv(width, outputs, 1), "bn3": nn.BatchNorm2d(outputs),
    }
    return Residual(projected(inputs, outputs, 1), nn.Identity(), **layers) if stride == 1 else named(**layers)


def kuangliu_mobilenetv2():
    """With ReLU where the paper has ReLU6."""
    blocks, inputs = [], 32
    for expansion, outputs, count, stride in MOBILENET:
        blocks += stage(lambda *shape: inverted(*shape, expansion), count, inputs, outputs, stride)
        inputs = outputs
    return named(
        conv1=conv(3, 32, 3), bn1=nn.BatchNorm2d(32), relu1=nn.ReLU(), layers=nn.Sequential(*blocks),
        conv2=conv(inputs, 1280, 1), bn2=nn.BatchNorm2d(1280), relu2=nn.ReLU(), pool=pooled(), linear=nn.Linear(1280, 10),
    )


# xternalz/WideResNet-pytorch


class Wide(PreAct):
    def project(self, convolution):
        self.convShortcut = convolution

    def past(self, active):
        return self.convShortcut(active)


def wide_resnet(depth, widening):
    layers, inputs = {"conv1": conv(3, 16, 3)}, 16
    for place in range(3):
        outputs = (16 << place) * widening
        layers[f"block{place + 1}"] = named(layer=stage(Wide, (depth - 4) // 6, inputs, outputs, 2 if place else 1))
        inputs = outputs
    return named(**layers, bn1=nn.BatchNorm2d(inputs), relu=nn.ReLU(), pool=pooled(), fc=nn.Linear(inputs, 10))


# chenyaofo/pytorch-cifar-models


def chenyaofo_resnet(depth):
    return ResNet(Chenyaofo, "conv", depth, 16, NONE)


def chenyaofo_vgg11_bn():
    hidden = [nn.Linear(512, 512), nn.ReLU(), nn.Dropout(), nn.Linear(512, 512), nn.ReLU(), nn.Dropout()]
    return vgg11(nn.Sequential(*hidden, nn.Linear(512, 10)))


def chenyaofo_mobilenetv2(widening):
    """torchvision's, at full side up to the third stage."""
    net = torchvision.models.mobilenet_v2(num_classes=10, width_mult=widening, inverted_residual_setting=MOBILENET)
    net.features[0][0].stride = 1, 1
    return net


def chenyaofo_shufflenetv2_x0_5():
    """torchvision's, at full side up to the first stage."""
    net = torchvision.models.shufflenet_v2_x0_5(num_classes=10)
    net.conv1[0].stride = 1, 1
    net.maxpool = nn.Identity()
    return net


# ml-illustrated/EfficientNet-Lite-PyTorch


class Same(nn.Conv2d):
    """A convolution in TensorFlow's padding: the output has a pixel for each `stride` pixels of the input, and an odd zero comes last."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, x):
        ends = []
        # The padding of PyTorch begins with the columns.
        for side, kernel, stride in zip(x.shape[:1:-1], self.kernel_size[::-1], self.stride[::-1]):
            missing = max((-(-side // stride) - 1) * stride + kernel - side, 0)
            ends += [missing // 2, missing - missing // 2]
        return super().forward(F.pad(x, ends))


def lite_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


def lite(inputs, outputs, stride, expansion, kernel):
    width, layers = expansion * inputs, {}
    if expansion > 1:
        layers |= {"_expand_conv": Same(inputs, width, 1), "_bn0": lite_norm(width), "relu0": nn.ReLU6()}
    layers |= {"_depthwise_conv": Same(width, width, kernel, stride, width), "_bn1": lite_norm(width), "relu1": nn.ReLU6()}
    layers |= {"_project_conv": Same(width, outputs, 1), "_bn2": lite_norm(outputs)}
    alike = inputs == outputs and stride == 1
    return Residual(nn.Identity(), nn.Identity(), **layers) if alike else named(**layers)


def efficientnet_lite0(classes):
    """EfficientNet-B0 with ReLU6 and without squeeze and excitation."""
    blocks, inputs = [], 32
    for expansion, outputs, count, stride, kernel in EFFICIENTNET:
        blocks += stage(lambda *shape: lite(*shape, expansion, kernel), count, inputs, outputs, stride)
        inputs = outputs
    return named(
        _conv_stem=Same(3, 32, 3, 2), _bn0=lite_norm(32), relu0=nn.ReLU6(), _blocks=nn.Sequential(*blocks),
        _conv_head=Same(inputs, 1280, 1), _bn1=lite_norm(1280), relu1=nn.ReLU6(), pool=pooled(), _fc=nn.Linear(1280, classes),
    )


# smmk47


class Patches(nn.Module):
    def __init__(self, width, patch):
        super().__init__()
        self.proj = nn.Conv2d(3, width, patch, patch)

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class EncoderVit(nn.Module):
    """A transformer of PyTorch's own layers."""

    def __init__(self, width, patch, depth, heads, hidden, classes, **layer):
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, (32 // patch) ** 2 + 1, width))
        self.patch_embed = Patches(width, patch)
        block = nn.TransformerEncoderLayer(width, heads, hidden, batch_first=True, **layer)
        self.transformer = nn.TransformerEncoder(block, depth, enable_nested_tensor=False)
        self.mlp_head = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, classes))

    def forward(self, x):
        tokens = torch.cat([self.cls_token.expand(len(x), -1, -1), self.patch_embed(x)], 1)
        return self.mlp_head(self.transformer(tokens + self.pos_embed)[:, 0])


def smmk47_vit(**layer):
    return EncoderVit(48, 8, 2, 3, 96, 10, **layer)


# Plain chains in PyTorch's own numbering.


def cnn_a(activation):
    convolutions = nn.Conv2d(3, 16, 4, 2, 1), activation(), nn.Conv2d(16, 32, 4, 2, 1), activation()
    return nn.Sequential(*convolutions, nn.Flatten(), nn.Linear(2048, 100), activation(), nn.Linear(100, 10))


def mlp(inputs, *widths):
    layers = [nn.Flatten()]
    for width in widths:
        layers += [nn.Linear(inputs, width), nn.ReLU()]
        inputs = width
    return nn.Sequential(*layers[:-1])
