//! `valleyscope runs curvature`: measures on demand of a run, here or at a server.

mod here;
mod table;
mod there;
mod wanted;

use super::source::Source;
use crate::cli::exit::End;
use crate::cli::progress::Progress;
use crate::cli::say::{print, say};
use crate::cli::stop::at_signal;
use anyhow::Result;
use clap::Args;
use here::Here;
use std::thread::sleep;
use std::time::{Duration, Instant};
use there::There;
use valleyscope_shared::curvature::{CurvatureSpec, CurvatureView};
use valleyscope_shared::run::Phase;
use valleyscope_shared::text::plain;
use wanted::Wanted;

/// How often a job is looked at.
const LOOK: Duration = Duration::from_millis(250);
/// How long a server may be silent before it is given up; the job goes on there.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

#[derive(Debug, Args)]
pub struct Arguments {
    /// The run's id
    #[arg(allow_hyphen_values = true)]
    id: String,
    /// Show what was computed by the job of this number, and compute nothing
    #[arg(long, value_name = "N", conflicts_with = "resume")]
    job: Option<u32>,
    /// Go on with the job of this number, which was stopped
    #[arg(long, value_name = "N")]
    resume: Option<u32>,
    /// Say what it would take, and compute nothing
    #[arg(long, conflicts_with_all = ["job", "resume"])]
    estimate: bool,
    #[command(flatten)]
    wanted: Wanted,
}

/// Where jobs are computed.
trait Place {
    /// Asks for a job; what it is.
    fn ask(&self, wanted: &CurvatureSpec) -> Result<CurvatureView>;
    /// What a job would take, as lines for people and as JSON.
    fn estimate(&self, wanted: &CurvatureSpec) -> Result<serde_json::Value>;
    /// Goes on with a job.
    fn go_on(&self, job: u32) -> Result<CurvatureView>;
    /// A job as it is now; nothing where that cannot be told at the moment.
    fn look(&self, job: u32) -> Result<Option<CurvatureView>>;
    /// Stops a job.
    fn cancel(&self, job: u32) -> Result<()>;
}

/// Asks for measures, waits for them, and prints a table.
pub fn curvature(source: &Source, arguments: &Arguments, json: bool) -> Result<End> {
    let id = &arguments.id;
    let wanted = arguments.wanted.spec()?;
    if let Some(job) = arguments.job {
        let view = source.job(id, job)?;
        show(&view, json)?;
        return Ok(End::Done);
    }
    let place: Box<dyn Place> = match source {
        Source::Server(client) => Box::new(There::new(client, id)?),
        Source::Folder(folder) => Box::new(Here::new(folder, id)?),
    };
    if arguments.estimate {
        let told = place.estimate(&wanted)?;
        print(serde_json::to_string_pretty(&told)?)?;
        return Ok(End::Done);
    }
    let cancel = at_signal(
        "cancelling the job and keeping what it computed; once more (Ctrl-C or SIGTERM) stops at once",
    );
    let view = match arguments.resume {
        Some(job) => place.go_on(job)?,
        None => place.ask(&wanted)?,
    };
    let job = view.job;
    say(format_args!("job {job} of run {id} {}", source.place()));
    let (mut view, mut cancelled, mut heard) = (view, false, Instant::now());
    let mut progress = Progress::new("places");
    while !view.phase.ended() {
        sleep(LOOK);
        if cancel.is_cancelled() && !cancelled {
            cancelled = true;
            place.cancel(job)?;
        }
        match place.look(job)? {
            Some(now) => {
                heard = Instant::now();
                let waits = now.position.map(|at| format!("(waiting, place {at})"));
                progress.set(now.done, now.total, &waits.unwrap_or_default());
                view = now;
            }
            None if heard.elapsed() > PATIENCE => {
                progress.end();
                anyhow::bail!(
                    "no answer; the job may go on there: valleyscope runs curvature {id} --job {job}"
                );
            }
            None => {}
        }
    }
    progress.end();
    show(&view, json)?;
    let reason = plain(view.reason.as_deref().unwrap_or_default()).into_owned();
    let again = format!("valleyscope runs curvature {id} --resume {job} goes on with it");
    match view.phase {
        Phase::Failed => say(format_args!("error: the job failed: {reason}; {again}")),
        Phase::Interrupted | Phase::Cancelled => say(format_args!("stopped; {again}")),
        _ => {}
    }
    Ok(End::from(view.phase))
}

fn show(view: &CurvatureView, json: bool) -> Result<()> {
    match json {
        true => print(serde_json::to_string_pretty(view)?),
        false => print(table::of(view)),
    }
}
