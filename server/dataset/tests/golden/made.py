"""What Pillow makes of pictures, as torchvision's Resize and CenterCrop call it: the golden values beside this script.

Run with Pillow 13.0.0: python made.py [folder with subset50]
resize.json: pictures by formula, so that no picture is kept here.
imagenet.json: of public samples a few values each, of which no picture can be made.
"""

import json
import pathlib
import sys

import PIL
from PIL import Image

HERE = pathlib.Path(__file__).parent


def value(channel, row, column):
    """Sharp edges, slopes and noise; the test has the same formula."""
    noise = (row * 2654435761 + column * 40503 + channel * 97) >> 7
    slope = row * 3 + column * 2 + channel * 40
    edge = 255 * ((row // 5 + column // 7) % 2)
    return [noise & 255, slope & 255, edge][(row // 16 + column // 16 + channel) % 3]


def made(height, width):
    pixels = bytes(value(c, y, x) for y in range(height) for x in range(width) for c in range(3))
    return Image.frombytes("RGB", (width, height), pixels)


def resize(image, size):
    """torchvision.transforms.Resize on a Pillow image, bilinear with antialiasing."""
    if isinstance(size, list):
        height, width = size
    else:
        short, long = sorted(image.size)
        other = int(size * long / short)
        width, height = (size, other) if image.width <= image.height else (other, size)
    if (width, height) == image.size:
        return image
    return image.resize((width, height), Image.Resampling.BILINEAR)


def crop(image, side):
    """torchvision.transforms.CenterCrop."""
    top = int(round((image.height - side) / 2.0))
    left = int(round((image.width - side) / 2.0))
    return image.crop((left, top, left + side, top + side))


def shaped(image, to, side):
    if to is not None:
        image = resize(image, to)
    return image if side is None else crop(image, side)


CASES = [
    # height, width, resize, crop
    (61, 97, 24, None),
    (97, 61, 24, 20),
    (50, 37, 32, 28),
    (13, 17, 30, 25),
    (64, 64, 31, None),
    (40, 90, [21, 33], 20),
    (33, 48, None, 28),
    (34, 45, None, 31),
    (120, 33, 16, None),
]


def resizing():
    cases = []
    for height, width, to, side in CASES:
        image = shaped(made(height, width), to, side)
        cases.append(
            {
                "from": [height, width],
                "resize": to,
                "crop": side,
                "to": [image.height, image.width],
                "pixels": image.tobytes().hex(),
            }
        )
    write("resize.json", {"made_by": f"Pillow {PIL.__version__}", "cases": cases})


def imagenet(folder):
    pictures = []
    for path in sorted(folder.iterdir()):
        image = shaped(Image.open(path).convert("RGB"), 256, 224)
        data = image.tobytes()
        planes = [data[c::3] for c in range(3)]
        places = [(i * 50021 + 17) % (224 * 224) for i in range(32)]
        pictures.append(
            {
                "file": path.name,
                "means": [round(sum(plane) / len(plane), 4) for plane in planes],
                "values": [[plane[place] for place in places] for plane in planes],
            }
        )
    write("imagenet.json", {"made_by": f"Pillow {PIL.__version__}", "pictures": pictures})


def write(name, content):
    (HERE / name).write_text(json.dumps(content) + "\n")


resizing()
if len(sys.argv) > 1:
    imagenet(pathlib.Path(sys.argv[1]))
