//! The writing end of one run's log.

use super::group::{Content, Item};
use super::live::Live;
use crate::clock;
use crate::kept::KeptWriter;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use valleyscope_shared::event::{Ended, Outcome};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::{Kept, Output};

/// What a worker holds while it computes a run. Nothing here waits for the disk, unless the disk is far behind.
pub struct Pen {
    live: Arc<Live>,
    sender: SyncSender<Item>,
    kept_path: PathBuf,
    kept: Option<KeptWriter>,
}

impl Pen {
    pub(super) fn new(live: Arc<Live>, sender: SyncSender<Item>, kept_path: PathBuf) -> Self {
        Self {
            live,
            sender,
            kept_path,
            kept: None,
        }
    }

    /// Writes down what was computed.
    ///
    /// # Errors
    /// The log, or the file of kept iterates, cannot be written; the run should stop.
    pub fn write(&mut self, output: Output) -> Result<(), Problem> {
        if let Some(problem) = self.live.broken() {
            return Err(problem.clone());
        }
        let content = match output {
            Output::Event(event) => Content::Event(Box::new(event)),
            Output::Examples(examples) => Content::Examples(examples),
            Output::Block(block) => Content::Block(block),
            Output::Flip { pass, row, step } => Content::Flip { pass, row, step },
            Output::Ending { pass, row, ending } => Content::Ending { pass, row, ending },
            Output::Kept(kept) => {
                // The first failure is the one to tell; what follows from it is not.
                return self
                    .keep(kept)
                    .inspect_err(|problem| self.live.break_off(problem.clone()));
            }
        };
        self.send(content)
    }

    fn keep(&mut self, kept: Kept) -> Result<(), Problem> {
        let writer = match &mut self.kept {
            Some(writer) => writer,
            None => self.kept.insert(KeptWriter::create(&self.kept_path)?),
        };
        writer.write(kept)
    }

    /// Writes the last entry, and waits until it is committed. Returns what was written: a log that broke off is a failure.
    pub fn end(mut self, mut ended: Ended) -> Ended {
        let kept = self.kept.take().map_or(Ok(()), KeptWriter::finish);
        let broken = self.live.broken().cloned().or(kept.err());
        if let Some(problem) = broken {
            ended.outcome = Outcome::Failed;
            ended.reason = Some(problem.detail);
        }
        let (done, committed) = sync_channel(1);
        if self.send(Content::Ended(ended.clone(), done)).is_ok() {
            // Whether it was committed or could only be announced, the writer answers once.
            let _ = committed.recv();
        }
        ended
    }

    fn send(&self, content: Content) -> Result<(), Problem> {
        let item = Item {
            live: self.live.clone(),
            at_ms: clock::now_ms(),
            content,
        };
        self.sender
            .send(item)
            .map_err(|_| Problem::internal("the thread that writes the log is gone"))
    }
}
