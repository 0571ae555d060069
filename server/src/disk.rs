//! Whether the disk has room for a run, before it begins, as the engine looks for memory.

use std::path::Path;
use valleyscope_engine::error::bytes;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::spec::RunSpec;

/// What must be left beside readings and iterates: for events, and for the database around them.
const BESIDE: u64 = 2 * 1024 * 1024;

/// The most characters of a reading in a JSON file, with what separates it from the next.
const READING_AS_TEXT: u64 = 25;

/// How many images a run attacks at most.
pub fn examples(spec: &RunSpec, catalog: &Catalog) -> u64 {
    let most = spec.data.most();
    if spec.data.indices.is_some() {
        return most;
    }
    let first = spec.data.first.unwrap_or(0);
    let set = catalog.data_set(&spec.data.set);
    most.min(set.map_or(u64::MAX, |set| {
        spec.data.available(set).saturating_sub(first)
    }))
}

/// The size of the kept iterates at most: 16 bits a pixel and 64 a logit, before compression.
pub fn kept_bytes(spec: &RunSpec, catalog: &Catalog) -> u64 {
    let each = catalog.model(&spec.model).map_or(0, |model| {
        let values: usize = model.input_shape.iter().product();
        2 * values as u64 + 8 * model.classes.len() as u64
    });
    let kept = u64::from(spec.keep_examples).min(examples(spec, catalog));
    kept.saturating_mul(table_points(spec)).saturating_mul(each)
}

/// The size of readings and kept iterates at most.
pub fn needed(spec: &RunSpec, catalog: &Catalog) -> u64 {
    let readings = examples(spec, catalog)
        .saturating_mul(table_points(spec))
        .saturating_mul(Measure::COUNT as u64 * 8);
    let classes = catalog
        .model(&spec.model)
        .map_or(0, |model| model.classes.len());
    let logits = examples(spec, catalog).saturating_mul(8 * classes as u64);
    kept_bytes(spec, catalog)
        .saturating_add(readings)
        .saturating_add(logits)
}

/// Looks before runs whether their results have room in the folder where they are to be written.
///
/// # Errors
/// As [`check`].
pub fn check_results<'a>(
    folder: &Path,
    runs: impl IntoIterator<Item = &'a RunSpec>,
    catalog: &Catalog,
) -> Result<(), Problem> {
    let of = |spec: &RunSpec| {
        let readings = examples(spec, catalog).saturating_mul(table_points(spec));
        readings.saturating_mul(Measure::COUNT as u64 * READING_AS_TEXT)
    };
    let needed = runs.into_iter().map(of).fold(0, u64::saturating_add);
    check(folder, needed)
}

/// Recorded points over all passes.
fn table_points(spec: &RunSpec) -> u64 {
    spec.points() as u64 * spec.phases().len() as u64
}

/// Refuses what the disk under `folder` cannot hold; lets pass what the system does not tell.
///
/// # Errors
/// Status 507 with both numbers.
pub fn check(folder: &Path, needed: u64) -> Result<(), Problem> {
    let needed = needed.saturating_add(BESIDE);
    match fs4::available_space(folder) {
        Ok(free) if needed > free => Err(Problem::new(
            "disk-too-small",
            507,
            "The disk has too little room",
            format!(
                "this may take up to {} on the disk, and {} is free; keep the iterates of fewer examples, take fewer images or fewer steps, or delete runs",
                bytes(needed),
                bytes(free)
            ),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_numbers_are_named() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(check(folder.path(), 1), Ok(()));
        let problem = check(folder.path(), u64::MAX).unwrap_err();
        assert_eq!(problem.status, 507);
        let numbers = problem.detail.matches("GB").count() + problem.detail.matches("MB").count();
        assert_eq!(numbers, 2, "{problem}");
    }
}
