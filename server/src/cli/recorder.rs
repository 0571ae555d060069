//! A run in memory: the same fold as the server's, without the disk.

use crate::clock::Steady;
use crate::export::Record;
use valleyscope_shared::event::{Ended, Event, Frame};
use valleyscope_shared::readings::{Example, Readings};
use valleyscope_shared::run::RunState;
use valleyscope_shared::runner::{Kept, Output};
use valleyscope_shared::spec::RunSpec;

/// What a run has handed out so far.
#[derive(Default)]
pub struct Recorder {
    /// The fold over its events.
    pub state: RunState,
    /// The events themselves.
    pub frames: Vec<Frame>,
    /// Its readings.
    pub passes: Vec<Readings>,
    /// Its iterates, when they are wanted.
    pub kept: Vec<Kept>,
    examples: Vec<Example>,
    keep: bool,
    clock: Option<Steady>,
}

impl Recorder {
    /// A recorder that holds on to iterates too.
    pub fn keeping() -> Self {
        Self {
            keep: true,
            ..Self::default()
        }
    }

    /// Takes in what was computed.
    pub fn take(&mut self, output: Output) {
        match output {
            Output::Event(event) => self.event(event),
            Output::Examples(examples) => self.examples = examples,
            Output::Block(block) => {
                if let Some(readings) = self.tables().get_mut(block.pass) {
                    readings.put(&block);
                }
            }
            Output::Clean(clean) => {
                if let Some(readings) = self.tables().first_mut() {
                    readings.put_clean(&clean);
                }
            }
            Output::Flip { pass, row, step } => {
                if let Some(readings) = self.tables().get_mut(pass) {
                    readings.put_flip(row, step);
                }
            }
            Output::Ending { pass, row, ending } => {
                if let Some(readings) = self.tables().get_mut(pass) {
                    readings.put_ending(row, ending);
                }
            }
            Output::Kept(kept) if self.keep => self.kept.push(kept),
            Output::Kept(_) => {}
        }
    }

    /// Writes the last entry.
    pub fn end(&mut self, ended: Ended) {
        self.event(Event::Ended(ended));
    }

    /// The run's result, into which the readings move; nothing when it never started.
    pub fn record(&mut self, spec: RunSpec) -> Option<Record> {
        let passes = std::mem::take(self.tables());
        Record::new(spec, &self.state, passes)
    }

    /// Why the run failed; empty where it did not.
    pub fn reason(&self) -> &str {
        let ended = self.state.ended.as_ref();
        ended
            .and_then(|ended| ended.reason.as_deref())
            .unwrap_or_default()
    }

    fn event(&mut self, event: Event) {
        let frame = Frame {
            seq: self.state.seq + 1,
            at_ms: self.clock.get_or_insert_with(|| Steady::from(0)).now_ms(),
            event,
        };
        self.state.apply(&frame);
        self.frames.push(frame);
    }

    /// The tables of readings, made when both the axis and the examples are known.
    fn tables(&mut self) -> &mut Vec<Readings> {
        if let (true, Some(started)) = (self.passes.is_empty(), &self.state.started) {
            self.passes = started.tables(&self.examples);
        }
        &mut self.passes
    }
}
