//! Which events to write, and when: distributions over all examples so far, at most twenty times a second.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use valleyscope_shared::event::{Event, Point, Summary};
use valleyscope_shared::readings::Readings;
use valleyscope_shared::runner::Output;
use valleyscope_shared::valley::{Interval, Population};

/// The least time between two bursts of point events.
const BETWEEN_POINTS: Duration = Duration::from_millis(50);
/// The least time between two looks at an attack whose points are not recorded.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// The least time between two summaries.
const BETWEEN_SUMMARIES: Duration = Duration::from_millis(250);

pub(super) struct Progress {
    pending: BTreeSet<usize>,
    began: Instant,
    last_points: Option<Instant>,
    last_summary: Option<Instant>,
    /// Example-points computed so far.
    done: u64,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            pending: BTreeSet::new(),
            began: Instant::now(),
            last_points: None,
            last_summary: None,
            done: 0,
        }
    }

    /// Notes that `rows` examples have reached `point`, and writes what is due.
    pub(super) fn reached(
        &mut self,
        readings: &Readings,
        pass: usize,
        point: usize,
        rows: usize,
        emit: &mut dyn FnMut(Output),
    ) {
        self.done += rows as u64;
        self.pending.insert(point);
        if self
            .last_points
            .is_none_or(|last| last.elapsed() >= BETWEEN_POINTS)
        {
            self.write(readings, pass, Interval::Normal, emit);
            self.last_points = Some(Instant::now());
        }
    }

    /// Notes that `rows` examples have gone one point on that is not recorded, and tells from time to time how far it is:
    /// ever more rarely, so that a log does not grow with the length of an attack.
    pub(super) fn walked(
        &mut self,
        readings: &Readings,
        pass: usize,
        rows: usize,
        emit: &mut dyn FnMut(Output),
    ) {
        self.done += rows as u64;
        let due = BETWEEN_LOOKS.max(self.began.elapsed() / 200);
        if self.last_points.is_none_or(|last| last.elapsed() >= due) {
            self.pending.insert(0);
            self.write(readings, pass, Interval::Normal, emit);
            self.last_points = Some(Instant::now());
        }
    }

    /// Notes example-points that will not come, as their examples have left.
    pub(super) fn skipped(&mut self, points: usize) {
        self.done += points as u64;
    }

    /// Writes the summary if one is due; called at the end of a batch.
    pub(super) fn batch_done(
        &mut self,
        readings: &Readings,
        pass: usize,
        seed: u64,
        emit: &mut dyn FnMut(Output),
    ) {
        if self
            .last_summary
            .is_some_and(|last| last.elapsed() < BETWEEN_SUMMARIES)
        {
            return;
        }
        let summary = Summary::of(readings, pass, seed, Population::Right);
        emit(Output::Event(Event::Summary(summary)));
        self.last_summary = Some(Instant::now());
    }

    /// Writes every point of a pass once more, with the final intervals.
    pub(super) fn flush(&mut self, readings: &Readings, pass: usize, emit: &mut dyn FnMut(Output)) {
        self.pending = (0..readings.axis().points()).collect();
        self.write(readings, pass, Interval::Bootstrap, emit);
    }

    fn write(
        &mut self,
        readings: &Readings,
        pass: usize,
        interval: Interval,
        emit: &mut dyn FnMut(Output),
    ) {
        for point in std::mem::take(&mut self.pending) {
            let point = Point::of(readings, pass, point, self.done, interval);
            emit(Output::Event(Event::Point(point)));
        }
    }
}
