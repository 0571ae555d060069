"""Makes trajectory.json: PGD on a tiny ReLU net, every iterate, exact in decimals and with 40 digits where e comes in.

    python -m venv env && env/bin/pip install mpmath==1.3.0
    env/bin/python trajectory.py
"""

import json
from fractions import Fraction
from pathlib import Path

from closed_form import closed_forms, written
from mpmath import fsum, mpf, sign

MODEL = {
    "U": [["0.8", "0.5", "-0.6"], ["-0.7", "0.9", "0.4"], ["0.3", "-0.8", "0.7"], ["0.6", "-0.1", "-0.9"], ["-0.4", "0.2", "0.5"]],
    "c": ["0.05", "-0.1", "0.2", "0.3", "0.15"],
    "W": [["2.0", "-1.5", "0.7", "1.1", "-0.6"], ["-1.2", "2.2", "-0.4", "0.3", "0.9"], ["0.4", "-0.9", "1.8", "-1.6", "1.3"]],
    "b": ["-0.05", "0.1", "0.2"],
}
# The walk meets the ball's border and the pixels' end at 0.
ATTACK = {"eps": "0.3", "alpha": "0.07", "steps": 10, "x0": ["0.85", "0.3", "0.15"], "label": 0}


def exact(value):
    return [exact(part) for part in value] if isinstance(value, list) else Fraction(value)


def digits(value):
    return [digits(part) for part in value] if isinstance(value, list) else mpf(value.numerator) / value.denominator


def layer(rows, offset, x):
    return [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(rows, offset)]


def main():
    hidden, offset, weight, bias = (exact(MODEL[key]) for key in ("U", "c", "W", "b"))
    clean, epsilon, step = (exact(ATTACK[key]) for key in ("x0", "eps", "alpha"))
    label, x, points = ATTACK["label"], exact(ATTACK["x0"]), []
    for t in range(ATTACK["steps"] + 1):
        phi = [max(v, Fraction(0)) for v in layer(hidden, offset, x)]
        logits = layer(weight, bias, phi)
        forms = closed_forms(digits(weight), digits(bias), digits(phi), label)
        to_logits = [p - (k == label) for k, p in enumerate(forms["p"])]
        to_phi = [fsum(g * w for g, w in zip(to_logits, column)) * (v > 0) for column, v in zip(zip(*digits(weight)), phi)]
        to_x = [fsum(g * w for g, w in zip(to_phi, column)) for column in zip(*digits(hidden))]
        kept = ("loss", "gini", "trace_H", "kappa_code", "kappa_F2", "kappa_tr_neuronwise")
        points.append(
            {"t": t, "x": written(digits(x)), "phi": written(digits(phi)), "logits": written(digits(logits)), "pred": logits.index(max(logits))}
            | {key: written(forms[key]) for key in kept}
            | {"grad_x": written(to_x)}
        )
        moved = [v + step * int(sign(g)) for v, g in zip(x, to_x)]
        x = [min(max(v, o - epsilon, Fraction(0)), o + epsilon, Fraction(1)) for v, o in zip(moved, clean)]
    print([point["pred"] for point in points], points[-1]["x"])
    golden = {"model": MODEL, "attack": ATTACK, "trajectory": points}
    Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=1) + "\n")


main()
