"""Makes `logits.json`: what onnxruntime computes of the public ONNX files, for an image that a formula gives.

    python -m venv env && env/bin/pip install numpy==2.4.6 onnxruntime==1.32.0
    env/bin/python logits.py FOLDER

FOLDER holds the files (`onnx` of the public data). The image is x[i] = frac(0.37 i + 0.11) in f64, rounded to f32, where i counts [C, H, W] row by row; a file that takes [H, W, C] is given the same image in its order.
All is computed in f32.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime


def logits(path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    image, = session.get_inputs()
    sizes = image.shape[1:]
    is_last = sizes[2] == 3
    shape = [sizes[2], *sizes[:2]] if is_last else sizes
    x = (0.37 * np.arange(np.prod(shape)) + 0.11) % 1
    x = x.astype(np.float32).reshape([1, *shape])
    if is_last:
        x = np.ascontiguousarray(x.transpose(0, 2, 3, 1))
    values, = session.run(None, {image.name: x})
    return {"input": shape, "logits": [float(value) for value in values[0]]}


def main():
    made = {path.name: logits(path) for path in sorted(Path(sys.argv[1]).glob("*.onnx"))}
    lines = [f"{json.dumps(name)}:{json.dumps(of)}" for name, of in made.items()]
    out = Path(__file__).parent / "logits.json"
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
