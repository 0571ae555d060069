//! What one commit changes, run by run.

use super::live::Live;
use crate::discreet::without_folders;
use crate::store::{Entry, JobWrite, StoreError, Write, event_json};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use valleyscope_shared::curvature::CurvatureJob;
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::{Ended, Event, Frame};
use valleyscope_shared::readings::{Block, CleanLogits, Example};
use valleyscope_shared::run::{Phase, RunState};

/// Something to be written to one run's log.
pub struct Item {
    pub live: Arc<Live>,
    pub at_ms: u64,
    pub content: Content,
    /// Told once it is committed, or could only be announced; let go of where it is lost.
    pub done: Option<SyncSender<()>>,
}

/// What is written.
pub enum Content {
    Event(Box<Event>),
    Ended(Ended),
    Examples(Vec<Example>),
    Block(Block),
    Clean(CleanLogits),
    Flip {
        pass: usize,
        row: usize,
        step: u32,
    },
    Ending {
        pass: usize,
        row: usize,
        ending: Ending,
    },
    /// Where measures on demand are.
    News(Box<CurvatureJob>),
    /// What is written of them beside the log.
    Job(JobWrite),
}

impl Content {
    /// Whether it is the last word of a run or of a job, which is written in any case.
    fn is_last(&self) -> bool {
        match self {
            Self::Ended(_) => true,
            Self::News(job) => job.phase.ended(),
            _ => false,
        }
    }
}

/// What one commit changes in one run.
pub struct Group {
    pub live: Arc<Live>,
    pub frames: Vec<(Frame, Entry)>,
    pub writes: Vec<Write>,
    pub done: Vec<SyncSender<()>>,
}

impl Group {
    pub fn ends(&self) -> bool {
        let last = |(frame, _): &(Frame, Entry)| matches!(frame.event, Event::Ended(_));
        self.frames.iter().any(last)
    }

    /// The run's state after this batch, where its row must follow: at its start and its end, and those of measures on demand.
    pub fn state_if_it_matters(&self) -> Option<RunState> {
        let matters = |(frame, _): &(Frame, Entry)| match &frame.event {
            Event::Started(_) | Event::Ended(_) => true,
            Event::Curvature(job) => job.phase != Phase::Running,
            _ => false,
        };
        self.frames.iter().any(matters).then(|| {
            let mut state = self.live.state();
            for (frame, _) in &self.frames {
                state.apply(frame);
            }
            state
        })
    }
}

/// Sorts an item into the group of its run, and numbers it if it is an event. How much memory it takes there.
pub fn add(groups: &mut Vec<Group>, item: Item) -> Result<usize, StoreError> {
    let Item {
        live,
        at_ms,
        content,
        done,
    } = item;
    // After a lost batch nothing but last words may follow, or the log would have a hole that no one sees.
    if live.broken().is_some() && !content.is_last() {
        return Ok(0);
    }
    let place = groups
        .iter()
        .position(|group| Arc::ptr_eq(&group.live, &live));
    let place = place.unwrap_or_else(|| {
        groups.push(Group {
            live: live.clone(),
            frames: Vec::new(),
            writes: Vec::new(),
            done: Vec::new(),
        });
        groups.len() - 1
    });
    let group = &mut groups[place];
    let before = group.writes.len();
    match content {
        Content::Event(event) => group.push(at_ms, *event)?,
        Content::Ended(mut ended) => {
            // Viewers are told what failed, not where it lies; the server's own log says that.
            ended.reason = ended.reason.as_deref().map(without_folders);
            group.push(at_ms, Event::Ended(ended))?;
        }
        Content::News(mut job) => {
            job.reason = job.reason.as_deref().map(without_folders);
            group.push(at_ms, Event::Curvature((*job).clone()))?;
            let job = CurvatureJob {
                points: Vec::new(),
                ..*job
            };
            group.writes.push(Write::Job(JobWrite::News { at_ms, job }));
        }
        Content::Job(write) => group.writes.push(Write::Job(write)),
        Content::Examples(examples) => group.writes.push(Write::Examples(examples)),
        Content::Block(block) => group.writes.push(Write::block(&block)),
        Content::Clean(clean) => group.writes.push(Write::clean(&clean)),
        Content::Ending { pass, row, ending } => {
            group.writes.push(Write::ending(pass, row, &ending)?);
        }
        Content::Flip { pass, row, step } => group.writes.push(Write::Flip { pass, row, step }),
    }
    group.done.extend(done);
    Ok(group.writes[before..].iter().map(Write::bytes).sum())
}

impl Group {
    fn push(&mut self, at_ms: u64, event: Event) -> Result<(), StoreError> {
        let last = self
            .frames
            .last()
            .map_or_else(|| self.live.look(|state| state.seq), |(frame, _)| frame.seq);
        let frame = Frame {
            seq: last + 1,
            at_ms,
            event,
        };
        let json = event_json(&frame.event)?;
        let entry = Entry::new(frame.seq, at_ms, &json);
        self.writes.push(Write::Event {
            seq: frame.seq,
            at_ms,
            json,
        });
        self.frames.push((frame, entry));
        Ok(())
    }
}
