//! How much memory a run needs, before it starts.

use crate::error::{Error, Result};
use crate::graph::Layer;
use tch::Device;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::spec::{Precision, RunSpec};

/// What a run needs at most, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Working memory.
    pub memory: u64,
    /// Disk for the kept iterates, before compression.
    pub kept: u64,
}

/// The memory of a run over `rows` examples of `pixels` values and `classes` classes,
/// with a network that keeps `activations` numbers per example for its backward pass.
///
/// An upper estimate: activations and their gradients, six images' worth of iterates, and the table of readings twice
/// (once here, once with whoever keeps it).
pub fn needs(spec: &RunSpec, rows: u64, pixels: u64, classes: u64, activations: u64) -> Needs {
    let width = match spec.precision {
        Precision::F32 | Precision::Tf32 => 4,
        Precision::F64 => 8,
    };
    let points = spec.points() as u64;
    let passes = spec.phases().len() as u64;
    let batch = u64::from(spec.batch_size).min(rows);
    let network = batch
        .saturating_mul(2 * activations + 6 * pixels)
        .saturating_mul(width);
    let readings = rows
        .saturating_mul(points)
        .saturating_mul(passes)
        .saturating_mul(Measure::COUNT as u64 * 8 * 2);
    let kept_rows = u64::from(spec.keep_examples).min(rows);
    // Two bytes a pixel on disk, eight a logit.
    let kept = kept_rows
        .saturating_mul(points)
        .saturating_mul(passes)
        .saturating_mul(2 * pixels + 8 * classes);
    Needs {
        memory: network.saturating_add(readings),
        kept,
    }
}

/// Refuses a run that the machine's free memory cannot hold. On a GPU only LibTorch itself can tell.
pub(super) fn check(needs: &Needs, device: Device) -> Result<()> {
    if device != Device::Cpu {
        return Ok(());
    }
    match available() {
        Some(available) if needs.memory > available => Err(Error::Memory {
            needed: needs.memory,
            available,
            device: "cpu".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// The memory that the system says is available, where it says so (Linux).
pub fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.trim()
        .strip_suffix("kB")?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kilobytes| kilobytes * 1024)
}

/// How many numbers the network keeps per example between its forward and backward pass: what each operator gives, and the
/// scores of attentions before and after their softmax.
///
/// Norms are folded away, and of some operators the value is only another look at their input's.
pub fn activations(layers: &[Layer]) -> u64 {
    let size = |layer: &Layer| -> u64 {
        let size = |shape: &[i64]| shape.iter().map(|side| side.unsigned_abs()).product();
        match layer.kind {
            "batch_norm" | "flatten" | "slice" | "select" | "tokens" => 0,
            // Of the work, a place is a score, or a number that they mix.
            "attention" | "scaled_product" => {
                let own: u64 = size(&layer.shape);
                own + layer.work.gathered
            }
            _ => size(&layer.shape),
        }
    };
    layers.iter().map(size).fold(0, u64::saturating_add)
}
