//! The process of a program, as the one that started it sees it.

use super::COMMAND;
use super::frame::{self, Frame};
use super::word::{Job, Word};
use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Cancel;

/// How often somebody looks whether it was to stop.
const LOOK: Duration = Duration::from_millis(50);

/// How long it may take to stop by itself.
const GRACE: Duration = Duration::from_secs(15);

/// Messages that wait to be read: it computes no faster than its keeper writes.
const WAITING: usize = 4;

/// A process that runs a program; it ends with this value.
#[derive(Debug)]
pub struct Process {
    child: Child,
    to: UnixStream,
    heard: Receiver<io::Result<Frame<Word>>>,
    patience: Duration,
    last: Instant,
    /// Since when it was to stop.
    asked: Option<Instant>,
}

/// What comes next.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "handed on one at a time, never kept in a list"
)]
pub enum Next {
    /// It said this.
    Frame(Frame<Word>),
    /// It was asked to stop, and has, or was killed.
    Stopped,
}

impl Process {
    /// Starts a process: this program, or another in its place.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn start(
        program: Option<&Path>,
        data_dir: &Path,
        file: Option<&Path>,
        job: &Job,
        patience: Duration,
    ) -> Result<Self, Problem> {
        let failed = |error: io::Error| {
            Problem::run_failed(format!(
                "cannot start a process that runs the model's program: {error}"
            ))
        };
        let own;
        let program = match program {
            Some(program) => program,
            None => {
                own = std::env::current_exe().map_err(failed)?;
                &own
            }
        };
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        let arguments = [Some(data_dir), file].into_iter().flatten();
        let child = Command::new(program)
            .arg(COMMAND)
            .args(arguments.map(Path::as_os_str).map(OsStr::to_owned))
            // What LibTorch compiles for a GPU would be written to a file, and this process writes none.
            .env("CUDA_CACHE_DISABLE", "1")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            // What the program prints is for nobody.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // A Ctrl-C is for the command, which asks it to stop.
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        let (say, heard) = sync_channel(WAITING);
        let from = ours.try_clone().map_err(failed);
        let mut process = Self {
            child,
            to: ours,
            heard,
            patience,
            last: Instant::now(),
            asked: None,
        };
        let from = from?;
        std::thread::Builder::new()
            .name("hear".to_owned())
            .spawn(move || hear(from, &say))
            .map_err(failed)?;
        // One that has ended already says so when it is listened to.
        let _ = frame::write(&mut process.to, job, &[], &[]);
        Ok(process)
    }

    /// Waits for what it says next.
    ///
    /// # Errors
    /// It ended, gave no sign for too long, or said what nobody understands; then it is killed.
    pub fn next(&mut self, cancel: &Cancel) -> Result<Next, Problem> {
        loop {
            match self.heard.recv_timeout(LOOK) {
                Ok(Ok(frame)) => {
                    self.last = Instant::now();
                    if !matches!(frame.word, Word::Beat) {
                        return Ok(Next::Frame(frame));
                    }
                }
                Ok(Err(error)) => return Err(self.garbled(&error)),
                Err(RecvTimeoutError::Disconnected) => return self.ended(),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if cancel.is_cancelled() && self.asked.is_none() {
                self.asked = Some(Instant::now());
                // Where it hears nothing any more, it is killed soon.
                let _ = self.to.write_all(b".");
            }
            let grace = GRACE.min(self.patience);
            if self.asked.is_some_and(|asked| asked.elapsed() > grace) {
                return Ok(Next::Stopped);
            }
            if self.last.elapsed() > self.patience {
                return Err(Problem::run_failed(format!(
                    "the model's program gave no sign for {} s and was stopped; perhaps it never ends",
                    self.patience.as_secs()
                )));
            }
        }
    }

    /// It said its last.
    fn ended(&mut self) -> Result<Next, Problem> {
        // It has closed its end, and is about to go.
        let closed = Instant::now();
        let status = loop {
            match self.child.try_wait() {
                Ok(None) if closed.elapsed() < GRACE => std::thread::sleep(LOOK / 5),
                status => break status,
            }
        };
        if self.asked.is_some() {
            return Ok(Next::Stopped);
        }
        let how = match status {
            Ok(Some(status)) => status.to_string(),
            Ok(None) => "it no longer answers".to_owned(),
            Err(error) => error.to_string(),
        };
        Err(Problem::run_failed(format!(
            "the process that runs the model's program ended before the work was done ({how}): \
             the program brought it down, or it had too little memory"
        )))
    }

    fn garbled(&mut self, error: &io::Error) -> Problem {
        use io::ErrorKind::{ConnectionReset, UnexpectedEof};
        if [ConnectionReset, UnexpectedEof].contains(&error.kind())
            && let Err(problem) = self.ended()
        {
            return problem;
        }
        Problem::run_failed(format!(
            "the process that runs the model's program said what cannot be understood, and was stopped: {error}"
        ))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hands on what comes until the process ends or nobody listens; nothing is understood after what was not.
fn hear(mut from: UnixStream, say: &SyncSender<io::Result<Frame<Word>>>) {
    loop {
        let (said, more) = match frame::read(&mut from) {
            Ok(Some(frame)) => (Ok(frame), true),
            Ok(None) => return,
            Err(error) => (Err(error), false),
        };
        if say.send(said).is_err() || !more {
            return;
        }
    }
}
