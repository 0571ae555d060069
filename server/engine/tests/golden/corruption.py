"""Makes corruption.json: a small picture under those corruptions of CIFAR-10-C that draw no random numbers.

    python -m venv env && env/bin/pip install numpy==2.2.6 scipy==1.15.3 scikit-image==0.25.2 pillow==11.3.0 opencv-python-headless==4.12.0.88
    env/bin/python corruption.py

The operations are those of the libraries with which CIFAR-10-C was made, at its severities 1, 3 and 5.
Snow and spatter are made from written normal numbers, at all severities and in the size of CIFAR-10 (snow without its motion blur, which was ImageMagick's).
"""

import json
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import color, filters

# OpenCV's own distances on every machine: Intel's IPP sums them in single precision, where a mean may come to lie on the other side of a byte.
cv2.ipp.setUseIPP(False)

SIDE = 12
SEVERITIES = (1, 3, 5)
# The side of what is drawn over a picture; the small picture gets the first of its numbers.
LAYER = 32


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
    side = len(x)
    size = int(np.ceil(side / factor))
    top = (side - size) // 2
    large = ndimage.zoom(x[top : top + size, top : top + size], (factor, factor, 1), order=1)
    trim = (large.shape[0] - side) // 2
    return large[trim : trim + side, trim : trim + side]


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


def flakes(normal, mean, deviation, factor, threshold):
    """The drawn layer of snow before its motion blur, in bytes."""
    layer = zoomed((mean + deviation * normal)[..., None], factor)[..., 0]
    layer[layer < threshold] = 0
    return (np.clip(layer, 0, 1) * 255).astype(np.uint8)


def snow(x, layer, kept):
    """The picture under a layer in bytes."""
    x, layer = x.astype(np.float32), layer[..., None] / 255.0
    grey = cv2.cvtColor(x, cv2.COLOR_RGB2GRAY)[..., None]
    return kept * x + (1 - kept) * np.maximum(x, grey * 1.5 + 0.5) + layer + np.rot90(layer, k=2)


def water(layer):
    """Edges, distances from them, and their relief, all in bytes."""
    edges = cv2.Canny(layer, 50, 150)
    distance = cv2.distanceTransform(255 - edges, cv2.DIST_L2, 5)
    distance = cv2.blur(np.minimum(distance, 20), (3, 3)).astype(np.uint8)
    kernel = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
    relief = cv2.filter2D(cv2.equalizeHist(distance), cv2.CV_8U, kernel)
    return edges, distance, cv2.blur(relief, (3, 3))


def thickness(normal, mean, deviation, sigma, threshold, mix, mud):
    layer = filters.gaussian(mean + deviation * normal, sigma=sigma)
    layer[layer < threshold] = 0
    if mud:
        thick = filters.gaussian((layer > threshold).astype(float), sigma=mix)
        thick[thick < 0.8] = 0
        return thick
    layer = np.minimum(layer * 255, 255).astype(np.uint8)
    lit = layer * water(layer)[2].astype(float)
    return mix * lit / (lit.max() or 1)


def spatter(x, thick, mud):
    thick = thick[..., None]
    colour = np.array([63, 42, 20] if mud else [175, 238, 238]) / 255
    return x * (1 - thick * mud) + thick * colour


SNOW = [
    (0.1, 0.2, 1, 0.6, 0.95),
    (0.1, 0.2, 1, 0.5, 0.9),
    (0.15, 0.3, 1.75, 0.55, 0.9),
    (0.25, 0.3, 2.25, 0.6, 0.85),
    (0.3, 0.3, 1.25, 0.65, 0.8),
]
SPATTER = [
    (0.62, 0.1, 0.7, 0.7, 0.5, 0),
    (0.65, 0.1, 0.8, 0.7, 0.5, 0),
    (0.65, 0.3, 1, 0.69, 0.5, 0),
    (0.65, 0.1, 0.7, 0.69, 0.6, 1),
    (0.65, 0.1, 0.5, 0.68, 0.6, 1),
]


def layers(x):
    """Snow and spatter, each from drawn numbers alone and over the picture, and the stages of water."""
    numbers = np.random.default_rng(2).normal(size=LAYER**2).round(6)
    drawn, small = numbers.reshape(LAYER, LAYER), numbers[: SIDE**2].reshape(SIDE, SIDE)
    # Broad hills, some of them cut off by a shore as the drops of a layer are: edges of all directions, near and far.
    hills = ndimage.gaussian_filter(np.random.default_rng(3).normal(size=(LAYER, LAYER)), 3)
    bytes_ = np.clip(128 + 64 * hills / hills.std(), 0, 255).astype(np.uint8)
    bytes_[bytes_ < 128] = 0
    flat = lambda values: values.ravel().tolist()
    nine = lambda values: [round(float(v), 9) for v in values.ravel()]
    return {
        "side": LAYER,
        "normal": numbers.tolist(),
        "flakes": [flat(flakes(drawn, *c[:4])) for c in SNOW],
        "snow": [planes(snow(x, flakes(small, *c[:4]), c[4])) for c in SNOW],
        "thickness": [nine(thickness(drawn, *c)) for c in SPATTER],
        "spatter": [planes(spatter(x, thickness(small, *c), c[5])) for c in SPATTER],
        "water": dict(zip(("bytes", "edges", "distance", "relief"), map(flat, (bytes_, *water(bytes_))))),
    }


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
        "layers": layers(image / 255.0),
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")


main()
