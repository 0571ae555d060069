//! What the reference's schedule allows AutoAttack standard to spend, and what it spends.

use valleyscope_engine::attack::{Passes, Place, Steps};
use valleyscope_shared::spec::AttackSpec;
use valleyscope_shared::spec::attack::autoattack::{Part, stages};

/// A part of the ensemble, all its runs together.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    pub part: Part,
    /// How many examples its first run began with.
    pub began: usize,
    pub spent: Passes,
    /// What the reference spends on the same examples at most.
    pub allowed: Passes,
}

/// Walks AutoAttack without a trace to its end. For each part that some example reached what it spent; the clean point is no part.
pub fn walk(
    spec: &AttackSpec,
    steps: &mut dyn Steps,
) -> valleyscope_engine::error::Result<Vec<Spent>> {
    let number = |key: &str| spec.get(key).and_then(serde_json::Value::as_u64);
    let (n, queries) = (
        number("steps").unwrap_or(100),
        number("queries").unwrap_or(5000),
    );
    // By the place of a run's last point.
    let mut end = 0;
    let ends = stages(spec).into_iter().map(|stage| {
        end += stage.points;
        (end, stage)
    });
    let ends: Vec<_> = ends.collect();
    let mut list: Vec<Spent> = Vec::new();
    let mut last_run = None;
    let mut before = Passes::default();
    while let Some(point) = steps.bare()? {
        let now = steps.passes();
        if let Place::Step(place) = point.place {
            let run = ends.iter().position(|(end, _)| place as usize <= *end);
            let Some((run, (_, stage))) = run.and_then(|run| Some((run, ends.get(run)?))) else {
                break;
            };
            if list.last().is_none_or(|spent| spent.part != stage.part) {
                list.push(Spent {
                    part: stage.part,
                    began: point.rows.len(),
                    spent: Passes::default(),
                    allowed: Passes::default(),
                });
            }
            if let Some(spent) = list.last_mut() {
                spent.spent.forward += now.forward - before.forward;
                spent.spent.backward += now.backward - before.backward;
                if last_run.replace(run) != Some(run) {
                    // One look at the clean images, the passes of each step, and for FAB a look at each iterate.
                    let (forward, backward) = match stage.part {
                        Part::Square => (queries + 1, 0),
                        Part::FabT => (1 + 2 * n, n),
                        _ => (n + 1, n + 1),
                    };
                    let rows = point.rows.len() as u64;
                    spent.allowed.forward += rows * forward;
                    spent.allowed.backward += rows * backward;
                }
            }
        }
        before = now;
    }
    Ok(list)
}
