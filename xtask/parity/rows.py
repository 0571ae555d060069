"""The rows of the tables: an attack of torchattacks or Foolbox, and the same attack of Valleyscope.

Steps are a quarter of the radius unless an attack chooses its own.
"""

from dataclasses import dataclass
from typing import Callable

import foolbox
import foolbox.attacks as fa
import torchattacks as ta
from repaired import CW, FromTheImage, auto_attack

EPSILON, STEP = 2 / 255, 0.5 / 255
WIDE = 8 / 255
SEEDS, RANDOM, FIXED = (1, 2, 3), 500, 200

COMMON = {"eps": EPSILON, "alpha": STEP}


@dataclass
class Row:
    """`theirs` makes the attack from a network and a seed; it turns images and labels into images.
    `read` says where an attack of ours has to succeed: at its last point, or at any.
    `together` is how many of their images are asked about at a time."""

    title: str
    theirs: Callable
    ours: dict
    read: str = "last"
    library: str = "torchattacks 3.5.1"
    seeds: tuple = ()
    images: int = FIXED
    together: int = 50


def random(title, theirs, ours, read="last", seeds=SEEDS):
    return Row(title, theirs, ours, read, seeds=seeds, images=RANDOM)


def foolbox_row(title, attack, epsilon, ours, read="last", together=50):
    def theirs(model, _):
        bounded = foolbox.PyTorchModel(model, bounds=(0, 1))

        def fool(images, labels):
            changed = attack(bounded, images, labels, epsilons=epsilon)[1]
            # A black image stands for none.
            black = changed.flatten(1).amax(1) == 0
            return changed.where(~black[:, None, None, None], images)

        return fool

    return Row(title, theirs, ours, read, library="Foolbox 3.3.4", together=together)


def in_ball(id, **more):
    return {id: {"epsilon": "2/255", **more}}


def stepping(id, **more):
    return in_ball(id, step_size="0.5/255", **more)


SPSA = {"delta": 0.01, "steps": 5, "samples": 64, "learning_rate": STEP}


def spsa(model, _):
    return ta.SPSA(model, eps=EPSILON, delta=0.01, lr=STEP, nb_iter=5, nb_sample=64)


def square(model, seed):
    return ta.Square(model, eps=EPSILON, n_queries=500, seed=seed)


