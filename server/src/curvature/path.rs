//! Whether the images of a job take the path that their run recorded.

use crate::keep::agree::agree_at;
use std::collections::HashSet;
use valleyscope_shared::curvature::Plan;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::{Block, Readings};

/// What is known of the paths so far.
pub struct Paths<'a> {
    run: &'a Readings,
    plan: &'a Plan,
    agreed: HashSet<(usize, usize)>,
}

impl<'a> Paths<'a> {
    /// Nothing yet; `run` is what the run read of the pass.
    pub fn new(run: &'a Readings, plan: &'a Plan) -> Self {
        Self {
            run,
            plan,
            agreed: HashSet::new(),
        }
    }

    /// Takes in what was read again; readings of other passes and rows tell nothing.
    ///
    /// # Errors
    /// An image of the job takes another path.
    pub fn take(&mut self, block: &Block) -> Result<(), Problem> {
        if block.pass != self.plan.pass {
            return Ok(());
        }
        for planned in &self.plan.rows {
            let row = planned.row;
            let Some(place) = row.checked_sub(block.first_row) else {
                continue;
            };
            if place >= block.rows() {
                continue;
            }
            let is = |measure| {
                block
                    .column(measure)
                    .get(place)
                    .copied()
                    .unwrap_or(f64::NAN)
            };
            agree_at(self.run, row, block.point, is)
                .map_err(|difference| another_path(row, &difference))?;
            self.agreed.insert((row, block.point));
        }
        Ok(())
    }

    /// Whether the path of a row was seen to be the run's at a point.
    ///
    /// # Errors
    /// It was not read there: what is computed could be of anything.
    pub fn seen(&self, row: usize, point: usize) -> Result<(), Problem> {
        match self.agreed.contains(&(row, point)) {
            true => Ok(()),
            false => Err(Problem::internal(format!(
                "measures of example {row} at point {point} came without what the example read there"
            ))),
        }
    }
}

fn another_path(row: usize, difference: &str) -> Problem {
    Problem::new(
        "another-path",
        409,
        "An image took another path",
        format!(
            "attacked again, example {row} does not take the path that the run recorded, so measures would be of another one: {difference}"
        ),
    )
}
