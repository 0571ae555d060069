//! Which images of which paths are wanted, and those that are there.

use super::Waiting;
use std::collections::{BTreeSet, HashMap};
use valleyscope_shared::curvature::{CurvatureMeasure, CurvatureSpec, Mark, Place, Plan};
use valleyscope_shared::runner::Kept;

/// The images that are still to be computed, and those that densities will take.
pub(super) struct Images {
    /// Row and point of what is to be computed.
    wanted: BTreeSet<(usize, usize)>,
    /// Row and point of what a density will take.
    lasting: BTreeSet<(usize, usize)>,
    labels: HashMap<usize, usize>,
    waiting: Vec<Waiting>,
    held: HashMap<(usize, usize), Waiting>,
}

impl Images {
    pub(super) fn of(plan: &Plan, ask: &CurvatureSpec, known: &dyn Fn(Place) -> bool) -> Self {
        let mut wanted = BTreeSet::new();
        if !ask.columns().is_empty() {
            for row in &plan.rows {
                let number = row.row;
                let points = row.points().into_iter();
                let unknown = points.filter(|point| {
                    !known(Place::Example {
                        row: number,
                        point: *point,
                    })
                });
                wanted.extend(unknown.map(|point| (number, point)));
            }
        }
        let mut lasting = BTreeSet::new();
        if ask.measures.contains(&CurvatureMeasure::Density) {
            let layers = ask.layers.list().len();
            for mark in Mark::ALL {
                if (0..layers).any(|layer| !known(Place::Density { mark, layer })) {
                    lasting.extend(plan.at(mark));
                }
            }
        }
        let label =
            |row: &valleyscope_shared::curvature::PlannedRow| (row.row, row.example.label as usize);
        Self {
            wanted,
            lasting,
            labels: plan.rows.iter().map(label).collect(),
            waiting: Vec::new(),
            held: HashMap::new(),
        }
    }

    /// Whether nothing is left to be computed.
    pub(super) fn is_done(&self) -> bool {
        self.wanted.is_empty() && self.lasting.is_empty()
    }

    /// Takes in iterates that are wanted.
    pub(super) fn take(&mut self, kept: &Kept) {
        let pixels = kept.images.len().checked_div(kept.rows).unwrap_or(0);
        for place in 0..kept.rows {
            let (row, point) = (kept.first_row + place, kept.point);
            let Some(label) = self.labels.get(&row).copied() else {
                continue;
            };
            let image = || Waiting {
                row,
                point,
                label,
                shape: kept.shape.clone(),
                pixels: kept.images[place * pixels..(place + 1) * pixels].to_vec(),
            };
            if self.wanted.contains(&(row, point)) {
                self.waiting.push(image());
            }
            if self.lasting.contains(&(row, point)) {
                self.held.insert((row, point), image());
            }
        }
    }

    /// How many wait to be computed.
    pub(super) fn count(&self) -> usize {
        self.waiting.len()
    }

    /// Those that wait; they wait no more.
    pub(super) fn waiting(&mut self) -> Vec<Waiting> {
        std::mem::take(&mut self.waiting)
    }

    /// One that a density takes.
    pub(super) fn held(&self, row: usize, point: usize) -> Option<&Waiting> {
        self.held.get(&(row, point))
    }
}
