"""alpha-beta-CROWN's ResNet-4b, `cifar10-resnet4b-adv2-abcrown`, for the scripts beside this file. It takes pixels in [0, 1]."""

import torch
from torch.nn import functional as F

MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616)


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(inputs, outputs, 3, stride, 1)
        self.conv2 = torch.nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.shortcut = torch.nn.Sequential(*([torch.nn.Conv2d(inputs, outputs, 1, stride)] if stride > 1 else []))

    def forward(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))) + self.shortcut(x))


class Network(torch.nn.Module):
    def __init__(self, weights, kind=torch.float32):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 16, 3, 2, 1)
        self.layer1 = torch.nn.Sequential(Block(16, 32, 2), Block(32, 32, 1))
        self.layer2 = torch.nn.Sequential(Block(32, 32, 2), Block(32, 32, 1))
        self.linear1, self.linear2 = torch.nn.Linear(512, 100), torch.nn.Linear(100, 10)
        self.load_state_dict(torch.load(weights, map_location="cpu")["state_dict"])
        # The published network keeps these in f32, as its weights.
        self.mean, self.std = (torch.tensor(v, dtype=torch.float32).view(1, 3, 1, 1).to(kind) for v in (MEAN, STD))
        self.to(kind)

    def forward(self, x):
        x = F.relu(self.conv1((x - self.mean) / self.std))
        return self.linear2(F.relu(self.linear1(self.layer2(self.layer1(x)).flatten(1))))
