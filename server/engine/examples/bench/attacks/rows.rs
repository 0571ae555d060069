//! What is compared with what: the same attack with the same settings on both sides.

/// Whose success counts on our side, as the other library returns it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The last point of each example.
    Last,
    /// Any point within epsilon.
    Ever,
    /// Any point; how far the nearest lies is shown.
    Smallest,
}

pub struct Row {
    pub title: &'static str,
    pub library: &'static str,
    /// In Python, where `model`, `images` and `labels` are what they are called; `E` is 8/255 and `A` 2/255.
    pub theirs: &'static str,
    /// The attack with the same settings.
    pub ours: &'static str,
    pub outcome: Outcome,
}

const fn row(
    title: &'static str,
    library: &'static str,
    outcome: Outcome,
    theirs: &'static str,
    ours: &'static str,
) -> Row {
    Row {
        title,
        library,
        theirs,
        ours,
        outcome,
    }
}

use Outcome::{Ever, Last, Smallest};

const TA: &str = "torchattacks";
const FB: &str = "Foolbox";

#[rustfmt::skip]
pub const ROWS: [Row; 23] = [
    row("FGSM", TA, Last, "ta.FGSM(model, eps=E)", r#"{"fgsm": {}}"#),
    row("PGD linf, 10 steps", TA, Last,
        "ta.PGD(model, eps=E, alpha=A, steps=10, random_start=False)", r#"{"pgd": {}}"#),
    row("PGD l2 0.5, 10 steps", TA, Last,
        "ta.PGDL2(model, eps=0.5, alpha=0.1, steps=10, random_start=False)",
        r#"{"pgd": {"norm": "l2", "epsilon": 0.5, "step_size": 0.1}}"#),
    row("MI-FGSM", TA, Last, "ta.MIFGSM(model, eps=E, alpha=A, steps=10, decay=1.0)", r#"{"mi_fgsm": {}}"#),
    row("NI-FGSM", TA, Last, "ta.NIFGSM(model, eps=E, alpha=A, steps=10, decay=1.0)", r#"{"ni_fgsm": {}}"#),
    row("VNI-FGSM, 3 neighbours", TA, Last,
        "ta.VNIFGSM(model, eps=E, alpha=A, steps=10, decay=1.0, N=3, beta=1.5)", r#"{"vni_fgsm": {"neighbours": 3}}"#),
    row("PI-FGSM++", TA, Last, "ta.PIFGSMPP(model, max_epsilon=E, num_iter_set=10)",
        r#"{"pi_fgsm_pp": {"epsilon": "8/255", "kernel": "torchattacks"}}"#),
    row("Jitter", TA, Last,
        "ta.Jitter(model, eps=E, alpha=A, steps=10, scale=10, std=0.1, random_start=True)",
        r#"{"jitter": {"random_start": true, "scale": 10, "noise": 0.1}}"#),
    row("SPSA, 2 steps, 32 directions", TA, Last,
        "ta.SPSA(model, eps=E, delta=0.01, lr=0.01, nb_iter=2, nb_sample=32, max_batch_size=32)",
        r#"{"spsa": {"steps": 2, "samples": 32, "sharing": "reference"}}"#),
    row("APGD-CE, 10 steps", TA, Ever, "ta.APGD(model, eps=E, steps=10, loss='ce')", r#"{"apgd": {"steps": 10}}"#),
    row("APGD-DLR, 10 steps", TA, Ever, "ta.APGD(model, eps=E, steps=10, loss='dlr')",
        r#"{"apgd": {"steps": 10, "loss": "dlr"}}"#),
    row("APGD-T, 4 classes, 10 steps", TA, Ever, "ta.APGDT(model, eps=E, steps=10, n_classes=5)",
        r#"{"apgd_t": {"steps": 10, "target_classes": 4}}"#),
    row("FAB, 5 steps", TA, Ever, "ta.FAB(model, eps=E, steps=5, n_classes=10)", r#"{"fab": {"steps": 5, "restarts": 1}}"#),
    row("FAB-T, 4 classes, 10 steps", TA, Ever,
        "ta.FAB(model, eps=E, steps=10, multi_targeted=True, n_classes=5)",
        r#"{"fab_t": {"steps": 10, "restarts": 1, "target_classes": 4}}"#),
    row("Square, 200 queries", TA, Ever, "ta.Square(model, eps=E, n_queries=200)",
        r#"{"square": {"steps": 200, "schedule": "rescaled", "sharing": "reference"}}"#),
    row("C&W, 50 steps", TA, Smallest, "ta.CW(model, c=1, kappa=0, steps=50, lr=0.01)",
        r#"{"cw": {}}"#),
    row("DeepFool, one image at a time there", TA, Smallest, "ta.DeepFool(model, steps=50, overshoot=0.02)",
        r#"{"deepfool": {"overshoot_at": "each_step"}}"#),
    row("FGSM", FB, Last, "fool(fa.LinfFastGradientAttack(), E)", r#"{"fgsm": {}}"#),
    row("PGD linf, 10 steps", FB, Last,
        "fool(fa.LinfPGD(abs_stepsize=A, steps=10, random_start=False), E)", r#"{"pgd": {}}"#),
    row("PGD l2 0.5, 10 steps", FB, Last,
        "fool(fa.L2PGD(abs_stepsize=0.1, steps=10, random_start=False), 0.5)",
        r#"{"pgd": {"norm": "l2", "epsilon": 0.5, "step_size": 0.1}}"#),
    row("C&W, 2 searches of 25 steps", FB, Smallest,
        "fool(fa.L2CarliniWagnerAttack(binary_search_steps=2, steps=25, initial_const=10, abort_early=False), None)",
        r#"{"cw": {"c": 10, "steps": 25, "binary_steps": 2}}"#),
    row("DeepFool", FB, Smallest, "fool(fa.L2DeepFoolAttack(steps=50, candidates=10, overshoot=0.02), None)",
        r#"{"deepfool": {}}"#),
    row("DDN, 20 steps", FB, Smallest, "fool(fa.DDNAttack(init_epsilon=1, steps=20, gamma=0.05), None)",
        r#"{"ddn": {"steps": 20, "initial_epsilon": 1}}"#),
];
