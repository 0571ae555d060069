//! A run on another machine: sent there, followed to its end, and its results fetched.

use super::client::{Client, Refused};
use super::document::Document;
use super::exit::End;
use super::run::Results;
use super::say::{Closed, say, told};
use super::stop::at_signal;
use super::summary;
use crate::ids;
use anyhow::{Result, anyhow, bail};
use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};
use valleyscope_shared::api::{RunView, Snapshot};
use valleyscope_shared::route;
use valleyscope_shared::run::Phase;
use valleyscope_shared::runner::Cancel;

/// How often the run is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often a signal is looked for meanwhile.
const TICK: Duration = Duration::from_millis(50);
/// The longest pause before a silent server is asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How long a server may be silent before it is given up; the run goes on there.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// Sends the run, follows it, and writes what came out.
///
/// # Errors
/// The server does not take the run or is silent for too long, or results cannot be written.
pub fn follow(client: &Client, document: &Document, results: &Results) -> Result<End> {
    let cancel = at_signal(
        "cancelling the run at the server and fetching what it computed; once more (Ctrl-C or SIGTERM) stops at once",
    );
    let follower = Follower { client, cancel };
    let run = follower.order(document)?;
    let id = &run.id;
    if !results.quiet {
        say(format_args!("run {id} at {}", client.server()));
    }
    let run = follower.wait(run, results)?;
    let id = &run.id;
    follower.fetch(&run, results).map_err(|error| {
        if error.is::<Closed>() {
            return error;
        }
        let server = client.server();
        let error = told(&error);
        anyhow!("{error}; run {id} is kept at {server}: valleyscope runs export {id} fetches it")
    })
}

struct Follower<'a> {
    client: &'a Client,
    cancel: Cancel,
}

impl Follower<'_> {
    /// Asks for the run; asks again under the same key where the answer got lost.
    fn order(&self, document: &Document) -> Result<RunView> {
        let key = ids::secret()?;
        let order = || self.client.create(&route::runs(), document, &key);
        let mut once_more = 3;
        loop {
            match order() {
                Ok(run) => return Ok(run),
                // A run that is wrong in itself, told by its places in the document.
                Err(Refused::Problem(problem)) if matches!(problem.status, 400 | 422) => {
                    return Err(document.explain(&problem));
                }
                Err(Refused::Silent(_)) if once_more > 0 && !self.cancel.is_cancelled() => {
                    once_more -= 1;
                    self.pause(LOOK);
                }
                Err(refused) => return Err(self.explain(refused)),
            }
        }
    }

    /// Looks at the run until it has ended; the first signal cancels it.
    fn wait(&self, mut run: RunView, results: &Results) -> Result<RunView> {
        let mut progress = results.progress();
        let mut asked_to_cancel = false;
        let mut silent_since: Option<Instant> = None;
        let mut pause = LOOK;
        while !run.phase.ended() {
            self.pause(pause);
            let id = &run.id;
            let cancels = self.cancel.is_cancelled() && !asked_to_cancel;
            let answer = match cancels {
                true => self.client.act(&route::cancel(id)),
                false => self.client.get(&route::run(id)),
            };
            match answer {
                Ok(now) => {
                    asked_to_cancel |= cancels;
                    (silent_since, pause) = (None, LOOK);
                    run = now;
                    let place = run
                        .position
                        .map(|place| format!("(waiting, place {place})"));
                    progress.set(run.done, run.total, &place.unwrap_or_default());
                }
                Err(refused) if refused.may_pass() => {
                    let since = *silent_since.get_or_insert_with(|| {
                        say(format_args!("{refused}; trying again"));
                        Instant::now()
                    });
                    if since.elapsed() > PATIENCE {
                        progress.end();
                        bail!(
                            "{} does not answer: {refused}; the run may go on there: valleyscope runs show {id}",
                            self.client.server()
                        );
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                Err(refused) => {
                    progress.end();
                    return Err(self.explain(refused));
                }
            }
        }
        progress.end();
        Ok(run)
    }

    /// Fetches and writes the results of a run that has ended.
    fn fetch(&self, run: &RunView, results: &Results) -> Result<End> {
        let id = &run.id;
        let end = End::from(run.phase);
        let snapshot: Snapshot = self.patiently(|| self.client.get(&route::snapshot(id)))?;
        for warning in &snapshot.state.warnings {
            tracing::warn!(id = warning.id, "{}", warning.message);
        }
        if snapshot.state.started.is_some() {
            let brief = if results.brief { "?brief=true" } else { "" };
            let file = self.download(&(route::export(id, "json") + brief), &[])?;
            results.out.write(&|to| to.write_all(&file))?;
            if let Some(figures) = &results.figures {
                figures.fetch(|name, query| self.download(&route::chart(id, name), query))?;
            }
            results.report(summary::of_state(&snapshot.state).as_deref(), true);
        } else if end == End::Stopped {
            say("stopped before anything was computed; nothing is written");
        }
        let reason = run.reason.as_deref().unwrap_or_default();
        match run.phase {
            Phase::Failed => say(format_args!("error: the run failed: {reason}")),
            Phase::Interrupted => say(format_args!("the run was interrupted: {reason}")),
            _ => {}
        }
        Ok(end)
    }

    /// A whole file, so that half of one is never written.
    fn download(&self, path: &str, query: &[(&str, String)]) -> Result<Vec<u8>> {
        self.patiently(|| {
            let mut bytes = Vec::new();
            let mut file = self.client.open(path, query)?;
            io::copy(&mut file, &mut bytes)
                .map_err(|error| Refused::Silent(format!("the answer broke off: {error}")))?;
            Ok(bytes)
        })
    }

    /// Asks a few times, with a pause between, where the answer may come later.
    fn patiently<T>(&self, ask: impl Fn() -> Result<T, Refused>) -> Result<T> {
        let mut pause = LOOK;
        loop {
            match ask() {
                Ok(answer) => return Ok(answer),
                Err(refused) if refused.may_pass() && pause < LONGEST_PAUSE => {
                    sleep(pause);
                    pause *= 2;
                }
                Err(refused) => return Err(self.explain(refused)),
            }
        }
    }

    fn explain(&self, refused: Refused) -> anyhow::Error {
        anyhow!("{}: {refused}", self.client.server())
    }

    /// Waits, but no longer than until a signal.
    fn pause(&self, pause: Duration) {
        let already = self.cancel.is_cancelled();
        let until = Instant::now() + pause;
        while Instant::now() < until && (already || !self.cancel.is_cancelled()) {
            sleep(TICK);
        }
    }
}
