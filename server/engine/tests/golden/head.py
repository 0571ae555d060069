"""The head of CIFAR-10's test set, for the scripts beside this file and those of `xtask/parity`."""

import numpy as np
import torch


# Below the folder with `datasets` in it.
IMAGES = "datasets/cifar10/test_batch.first1017.bin"


def images(data, count, kind=np.float64):
    """Pixels in [0, 1] and labels of the first so many images; `data` is the folder with `datasets` in it."""
    raw = np.fromfile(data / IMAGES, dtype=np.uint8)
    rows = raw.reshape(-1, 3073)[:count]
    pixels = torch.from_numpy(rows[:, 1:].reshape(-1, 3, 32, 32).astype(kind) / 255)
    return pixels, torch.from_numpy(rows[:, 0].astype(np.int64))
