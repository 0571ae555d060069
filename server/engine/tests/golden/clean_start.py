"""APGD of torchattacks 3.5.1 without its random start."""

import torch

rand, randn, ones = torch.rand, torch.randn, torch.ones


class CleanStart:
    """Draws nothing but ones, and then makes the start's length zero, once:
    that length is what the first call of torch.ones after the draw makes."""

    def __enter__(self):
        self.drawn = False

        def draw(shape):
            self.drawn = True
            return ones(shape)

        def make(*shape, **options):
            length = ones(*shape, **options)
            if self.drawn:
                length, self.drawn = length * 0, False
            return length

        torch.rand, torch.randn, torch.ones = draw, draw, make

    def __exit__(self, *_):
        torch.rand, torch.randn, torch.ones = rand, randn, ones
