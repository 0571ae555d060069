//! Whether what a process says of a run lies within the run: it runs a foreign program, and may have become one.

use valleyscope_shared::event::{Event, Started};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::{Axis, Block, CleanLogits};
use valleyscope_shared::runner::{Kept, Output};
use valleyscope_shared::spec::RunSpec;

/// The most classes that a model has.
const MOST_CLASSES: usize = 100_000;

/// What a run has, and how far it is.
#[derive(Debug)]
pub struct Bounds {
    passes: usize,
    axis: Axis,
    most: usize,
    keeps: usize,
    /// How many examples were announced.
    rows: Option<usize>,
    started: bool,
}

impl Bounds {
    /// Those of a run that begins.
    pub fn of(spec: &RunSpec) -> Self {
        Self {
            passes: spec.phases().len(),
            axis: spec.axis(),
            most: usize::try_from(spec.data.most()).unwrap_or(usize::MAX),
            keeps: spec.keep_examples as usize,
            rows: None,
            started: false,
        }
    }

    /// Whether this may be handed out now.
    pub fn hold(&mut self, output: &Output) -> bool {
        let all = self.rows.unwrap_or(0);
        let has = |pass: usize, row: usize| pass < self.passes && row < all;
        match output {
            Output::Examples(examples) => {
                let first = self.rows.replace(examples.len()).is_none();
                first && examples.len() <= self.most
            }
            Output::Event(event) => self.event(event),
            Output::Block(block) => self.started && self.block(block, all),
            Output::Clean(clean) => self.started && Self::clean(clean, all),
            Output::Kept(kept) => self.started && self.kept(kept, all),
            Output::Flip { pass, row, .. } | Output::Ending { pass, row, .. } => {
                self.started && has(*pass, *row)
            }
        }
    }

    fn event(&mut self, event: &Event) -> bool {
        match event {
            Event::Started(started) => {
                let first = !std::mem::replace(&mut self.started, true);
                first && self.is_of_this(started)
            }
            Event::Point(point) => {
                self.started && point.pass < self.passes && point.point < self.axis.points()
            }
            Event::Summary(summary) => self.started && summary.pass < self.passes,
            Event::Warning(_) => self.started,
            // Its keeper writes these.
            Event::Ended(_) | Event::Curvature(_) => false,
        }
    }

    fn is_of_this(&self, started: &Started) -> bool {
        let epsilons = started.epsilons.len();
        Some(started.examples) == self.rows
            && started.axis == self.axis
            && started.seeds.len() == self.passes
            && (epsilons == 0 || epsilons == self.passes)
    }

    fn block(&self, block: &Block, all: usize) -> bool {
        let whole = block.values.len().is_multiple_of(Measure::COUNT);
        let end = block.first_row.checked_add(block.rows());
        whole
            && block.pass < self.passes
            && block.point < self.axis.points()
            && end.is_some_and(|end| end <= all)
    }

    fn clean(clean: &CleanLogits, all: usize) -> bool {
        let classes = clean.values.len().checked_div(clean.rows).unwrap_or(0);
        let end = clean.first_row.checked_add(clean.rows);
        clean.values.len().is_multiple_of(clean.rows.max(1))
            && classes <= MOST_CLASSES
            && end.is_some_and(|end| end <= all)
    }

    fn kept(&self, kept: &Kept, all: usize) -> bool {
        let sides = kept
            .shape
            .iter()
            .try_fold(1usize, |all, side| all.checked_mul(*side));
        let pixels = sides.and_then(|pixels| pixels.checked_mul(kept.rows));
        let end = kept.first_row.checked_add(kept.rows);
        let classes = kept.logits.len().checked_div(kept.rows).unwrap_or(0);
        kept.shape.len() == 3
            && pixels == Some(kept.images.len())
            && kept.logits.len().is_multiple_of(kept.rows.max(1))
            && classes <= MOST_CLASSES
            && kept.pass < self.passes
            && kept.point < self.axis.points()
            && end.is_some_and(|end| end <= all.min(self.keeps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use valleyscope_shared::ending::Ending;
    use valleyscope_shared::readings::Example;

    fn bounds() -> Bounds {
        let text = r#"{"model": "m", "data": {"set": "s", "count": 4}, "attack": {"fgsm": {"epsilon": "8/255"}}, "keep_examples": 1}"#;
        let mut bounds = Bounds::of(&RunSpec::from_json(text).unwrap());
        bounds.started = true;
        bounds
    }

    #[test]
    fn what_no_run_has_is_not_handed_on() {
        let block = |first_row, rows: usize| {
            Output::Block(Block {
                pass: 0,
                point: 1,
                first_row,
                values: vec![0.0; rows * Measure::COUNT],
            })
        };
        let kept = |rows, pixels| {
            Output::Kept(Kept {
                pass: 0,
                point: 0,
                first_row: 0,
                rows,
                shape: vec![1, 2, 2],
                images: vec![0.0; pixels],
                logits: vec![0.0; 2 * rows],
            })
        };
        let mut bounds = bounds();
        assert!(!bounds.hold(&block(0, 1)), "before the examples");
        let examples = vec![Example::new(0, 0); 4];
        assert!(bounds.hold(&Output::Examples(examples.clone())));
        assert!(!bounds.hold(&Output::Examples(examples)), "twice");
        assert!(bounds.hold(&block(2, 2)));
        assert!(!bounds.hold(&block(3, 2)));
        assert!(!bounds.hold(&block(usize::MAX, 2)));
        assert!(bounds.hold(&kept(1, 4)));
        assert!(!bounds.hold(&kept(1, 5)));
        assert!(!bounds.hold(&kept(2, 8)), "more than are kept");
        let ending = |pass, row| Output::Ending {
            pass,
            row,
            ending: Ending::default(),
        };
        assert!(bounds.hold(&ending(0, 3)));
        assert!(!bounds.hold(&ending(0, 4)));
        assert!(!bounds.hold(&ending(1, 0)));
    }
}
