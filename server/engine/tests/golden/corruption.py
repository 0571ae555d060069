"""Makes corruption.json: a small picture under those corruptions of CIFAR-10-C that draw no random numbers.

    python -m venv env && env/bin/pip install numpy==2.2.6 scipy==1.15.3 scikit-image==0.25.2 pillow==11.3.0 opencv-python-headless==4.12.0.88
    env/bin/python corruption.py

The operations are those of the libraries with which CIFAR-10-C was made, at its severities 1, 3 and 5.
"""

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import color, filters

SIDE = 12
SEVERITIES = (1, 3, 5)


def picture():
    """Waves of three colours with some noise, in bytes; one grey, one black and one white pixel."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    waves = [np.sin(rows / 2), np.cos(columns / 3 + rows / 5), np.sin((rows + columns) / 4)]
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (SIDE, SIDE, 3))
    bytes_ = np.clip((np.stack(waves, axis=2) + 1) / 2 + noise, 0, 1) * 255
    image = bytes_.round().astype(np.uint8)
    image[0, 0], image[3, 4], image[7, 2] = 128, 0, 255
    return image


def gaussian_blur(x, sigma):
    return filters.gaussian(x, sigma=sigma, channel_axis=-1)


def defocus_blur(x, radius, alias):
    side = np.arange(-8, 9)
    disk = (side[:, None] ** 2 + side[None, :] ** 2 <= radius**2).astype(float)
    kernel = cv2.GaussianBlur(disk / disk.sum(), ksize=(3, 3), sigmaX=alias)
    return np.stack([cv2.filter2D(x[..., c], -1, kernel) for c in range(3)], axis=2)


def zoomed(x, factor):
    size = int(np.ceil(SIDE / factor))
    top = (SIDE - size) // 2
    large = ndimage.zoom(x[top : top + size, top : top + size], (factor, factor, 1), order=1)
    trim = (large.shape[0] - SIDE) // 2
    return large[trim : trim + SIDE, trim : trim + SIDE]


def zoom_blur(x, end):
    factors = np.arange(1, end, 0.01)
    return (x + sum(zoomed(x, factor) for factor in factors)) / (len(factors) + 1)


def contrast(x, factor):
    mean = x.mean(axis=(0, 1), keepdims=True)
    return (x - mean) * factor + mean


def in_hsv(x, channel, factor, addend):
    hsv = color.rgb2hsv(x)
    hsv[..., channel] = np.clip(hsv[..., channel] * factor + addend, 0, 1)
    return color.hsv2rgb(hsv)


def brightness(x, addend):
    return in_hsv(x, 2, 1, addend)


def saturate(x, factor, addend):
    return in_hsv(x, 1, factor, addend)


def pixelate(x, share):
    image = Image.fromarray((x * 255).round().astype(np.uint8))
    small = image.resize((int(SIDE * share),) * 2, Image.BOX)
    return np.asarray(small.resize((SIDE, SIDE), Image.BOX)) / 255


CORRUPTIONS = {
    gaussian_blur: [(0.4,), (0.6,), (0.7,), (0.8,), (1,)],
    defocus_blur: [(0.3, 0.4), (0.4, 0.5), (0.5, 0.6), (1, 0.2), (1.5, 0.1)],
    zoom_blur: [(1.06,), (1.11,), (1.16,), (1.21,), (1.26,)],
    brightness: [(0.05,), (0.1,), (0.15,), (0.2,), (0.3,)],
    contrast: [(0.75,), (0.5,), (0.4,), (0.3,), (0.15,)],
    saturate: [(0.3, 0), (0.1, 0), (1.5, 0), (2, 0.1), (2.5, 0.2)],
    pixelate: [(0.95,), (0.9,), (0.85,), (0.75,), (0.65,)],
}


def planes(x):
    """Channel by channel, as our images are."""
    return [round(float(v), 9) for v in np.clip(x, 0, 1).transpose(2, 0, 1).ravel()]


def main():
    image = picture()
    golden = {
        "side": SIDE,
        "severities": SEVERITIES,
        "bytes": image.transpose(2, 0, 1).ravel().tolist(),
        "corruptions": {
            apply.__name__: [planes(apply(image / 255.0, *table[severity - 1])) for severity in SEVERITIES]
            for apply, table in CORRUPTIONS.items()
        },
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
