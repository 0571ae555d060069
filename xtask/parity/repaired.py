"""Parts of torchattacks 3.5.1 that have to be changed before its attacks can be compared."""

import torch
import torchattacks
from clean_start import CleanStart


class FromTheImage:
    """APGD or APGD-T, every run of it from the clean image."""

    def __init__(self, attack):
        self.attack, run = attack, attack.attack_single_run

        def from_the_image(*images):
            with CleanStart():
                return run(*images)

        attack.attack_single_run = from_the_image

    def __call__(self, images, labels):
        return self.attack(images, labels)


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


def auto_attack(model, epsilon, seed):
    """AutoAttack standard with the reference's 100 steps; the class of this name makes 10."""
    common = {"eps": epsilon, "seed": seed}
    return torchattacks.MultiAttack(
        [
            torchattacks.APGD(model, **common, steps=100),
            torchattacks.APGDT(model, **common, steps=100),
            torchattacks.FAB(model, **common, steps=100, multi_targeted=True),
            torchattacks.Square(model, **common, n_queries=5000),
        ]
    )
