//! How much memory a run needs, before it starts.

use crate::error::{Error, Result};
use crate::model::{Architecture, ModelCard};
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
fn available() -> Option<u64> {
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

/// How many numbers the network keeps per example between its forward and backward pass.
///
/// Each convolution's output, and the same again for what follows it (sum and ReLU).
pub fn activations(card: &ModelCard) -> u64 {
    let [_, height, width] = card.input_shape.map(|size| size.unsigned_abs());
    let area = height * width;
    match &card.architecture {
        Architecture::ResNet(options) => {
            let per_stage = (options.depth.unsigned_abs() - 2) / 3;
            let width = options.width.unsigned_abs();
            // Each stage doubles the channels and quarters the area.
            let stages = width * area + width * area / 2 + width * area / 4;
            2 * (width * area + per_stage * stages)
        }
        Architecture::SmallCnn(options) => {
            let mut side = area;
            let mut total = 0;
            for layer in &options.layers {
                let stride = layer.stride.unsigned_abs().max(1);
                side = side.div_ceil(stride * stride);
                total += 2 * layer.channels.unsigned_abs() * side;
            }
            total
        }
        Architecture::BnFreeResNet(options) => {
            let mut side = area.div_ceil(4);
            let mut total = 2 * options.stem.unsigned_abs() * side;
            for stage in &options.stages {
                side = side.div_ceil(4);
                // Two convolutions a block, and the projection of the first.
                let layers = 2 * stage.blocks.unsigned_abs() + 1;
                total += 2 * layers * stage.channels.unsigned_abs() * side;
            }
            total + 2 * options.hidden.unsigned_abs()
        }
        Architecture::Vit(options) => {
            let tokens = options.tokens(card.input_shape).unsigned_abs();
            let width = options.width.unsigned_abs();
            // Queries, keys, values and what is mixed of them, two outputs and two sums.
            let per_token = 8 * width + 2 * options.hidden.unsigned_abs();
            // The scores before and after the softmax.
            let scores = 2 * options.heads.unsigned_abs() * tokens * tokens;
            2 * tokens * width + options.depth.unsigned_abs() * (tokens * per_token + scores)
        }
        Architecture::LeNet(options) => {
            let [first, second] = options.channels.map(i64::unsigned_abs);
            // Each convolution, and a quarter of it after pooling with the places of the maxima.
            3 * (first * area + second * area.div_ceil(4)) + 2 * options.hidden.unsigned_abs()
        }
    }
}
