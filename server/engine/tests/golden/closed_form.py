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
    if value is None:
        return None
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
        "per_class_kappa": [sqrt(square(row)) * q * (1 - q) * phi_sq for q, row in zip(p, rows)],
        "trace_H_bias_augmented": gini * (phi_sq + 1),
        "lambda_max_feature_hessian": curvature(p, rows, mean),
        "D": max(length(minus(row, other)) for row in rows for other in rows),
        "M": max(length(minus(row, mean)) for row in rows),
        "third_T_yyy": third(p, label, label, label),
        "third_T_012": third(p, 0, 1, 2) if len(rows) > 2 else None,
    } | margin_radius(rows, logits, label)


def length(vector):
    return sqrt(fsum(x * x for x in vector))


def curvature(p, rows, mean):
    """The largest eigenvalue of W^T S W."""
    size = len(mean)
    h = matrix(size)
    for i in range(size):
        for j in range(size):
            h[i, j] = fsum(q * (row[i] - mean[i]) * (row[j] - mean[j]) for q, row in zip(p, rows))
    return max(eigsy(h, eigvals_only=True))


def third(p, *axes):
    """E_p of the product of (delta_a - p_a) over three axes."""
    product = lambda k: (((k == axes[0]) - p[axes[0]]) * ((k == axes[1]) - p[axes[1]]) * ((k == axes[2]) - p[axes[2]]))
    return fsum(q * product(k) for k, q in enumerate(p))


def margin_radius(rows, logits, label):
    """The smallest (z_y - z_j) / |w_y - w_j|; there is none where the label is not predicted or rows are equal."""
    others = [k for k in range(len(rows)) if k != label]
    distances = [length([a - b for a, b in zip(rows[label], rows[k])]) for k in others]
    leads = [logits[label] - logits[k] for k in others]
    if min(leads) <= 0 or min(distances) == 0:
        return {}
    return {"margin_radius_feature": min(lead / distance for lead, distance in zip(leads, distances))}


def moved(rows, bias, phi, label, delta):
    """What a step of the features does to the loss, and what bounds it."""
    now = closed_forms(rows, bias, phi, label)
    after = closed_forms(rows, bias, [x + d for x, d in zip(phi, delta)], label)
    p, u = now["p"], [fsum(w * d for w, d in zip(row, delta)) for row in rows]
    mean = fsum(q * x for q, x in zip(p, u))
    v = [x - mean for x in u]
    moment = lambda power: fsum(q * x**power for q, x in zip(p, v))
    tau, reach, highest = length(delta), max(u) - min(u), max(v)
    change, first, var = after["loss"] - now["loss"], mean - u[label], moment(2)
    psi = lambda t: (exp(t) - t - 1) / t**2
    d, slope, flat = now["D"], now["grad_phi_norm"], now["lambda_max_feature_hessian"]
    apart = [length([a - b for a, b in zip(row, rows[label])]) for row in rows]
    cubic = lambda r: r**3 / (36 * sqrt(3))
    return {
        "u": u,
        "tau": tau,
        "range_R": reach,
        "first_order": first,
        "var_p_u": var,
        "mu3": moment(3),
        "loss_change": change,
        "cgf": change - first,
        "R3": change - first - var / 2,
        "R3_bound_range": cubic(reach),
        "selfconc_upper": var * psi(reach),
        "selfconc_lower": var * psi(-reach),
        "bennett": log(1 + var * psi(highest)),
        "hoeffding": reach**2 / 8,
        "B1": slope * tau + flat * tau**2 / 2 + cubic(d * tau),
        "B2": slope * tau + flat * tau**2 * psi(d * tau),
        "B3": slope * tau + (d * tau) ** 2 / 8,
        "B4": max(apart) * tau,
        "B5": slope * tau + log(1 + flat * tau**2 * psi(now["M"] * tau)),
        "B6": log(fsum(q * exp(a * tau) for q, a in zip(p, apart))),
    }


HEADS = [
    ("generic", [["0.7", "-0.2", "1.1"], ["-0.9", "0.4", "0.3"], ["0.25", "1.3", "-0.6"], ["-0.1", "-0.8", "0.5"]], None, ["0.6", "-1.1", "0.35"], 2, ["-0.3", "0.2", "0.1"]),
    ("no weights", [["0", "0"], ["0", "0"], ["0", "0"]], None, ["1.5", "-0.5"], 1, None),
    ("two classes", [["1.2", "-0.3"], ["-0.4", "0.9"]], None, ["0.9", "1.4"], 0, ["0.4", "-0.7"]),
    ("with a bias", [["0.5", "0.2"], ["-0.3", "0.8"], ["0.1", "-0.6"]], ["0.75", "-1.25", "0.5"], ["1.1", "0.7"], 1, ["0.05", "0.15"]),
    ("saturated", [["9", "-2"], ["-4", "3"], ["1", "-5"]], ["0.5", "0", "-0.5"], ["2.8", "0.3"], 0, ["-2.1", "0.6"]),
]


def main():
    cases = []
    for name, rows, bias, phi, label, delta in HEADS:
        bias = bias or ["0"] * len(rows)
        numbers = [list(map(mpf, row)) for row in rows], list(map(mpf, bias)), list(map(mpf, phi))
        expected = {key: written(value) for key, value in closed_forms(*numbers, label).items()}
        case = {"name": name, "W": rows, "b": bias, "phi": phi, "y": label, "expected": expected}
        if delta:
            step = moved(*numbers, label, list(map(mpf, delta)))
            case |= {"Delta": delta, "step": {key: written(value) for key, value in step.items()}}
        cases.append(case)
    Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n")


if __name__ == "__main__":
    main()
