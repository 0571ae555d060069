"""Makes closed_form.json: every closed form of five heads in 40-digit arithmetic.

    python -m venv env && env/bin/pip install mpmath==1.3.0
    env/bin/python closed_form.py
"""

import json
from pathlib import Path

from mpmath import eigsy, exp, fsum, log, matrix, mp, mpf, nstr, sqrt

mp.dps = 40


def written(value):
    """Fifteen digits, as text that no reader rounds."""
    return [written(part) for part in value] if isinstance(value, list) else nstr(value, 15)


def closed_forms(rows, bias, phi, label):
    """By their definitions: digits make up for what these lose."""
    classes = range(len(rows))
    logits = [fsum(w * x for w, x in zip(row, phi)) + b for row, b in zip(rows, bias)]
    whole = fsum(map(exp, logits))
    p = [exp(z) / whole for z in logits]
    gradient = [p[k] - (k == label) for k in classes]
    gini = fsum(q * (1 - q) for q in p)
    phi_sq = fsum(x * x for x in phi)
    square = lambda row: fsum(w * w for w in row)
    columns = list(zip(*rows))
    minus = lambda row, other: [w - v for w, v in zip(row, other)]
    middle = [fsum(column) / len(rows) for column in columns]
    mean = [fsum(q * w for q, w in zip(p, column)) for column in columns]
    fro_sq = fsum(map(square, rows))
    centred = fsum(square(minus(row, middle)) for row in rows)
    s = matrix(len(rows))
    for j in classes:
        for k in classes:
            s[j, k] = p[j] * (j == k) - p[j] * p[k]
    lambda_max = max(eigsy(s, eigvals_only=True))
    return {
        "logits": logits,
        "p": p,
        "loss": log(whole) - logits[label],
        "gini": gini,
        "entropy": -fsum(q * log(q) for q in p),
        "phi_sq": phi_sq,
        "W_fro_sq": fro_sq,
        "W_centered_fro_sq": centred,
        "grad_W_fro": sqrt(square(gradient) * phi_sq),
        "grad_phi_norm": sqrt(square([fsum(g * w for g, w in zip(gradient, column)) for column in columns])),
        "trace_H": gini * phi_sq,
        "kappa_code": sqrt(fro_sq) * gini * phi_sq,
        "kappa_F2": fro_sq * gini * phi_sq,
        "kappa_F2_centered": centred * gini * phi_sq,
        "kappa_tr_neuronwise": phi_sq * fsum(q * square(minus(row, mean)) for q, row in zip(p, rows)),
        "kappa_max": phi_sq * fsum(q * (1 - q) * square(row) for q, row in zip(p, rows)),
        "lambda_max_S": lambda_max,
        "lambda_max_H": lambda_max * phi_sq,
    }


HEADS = [
    ("generic", [["0.7", "-0.2", "1.1"], ["-0.9", "0.4", "0.3"], ["0.25", "1.3", "-0.6"], ["-0.1", "-0.8", "0.5"]], None, ["0.6", "-1.1", "0.35"], 2),
    ("no weights", [["0", "0"], ["0", "0"], ["0", "0"]], None, ["1.5", "-0.5"], 1),
    ("two classes", [["1.2", "-0.3"], ["-0.4", "0.9"]], None, ["0.9", "1.4"], 0),
    ("with a bias", [["0.5", "0.2"], ["-0.3", "0.8"], ["0.1", "-0.6"]], ["0.75", "-1.25", "0.5"], ["1.1", "0.7"], 1),
    ("saturated", [["9", "-2"], ["-4", "3"], ["1", "-5"]], ["0.5", "0", "-0.5"], ["2.8", "0.3"], 0),
]


def main():
    cases = []
    for name, rows, bias, phi, label in HEADS:
        bias = bias or ["0"] * len(rows)
        numbers = [list(map(mpf, row)) for row in rows], list(map(mpf, bias)), list(map(mpf, phi))
        expected = {key: written(value) for key, value in closed_forms(*numbers, label).items()}
        cases.append({"name": name, "W": rows, "b": bias, "phi": phi, "y": label, "expected": expected})
    Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