ROWS = {
    "pgd-20": random("PGD, 20 steps", lambda m, _: ta.PGD(m, **COMMON, steps=20), stepping("pgd", steps=20, random_start=True)),
    "jitter": random("Jitter, 10 steps", lambda m, _: ta.Jitter(m, **COMMON, steps=10), stepping("jitter", steps=10)),
    "vni_fgsm": random("VNI-FGSM, 10 steps", lambda m, _: ta.VNIFGSM(m, **COMMON, steps=10), stepping("vni_fgsm", steps=10)),
    "spsa": random("SPSA, 5 steps of 64 directions", spsa, in_ball("spsa", **SPSA)),
    "spsa-shared": random("SPSA, shared directions", spsa, in_ball("spsa", sharing="reference", **SPSA)),
    "square": random("Square, 500 queries", square, in_ball("square", steps=500, schedule="rescaled")),
    "square-shared": random(
        "Square, shared squares", square, in_ball("square", steps=500, schedule="rescaled", sharing="reference")
    ),
    "apgd-ce": random(
        "APGD-CE, 50 steps", lambda m, seed: ta.APGD(m, eps=EPSILON, steps=50, seed=seed), in_ball("apgd", steps=50), "any"
    ),
    "autoattack": random(
        "AutoAttack standard, 8/255",
        lambda m, seed: auto_attack(m, WIDE, seed),
        {"autoattack": {"epsilon": "8/255"}},
        "any",
        seeds=(1,),
    ),
    "fgsm": Row("FGSM", lambda m, _: ta.FGSM(m, eps=EPSILON), in_ball("fgsm")),
    "mi_fgsm": Row("MI-FGSM", lambda m, _: ta.MIFGSM(m, **COMMON, steps=10, decay=1.0), stepping("mi_fgsm")),
    "ni_fgsm": Row("NI-FGSM", lambda m, _: ta.NIFGSM(m, **COMMON, steps=10, decay=1.0), stepping("ni_fgsm")),
    "pi_fgsm_pp": Row(
        "PI-FGSM++", lambda m, _: ta.PIFGSMPP(m, max_epsilon=EPSILON, num_iter_set=10), in_ball("pi_fgsm_pp", kernel="torchattacks")
    ),
    "jitter-fixed": Row(
        "Jitter without noise",
        lambda m, _: ta.Jitter(m, **COMMON, steps=10, std=0.0, random_start=False),
        stepping("jitter", noise=0.0, random_start=False),
    ),
    "pgd": Row("PGD", lambda m, _: ta.PGD(m, **COMMON, steps=10, random_start=False), stepping("pgd")),
    "pgd-l2": Row(
        "PGD, ℓ2 0.25",
        lambda m, _: ta.PGDL2(m, eps=0.25, alpha=0.0625, steps=10, random_start=False),
        {"pgd": {"norm": "l2", "epsilon": 0.25, "step_size": 0.0625}},
    ),
    "apgd-ce-fixed": Row(
        "APGD-CE",
        lambda m, _: FromTheImage(ta.APGD(m, eps=EPSILON, steps=50)),
        in_ball("apgd", steps=50, random_start=False),
        "any",
    ),
    "apgd-dlr-fixed": Row(
        "APGD-DLR",
        lambda m, _: FromTheImage(ta.APGD(m, eps=EPSILON, steps=50, loss="dlr")),
        in_ball("apgd", steps=50, loss="dlr", random_start=False),
        "any",
    ),
    "apgd_t-fixed": Row(
        "APGD-T, 9 classes",
        lambda m, _: FromTheImage(ta.APGDT(m, eps=EPSILON, steps=20)),
        in_ball("apgd_t", steps=20, random_start=False),
        "any",
    ),
    "fab": Row("FAB", lambda m, _: ta.FAB(m, eps=EPSILON, steps=20), in_ball("fab", steps=20), "any"),
    "fab_t": Row(
        "FAB-T, 3 classes",
        lambda m, _: ta.FAB(m, eps=EPSILON, steps=20, multi_targeted=True, n_classes=4),
        in_ball("fab_t", steps=20, target_classes=3),
        "any",
    ),
    # It looks at each image alone, and ends so near the boundary that another batch rounds some to the other side.
    "deepfool": Row("DeepFool", lambda m, _: ta.DeepFool(m), {"deepfool": {"overshoot_at": "each_step"}}, together=1),
    # It does not look at the point after its last update.
    "cw": Row("C&W", lambda m, _: ta.CW(m, c=1, steps=50), {"cw": {"c": 1, "steps": 49}}, "any"),
    "cw-repaired": Row("C&W, theirs repaired", lambda m, _: CW(m, c=1, steps=50), {"cw": {"c": 1, "steps": 49}}, "any"),
    "foolbox-fgsm": foolbox_row("FGSM", fa.LinfFastGradientAttack(), EPSILON, in_ball("fgsm")),
    "foolbox-pgd": foolbox_row(
        "PGD", fa.LinfPGD(abs_stepsize=STEP, steps=10, random_start=False), EPSILON, stepping("pgd")
    ),
    "foolbox-pgd-l2": foolbox_row(
        "PGD, ℓ2 0.25",
        fa.L2PGD(abs_stepsize=0.0625, steps=10, random_start=False),
        0.25,
        {"pgd": {"norm": "l2", "epsilon": 0.25, "step_size": 0.0625}},
    ),
    "foolbox-ddn": foolbox_row("DDN", fa.DDNAttack(steps=50), None, {"ddn": {"steps": 50}}, "any"),
    "foolbox-deepfool": foolbox_row("DeepFool", fa.L2DeepFoolAttack(steps=50), None, {"deepfool": {}}),
    "foolbox-cw": foolbox_row(
        "C&W, 4 searches of 50 steps",
        fa.L2CarliniWagnerAttack(binary_search_steps=4, steps=50, initial_const=0.1, abort_early=False),
        None,
        {"cw": {"c": 0.1, "steps": 49, "binary_steps": 4}},
        "any",
    ),
}
