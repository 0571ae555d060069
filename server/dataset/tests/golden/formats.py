"""Small files as the libraries write them that people use: pickles, a MATLAB file and tables of pictures by formula.

Run with Python 3.11, NumPy 2.4.6, SciPy 1.17.1, PyArrow 26.0.1 and Pillow 13.0.0: python formats.py
"""

import io
import json
import pathlib
import pickle

import numpy
import pyarrow
import pyarrow.parquet
import scipy.io
from PIL import Image

HERE = pathlib.Path(__file__).parent

# Image i, channel c, row y, column x: [N, C, H, W].
images = numpy.fromfunction(lambda i, c, y, x: (i * 50 + c * 70 + y * 7 + x) % 256, (2, 3, 32, 32)).astype(numpy.uint8)
rows = images.reshape(2, -1)

for protocol in (2, 4, 5):
    batch = {"data": rows, "labels": [3, 9], "batch_label": "made", "filenames": ["a.png", "b.png"]}
    (HERE / f"cifar10.protocol{protocol}").write_bytes(pickle.dumps(batch, protocol))
# As Python 2 had it: keys of bytes, and the columns first.
fine = {b"data": numpy.asfortranarray(rows), b"fine_labels": [99, 0], b"coarse_labels": [13, 4]}
(HERE / "cifar100.columns").write_bytes(pickle.dumps(fine, 3))

mat = {"X": images.transpose(2, 3, 1, 0), "y": numpy.array([[10], [7]], numpy.uint8)}
scipy.io.savemat(HERE / "svhn.mat", mat, do_compression=True)
scipy.io.savemat(HERE / "svhn-plain.mat", {**mat, "y": numpy.array([[10.0], [7.0]])})


def png(image):
    file = io.BytesIO()
    Image.fromarray(image.transpose(1, 2, 0)).save(file, "PNG")
    return file.getvalue()


names = ["cat", "dog"]
features = {"image": {"_type": "Image"}, "label": {"names": names, "_type": "ClassLabel"}}
for codec in ("snappy", "zstd"):
    table = pyarrow.table(
        {
            "image": [{"bytes": png(image), "path": f"{i}.png"} for i, image in enumerate(images)],
            "label": pyarrow.array([1, 0], pyarrow.int64()),
        }
    ).replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    pyarrow.parquet.write_table(table, HERE / f"{codec}.parquet", compression=codec)
