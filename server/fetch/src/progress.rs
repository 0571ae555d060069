//! How far a download is, and how long it will take.

use crate::error::{Error, Result};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// How often the progress is told at most.
const TELL_EVERY: Duration = Duration::from_millis(100);

/// Over how many seconds the speed is smoothed.
const SMOOTH: f64 = 5.0;

/// What is being done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Its bytes come over the network, or from a local file.
    Fetching,
    /// The connection broke off, and a pause is made before the next attempt.
    Waiting,
    /// Its checksum is computed.
    Checking,
    /// Its entries are taken out; the bytes are those of the archive.
    Unpacking,
}

/// How far one file is.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// The file's name.
    pub file: &'a str,
    /// Which of the set's files it is, from 1 on.
    pub number: usize,
    /// How many files the set has.
    pub count: usize,
    pub activity: Activity,
    /// Bytes that are there, those of earlier calls included.
    pub done: u64,
    /// Bytes of the whole file.
    pub total: u64,
    /// Bytes per second, smoothed over five seconds; none before it is known.
    pub rate: Option<f64>,
    /// How long it will take at that rate; none before it is known.
    pub left: Option<Duration>,
}

/// A speed, smoothed exponentially: `rate += (1 - exp(-dt / 5 s)) (speed - rate)`.
#[derive(Clone, Debug)]
pub struct Pace {
    at: Instant,
    done: u64,
    rate: Option<f64>,
}

impl Pace {
    /// Starts to measure at `done` bytes, which count for nothing.
    pub fn new(at: Instant, done: u64) -> Self {
        Self {
            at,
            done,
            rate: None,
        }
    }

    /// Takes in how many bytes there are at an instant.
    pub fn update(&mut self, at: Instant, done: u64) {
        let seconds = at.saturating_duration_since(self.at).as_secs_f64();
        if seconds <= 0.0 {
            return;
        }
        let speed = done.saturating_sub(self.done) as f64 / seconds;
        self.rate = Some(match self.rate {
            None => speed,
            Some(rate) => rate + (1.0 - (-seconds / SMOOTH).exp()) * (speed - rate),
        });
        (self.at, self.done) = (at, done);
    }

    /// Bytes per second.
    pub fn rate(&self) -> Option<f64> {
        self.rate
    }

    /// How long the rest takes.
    pub fn left(&self, total: u64) -> Option<Duration> {
        let rest = total.saturating_sub(self.done) as f64;
        let rate = self.rate.filter(|&rate| rate >= 1.0)?;
        Duration::try_from_secs_f64(rest / rate).ok()
    }
}

/// Whoever is told, and what was told last.
pub(crate) struct Reporter<'a> {
    tell: &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>,
    file: String,
    number: usize,
    count: usize,
    activity: Activity,
    done: u64,
    total: u64,
    pace: Pace,
    told: Instant,
}

impl<'a> Reporter<'a> {
    pub fn new(tell: &'a mut dyn FnMut(Progress<'_>) -> ControlFlow<()>, count: usize) -> Self {
        let now = Instant::now();
        Self {
            tell,
            file: String::new(),
            number: 0,
            count,
            activity: Activity::Checking,
            done: 0,
            total: 0,
            pace: Pace::new(now, 0),
            told: now,
        }
    }

    /// From here on it is about another file.
    pub fn file(&mut self, number: usize, name: &str) {
        self.number = number;
        name.clone_into(&mut self.file);
    }

    /// Begins something with the file, and tells it.
    ///
    /// # Errors
    /// [`Error::Stopped`] when whoever is told wants to stop, as everywhere here.
    pub fn begin(&mut self, activity: Activity, done: u64, total: u64) -> Result<()> {
        (self.activity, self.done, self.total) = (activity, done, total);
        self.pace = Pace::new(Instant::now(), done);
        self.tell()
    }

    /// The same goes on with what was begun, at `done` bytes; told now and then, and at the end.
    pub fn at(&mut self, done: u64) -> Result<()> {
        if done < self.done {
            self.pace = Pace::new(Instant::now(), done);
        }
        self.done = done;
        let due = self.told.elapsed() >= TELL_EVERY || done == self.total;
        if due { self.tell() } else { Ok(()) }
    }

    fn tell(&mut self) -> Result<()> {
        self.told = Instant::now();
        self.pace.update(self.told, self.done);
        let answer = (self.tell)(Progress {
            file: &self.file,
            number: self.number,
            count: self.count,
            activity: self.activity,
            done: self.done,
            total: self.total,
            rate: self.pace.rate(),
            left: self.pace.left(self.total),
        });
        match answer {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Stopped {
                file: self.file.clone(),
                done: self.done,
                total: self.total,
            }),
        }
    }
}
