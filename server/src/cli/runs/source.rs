//! Where runs are: in a data directory of this machine, or at a server.

use super::Format;
use crate::cli::client::{Client, Refused};
use crate::cli::figures::Wanted;
use crate::curvature::view;
use crate::engine::Engine;
use crate::export::{JobRecord, Record, write_csv, write_json, write_npz};
use crate::libtorch::LibTorch;
use crate::shelf::Passes;
use crate::store::{Filter, RunRow, Sorting, Store, StoreError};
use crate::table::Format as TableFormat;
use crate::view::run_view;
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use std::io::{self, ErrorKind, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use valleyscope_shared::api::{RunPage, RunView, Snapshot};
use valleyscope_shared::batch::{BatchView, RunFates};
use valleyscope_shared::curvature::CurvatureView;
use valleyscope_shared::route;
use valleyscope_shared::run::{Phase, RunState};

/// How many runs are listed unless more are asked for.
const USUAL: usize = 50;
/// The most runs that a server lists at once.
const MOST_OF_A_PAGE: usize = 200;

/// Which runs.
#[derive(Debug, Default, Args)]
pub struct Which {
    /// Only runs in this phase: queued, running, finished, cancelled, failed or interrupted
    #[arg(long, value_parser = phase)]
    phase: Option<Phase>,
    /// Only runs of this model
    #[arg(long)]
    model: Option<String>,
    /// Only runs of this attack
    #[arg(long)]
    attack: Option<String>,
    /// Only runs of this batch
    #[arg(long, value_name = "ID")]
    batch: Option<String>,
    /// Only runs with this in their id, title, spec, note, tags, or the title of their batch
    #[arg(long)]
    text: Option<String>,
    /// How many at most [default: 50]
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

fn phase(id: &str) -> Result<Phase, String> {
    Phase::from_id(id).ok_or_else(|| {
        "queued, running, finished, cancelled, failed or interrupted is right".to_owned()
    })
}

/// What writes an export.
type Export = Box<dyn Fn(&mut dyn Write) -> io::Result<()>>;

/// Where runs are.
pub enum Source {
    /// A data directory.
    Folder(PathBuf),
    /// A server.
    Server(Client),
}

impl Source {
    /// Where that is, for people.
    pub fn place(&self) -> String {
        match self {
            Self::Folder(folder) => format!("in {}", folder.display()),
            Self::Server(client) => format!("at {}", client.server()),
        }
    }

    /// Runs, newest first, and how many match in all.
    pub fn list(&self, which: &Which) -> Result<(Vec<RunView>, u64)> {
        let limit = which.limit.unwrap_or(USUAL);
        match self {
            Self::Folder(_) => {
                let Some(store) = self.look()? else {
                    return Ok((Vec::new(), 0));
                };
                let filter = Filter {
                    phase: which.phase,
                    model: which.model.clone(),
                    attack: which.attack.clone(),
                    batch: which.batch.clone(),
                    text: which.text.clone().filter(|text| !text.is_empty()),
                    folded: false,
                };
                let (rows, matching) = store.runs(&filter, Sorting::default(), None, limit)?;
                let views = rows.into_iter().map(|(row, _)| run_view(row, None, None));
                Ok((views.collect(), matching))
            }
            Self::Server(client) => {
                let (mut runs, mut cursor) = (Vec::new(), None);
                loop {
                    let rest = (limit - runs.len()).clamp(1, MOST_OF_A_PAGE);
                    let page: RunPage = client
                        .look_up(&route::runs(), &query(which, rest, cursor))
                        .map_err(|refused| self.explain(refused))?;
                    runs.extend(page.runs);
                    runs.truncate(limit);
                    cursor = page.next;
                    if cursor.is_none() || runs.len() >= limit {
                        return Ok((runs, page.matching));
                    }
                }
            }
        }
    }

    /// A run with its state.
    pub fn show(&self, id: &str) -> Result<Snapshot> {
        match self {
            Self::Folder(_) => {
                let (store, row) = self.find(id)?;
                let state = state(&store, &row)?;
                Ok(Snapshot {
                    cursor: format!("{}:{}", row.epoch, state.seq),
                    run: run_view(row, None, None),
                    state,
                })
            }
            Self::Server(client) => client
                .get(&route::snapshot(&plain(id)?))
                .map_err(|refused| self.explain(refused)),
        }
    }

    /// What writes a run's results.
    pub fn export(&self, id: &str, format: Format, brief: bool) -> Result<Export> {
        match self {
            Self::Folder(_) => {
                let (record, _) = self.record(id)?;
                Ok(Box::new(move |to| match format {
                    Format::Json => write_json(&record, to, brief),
                    Format::Csv => write_csv(&record, to),
                    Format::Npz => write_npz(&record, to),
                }))
            }
            Self::Server(client) => {
                let ending = match format {
                    Format::Json => "json",
                    Format::Csv => "csv",
                    Format::Npz => "npz",
                };
                let brief = if brief { "?brief=true" } else { "" };
                let file = client
                    .open(&(route::export(&plain(id)?, ending) + brief), &[])
                    .map_err(|refused| self.explain(refused))?;
                // It can be read once; it is written once.
                let file = Mutex::new(file);
                Ok(Box::new(move |to| {
                    let mut file = crate::store::lock(&file);
                    io::copy(&mut *file, to).map(drop)
                }))
            }
        }
    }

    /// Measures on demand of a run, as they are now.
    pub fn job(&self, id: &str, job: u32) -> Result<CurvatureView> {
        match self {
            Self::Folder(_) => {
                let (store, row) = self.find(id)?;
                let known = store.job(row.number, job)?;
                let none = || format!("the run has no measures on demand {job}");
                Ok(view(&store, None, &row, known.with_context(none)?, true)?)
            }
            Self::Server(client) => client
                .get(&route::curvature_job(&plain(id)?, &job.to_string()))
                .map_err(|refused| self.explain(refused)),
        }
    }

    /// Draws figures of a run.
    pub fn draw(&self, id: &str, figures: &Wanted) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                figures.can_be_drawn_here()?;
                let (record, state) = self.record(id)?;
                let catalog = LibTorch::new(folder.clone(), "cpu")?.catalog()?;
                figures.draw(&record, &state, &catalog)
            }
            Self::Server(client) => {
                let id = plain(id)?;
                figures.fetch(|name, query| {
                    let file = client.open(&route::chart(&id, name), query);
                    let mut file = file.map_err(|refused| self.explain(refused))?;
                    let mut bytes = Vec::new();
                    file.read_to_end(&mut bytes)?;
                    Ok(bytes)
                })
            }
        }
    }

    /// The table of a batch.
    pub fn table(&self, id: &str, format: TableFormat) -> Result<String> {
        match self {
            Self::Folder(_) => {
                let no_batch = || format!("there is no batch \"{id}\" {}", self.place());
                let store = self.look()?.with_context(no_batch)?;
                let batch = store.batch(id)?.with_context(no_batch)?;
                let (mut runs, mut fates) = (Vec::new(), Vec::new());
                for row in store.runs_of_batch(id)? {
                    let finished = row.phase == Phase::Finished && row.problem.is_none();
                    let read = finished.then(|| fates_of(&store, &row)).transpose()?;
                    fates.push(read.flatten().map(Arc::new));
                    runs.push(run_view(row, None, None));
                }
                let runs = (runs, fates.as_slice());
                let view = BatchView::new(
                    batch.id,
                    batch.title,
                    batch.created_ms,
                    batch.spec,
                    runs,
                    None,
                );
                Ok(format.write(&view)?)
            }
            Self::Server(client) => {
                let path = route::batch_table(&plain(id)?, format.ending());
                let file = client.open(&path, &[]);
                let mut file = file.map_err(|refused| self.explain(refused))?;
                let mut text = String::new();
                file.read_to_string(&mut text)?;
                Ok(text)
            }
        }
    }

    /// The store of a data directory, for one who deletes from it.
    ///
    /// # Errors
    /// A server uses it: that one knows which of its runs compute and which are being read.
    pub fn deleting(&self) -> Result<Option<Store>> {
        let Self::Folder(folder) = self else {
            return Ok(None);
        };
        if self.look()?.is_none() {
            bail!("there are no runs in {}", folder.display());
        }
        match Store::open(folder) {
            Ok(store) => Ok(Some(store)),
            Err(StoreError::InUse { .. }) => bail!(
                "a server uses {}, and only it can delete runs; ask it with --server URL",
                folder.display()
            ),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets a run that has ended, with its files.
    pub fn delete(&self, store: Option<&Store>, id: &str) -> Result<()> {
        match (self, store) {
            (Self::Server(client), _) => client
                .delete(&route::run(&plain(id)?))
                .map_err(|refused| self.explain(refused).context(id.to_owned())),
            (Self::Folder(_), None) => Ok(()),
            (Self::Folder(_), Some(store)) => {
                let row = store.run(id)?.with_context(|| self.no_run(id))?;
                // The file first: on a full disk it makes the room that the database needs to forget the rest.
                if let Err(error) = std::fs::remove_file(store.kept_path(&row.id))
                    && error.kind() != ErrorKind::NotFound
                {
                    return Err(error).with_context(|| {
                        format!("{id} is not deleted: its kept iterates cannot be removed")
                    });
                }
                store.delete_run(row.number)?;
                Ok(())
            }
        }
    }

    /// The store, to be looked at; nothing where there is none yet.
    fn look(&self) -> Result<Option<Store>> {
        match self {
            Self::Folder(folder) => Ok(Store::look(folder)?),
            Self::Server(_) => Ok(None),
        }
    }

    fn find(&self, id: &str) -> Result<(Store, RunRow)> {
        let store = self.look()?.with_context(|| self.no_run(id))?;
        let row = store.run(id)?.with_context(|| self.no_run(id))?;
        Ok((store, row))
    }

    /// A run's results, with its state.
    fn record(&self, id: &str) -> Result<(Record, RunState)> {
        let (store, row) = self.find(id)?;
        let state = state(&store, &row)?;
        let passes = Passes::read(&store, row.number, &state)?;
        let jobs = JobRecord::all(&store, &row)?;
        let record = Record::new(row.spec, &state, passes)
            .context("the run has not started, so it has no results")?;
        Ok((record.with(jobs), state))
    }

    fn no_run(&self, id: &str) -> String {
        format!("there is no run \"{id}\" {}", self.place())
    }

    fn explain(&self, refused: Refused) -> anyhow::Error {
        match self {
            Self::Server(client) => anyhow!("{}: {refused}", client.server()),
            Self::Folder(_) => refused.into(),
        }
    }
}

/// What became of the images of a finished run.
fn fates_of(store: &Store, row: &RunRow) -> Result<Option<RunFates>> {
    let state = state(store, row)?;
    let passes = Passes::read(store, row.number, &state)?;
    let started = state.started.as_ref();
    Ok(started.map(|started| RunFates::of(started, &passes)))
}

/// The fold over a run's log, as far as it is committed.
fn state(store: &Store, row: &RunRow) -> Result<RunState> {
    Ok(store.state(row.number)?)
}

/// An id as a part of an address; others there cannot be.
pub fn plain(id: &str) -> Result<String> {
    let sound = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    match !id.is_empty() && id.chars().all(sound) {
        true => Ok(id.to_owned()),
        false => bail!("\"{id}\" is no run's id"),
    }
}

/// What is asked for a page of the list.
fn query(which: &Which, limit: usize, cursor: Option<String>) -> Vec<(&'static str, String)> {
    let parts = [
        ("limit", Some(limit.to_string())),
        ("phase", which.phase.map(|phase| phase.id().to_owned())),
        ("model", which.model.clone()),
        ("attack", which.attack.clone()),
        ("batch", which.batch.clone()),
        ("text", which.text.clone()),
        ("cursor", cursor),
    ];
    let parts = parts.into_iter();
    parts
        .filter_map(|(key, value)| Some((key, value?)))
        .collect()
}
