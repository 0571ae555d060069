//! The writing end of one run's log.

use super::group::{Content, Item};
use super::live::Live;
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
    began: bool,
}

impl Pen {
    pub(super) fn new(live: Arc<Live>, sender: SyncSender<Item>, kept_path: PathBuf) -> Self {
        Self {
            live,
            sender,
            kept_path,
            kept: None,
            began: false,
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
            Output::Event(event) => {
                self.began = true;
                Content::Event(Box::new(event))
            }
            Output::Examples(examples) => Content::Examples(examples),
            Output::Block(block) => Content::Block(block),
            Output::Clean(clean) => Content::Clean(clean),
            Output::Flip { pass, row, step } => Content::Flip { pass, row, step },
            Output::Ending { pass, row, ending } => {
                return self.send_behind_kept(Content::Ending { pass, row, ending });
            }
            Output::Kept(kept) => {
                // The first failure is the one to tell; what follows from it is not.
                return self
                    .keep(kept)
                    .inspect_err(|problem| self.live.break_off(problem.clone()));
            }
        };
        self.send(self.item(content))
    }

    /// An example that has ended is taken over by a run that goes on with this one, so its iterates must be on the disk first.
    fn send_behind_kept(&mut self, content: Content) -> Result<(), Problem> {
        let (item, sender) = (self.item(content), self.sender.clone());
        let Some(kept) = &mut self.kept else {
            return self.send(item);
        };
        let live = self.live.clone();
        kept.then(move || {
            // Without the thread that writes the log the run's next word fails too.
            let _ = sender.send(item);
        })
        .inspect_err(|problem| live.break_off(problem.clone()))
    }

    fn keep(&mut self, kept: Kept) -> Result<(), Problem> {
        let writer = match &mut self.kept {
            Some(writer) => writer,
            None => self.kept.insert(KeptWriter::create(&self.kept_path)?),
        };
        writer.write(kept)
    }

    /// Whether the run has begun: before its first entry it can still wait in a line.
    pub fn began(&self) -> bool {
        self.began
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
        let last = Item {
            done: Some(done),
            ..self.item(Content::Ended(ended.clone()))
        };
        if self.send(last).is_ok() {
            // Whether it was committed or could only be announced, the writer answers once.
            let _ = committed.recv();
        }
        ended
    }

    fn send(&self, item: Item) -> Result<(), Problem> {
        self.sender
            .send(item)
            .map_err(|_| Problem::internal("the thread that writes the log is gone"))
    }

    fn item(&self, content: Content) -> Item {
        Item {
            live: self.live.clone(),
            at_ms: self.live.now_ms(),
            content,
            done: None,
        }
    }
}
