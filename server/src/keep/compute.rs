//! Attacks an example again, compares what comes out with what its run read, and keeps it where they agree.

use super::Which;
use super::again::Again;
use super::agree::agree;
use super::task::Task;
use crate::kept::{Draft, KeptWriter};
use crate::state::State;
use std::path::PathBuf;
use valleyscope_shared::measure;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::{Block, Readings};
use valleyscope_shared::runner::{Kept, Output};

/// What is to be computed.
pub struct Wanted {
    /// Of which example.
    pub which: Which,
    /// The run's id.
    pub id: String,
    /// The quick way.
    pub alone: Again,
    /// The way that adds up every sum as the run did, where that is another one.
    pub in_batch: Option<Again>,
    /// What the run read of the example.
    pub readings: Readings,
    /// The run's file of kept iterates.
    pub path: PathBuf,
}

impl Wanted {
    /// Both ways, to be changed.
    pub fn again_mut(&mut self) -> impl Iterator<Item = &mut Again> {
        std::iter::once(&mut self.alone).chain(self.in_batch.as_mut())
    }
}

/// Sees to it that the example is kept: attacked alone, and where last bits led another way, with its batch.
///
/// # Errors
/// It cannot be computed, takes another path than in the run, or was stopped.
pub fn compute(state: &State, wanted: &Wanted, task: &Task) -> Result<(), Problem> {
    let mut difference = String::new();
    for again in std::iter::once(&wanted.alone).chain(&wanted.in_batch) {
        let draft = Draft::begin(&wanted.path)?;
        let readings = attack(state, wanted, again, &draft, task)?;
        match agree(&wanted.readings, &readings) {
            Ok(()) => return add(state, wanted, draft),
            Err(words) => difference = words,
        }
    }
    Err(Problem::new(
        "another-path",
        409,
        "The image took another path",
        format!(
            "attacked again, the image does not take the path that the run recorded, so its pictures would be of another one: {difference}"
        ),
    ))
}

/// Attacks the example in one of the ways; its readings.
fn attack(
    state: &State,
    wanted: &Wanted,
    again: &Again,
    draft: &Draft,
    task: &Task,
) -> Result<Readings, Problem> {
    if task.is_dropped() {
        return Err(stopped());
    }
    let blank = &wanted.readings;
    let mut recorder = Recorder {
        which: &wanted.which,
        again,
        writer: draft.writer()?,
        failed: None,
        iterates: 0,
        readings: Readings::new(blank.axis().clone(), blank.examples().to_vec()),
    };
    let mut runner = state.engine.runner();
    runner.run(&again.spec, &task.cancel, &mut |output| {
        recorder.take(output, task);
        if recorder.failed.is_some() || task.is_dropped() {
            task.cancel.cancel();
        }
    })?;
    match recorder.failed {
        Some(problem) => Err(problem),
        None if task.is_dropped() => Err(stopped()),
        None => {
            recorder.writer.finish()?;
            let (iterates, points) = (recorder.iterates, recorder.readings.reached(0));
            if iterates != points {
                let detail = format!("{iterates} of {points} iterates were handed out");
                return Err(Problem::internal(detail));
            }
            Ok(recorder.readings)
        }
    }
}

fn add(state: &State, wanted: &Wanted, draft: Draft) -> Result<(), Problem> {
    let _files = state.keeper.files();
    match state.store.run(&wanted.id)? {
        Some(_) => draft.add(wanted.which.pass, wanted.which.row),
        None => Err(stopped()),
    }
}

fn stopped() -> Problem {
    Problem::new(
        "stopped",
        409,
        "It was stopped",
        "nobody waited for the pictures any more, or the server is stopping",
    )
}

/// Writes down what is handed out of the example, under its place in the run.
struct Recorder<'a> {
    which: &'a Which,
    again: &'a Again,
    writer: KeptWriter,
    failed: Option<Problem>,
    /// How many of its iterates are written.
    iterates: usize,
    readings: Readings,
}

impl Recorder<'_> {
    fn take(&mut self, output: Output, task: &Task) {
        match output {
            Output::Block(block) if block.pass == self.again.pass => {
                if let Some(own) = readings_of(&block, self.again.row) {
                    self.readings.put(&own);
                    task.reached(own.point);
                }
            }
            Output::Kept(kept) if kept.pass == self.again.pass && self.failed.is_none() => {
                let own = row_of(&kept, self.again.row).map(|own| Kept {
                    pass: self.which.pass,
                    first_row: self.which.row,
                    ..own
                });
                if let Some(own) = own {
                    self.failed = self.writer.write(own).err();
                    self.iterates += 1;
                }
            }
            _ => {}
        }
    }
}

/// One row of iterates, if it is among them.
fn row_of(kept: &Kept, row: usize) -> Option<Kept> {
    let place = row.checked_sub(kept.first_row)?;
    let pixels = kept.images.len().checked_div(kept.rows)?;
    let classes = kept.logits.len().checked_div(kept.rows)?;
    Some(Kept {
        pass: kept.pass,
        point: kept.point,
        first_row: row,
        rows: 1,
        shape: kept.shape.clone(),
        images: kept
            .images
            .get(place * pixels..(place + 1) * pixels)?
            .to_vec(),
        logits: kept
            .logits
            .get(place * classes..(place + 1) * classes)?
            .to_vec(),
    })
}

/// The readings of one row at a point, if it is among them.
fn readings_of(block: &Block, row: usize) -> Option<Block> {
    let place = row.checked_sub(block.first_row)?;
    let own = measure::ALL
        .iter()
        .map(|measure| block.column(*measure).get(place));
    Some(Block {
        pass: 0,
        point: block.point,
        first_row: 0,
        values: own.map(|value| value.copied()).collect::<Option<_>>()?,
    })
}
