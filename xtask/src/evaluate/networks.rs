//! Networks against PyTorch, the large ones too: the tests that otherwise leave them out because they take minutes.

use anyhow::{Result, ensure};

use crate::native::GROUPS;
use crate::test::runner::{self, Selection};

/// What tells the tests to do so.
const LARGE: &str = "VALLEYSCOPE_LARGE_NETWORKS";

const TESTS: [&str; 2] = [
    "model::tests::exchanged::exported_networks_compute_what_pytorch_computes",
    "model::tests::twins::networks_compute_what_pytorch_computes",
];

/// Fails when a network's logits or gradients are not PyTorch's; the tests say which.
pub fn check() -> Result<()> {
    let mut selection = Selection::of(GROUPS[0]);
    selection.environment.push((LARGE, Some("1".into())));
    selection.tests = TESTS.map(str::to_owned).into();
    let count = runner::run(&selection)?;
    ensure!(count.failed == 0, "{} of them failed", count.failed);
    ensure!(
        count.passed == TESTS.len(),
        "{} tests ran instead of {}",
        count.passed,
        TESTS.len()
    );
    Ok(())
}
