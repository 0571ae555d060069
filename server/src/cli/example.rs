//! `valleyscope example`

use super::Place;
use super::compute::compute;
use super::exit::End;
use super::output::Output;
use super::progress::Progress;
use super::recorder::Recorder;
use super::say::say;
use super::stop::{AFTER_THIS_STEP, at_signal};
use crate::archive::{Archive, write};
use crate::engine::Engine;
use crate::kept::KeptWriter;
use crate::libtorch::LibTorch;
use crate::order::{check, title};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use valleyscope_shared::event::{Event, Frame};
use valleyscope_shared::run::RunState;
use valleyscope_shared::spec::{AttackSpec, DataSpec, Precision, RunSpec, Seeds, Trace, preset};

/// How many images the example attacks.
const IMAGES: u64 = 128;
/// Of how many it keeps every iterate.
const KEPT: u32 = 6;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Where the file goes; the server looks for it in static/example/run.zip
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The model
    #[arg(long, default_value = "shapes-standard")]
    model: String,
    #[command(flatten)]
    place: Place,
}

pub fn example(arguments: &Arguments) -> Result<ExitCode> {
    let spec = spec(&arguments.model);
    let engine = LibTorch::new(arguments.place.data_dir()?, "cpu")?;
    let catalog = engine.catalog()?;
    check(&spec, &catalog)?;
    let folder = arguments.out.parent();
    if let Some(folder) = folder.filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let out = Output::check("--out", &arguments.out)?;
    let cancel = at_signal(AFTER_THIS_STEP);
    let mut progress = Progress::new("example-points");
    let mut recorder = compute(&spec, &engine, Recorder::keeping(), &cancel, &mut progress);
    match End::from(recorder.state.phase) {
        End::Done => {}
        End::Failed => bail!("the run did not finish: {}", recorder.reason()),
        End::Stopped | End::Undecided => {
            say("stopped; an example is a whole run, so nothing is written");
            return Ok(End::Stopped.into());
        }
    }
    let scratch = tempfile::NamedTempFile::new().context("cannot make a temporary file")?;
    let mut writer = KeptWriter::create(scratch.path())?;
    for kept in std::mem::take(&mut recorder.kept) {
        writer.write(kept)?;
    }
    writer.finish()?;
    let archive = Archive {
        title: title(&spec, &catalog),
        spec,
        frames: last_words(&recorder.state, &recorder.frames),
        passes: recorder.passes,
        kept: std::fs::read(scratch.path())?,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    write(&archive, &mut bytes)?;
    out.save(&|to| to.write_all(bytes.get_ref()))?;
    say(format_args!("written to {}", out.name()));
    Ok(ExitCode::SUCCESS)
}

/// The embedded data set under the preset "fine steps".
fn spec(model: &str) -> RunSpec {
    let fine = preset::all().into_iter().find(|preset| preset.id == "fine");
    RunSpec {
        model: model.to_owned(),
        data: DataSpec {
            set: "shapes-test".to_owned(),
            count: Some(IMAGES),
            ..DataSpec::default()
        },
        attack: fine.map_or_else(|| AttackSpec::new("pgd", []), |preset| preset.attack),
        seed: Seeds::default(),
        batch_size: 64,
        device: "auto".to_owned(),
        precision: Precision::F32,
        keep_examples: KEPT,
        trace: Trace::On,
    }
}

/// The log without what later entries replace: of each point and of the statistics only the last; the fold is the same.
fn last_words(state: &RunState, frames: &[Frame]) -> Vec<Frame> {
    let stays = |frame: &&Frame| match &frame.event {
        Event::Point(point) => {
            let last = state
                .passes
                .get(point.pass)
                .and_then(|pass| pass.points.get(point.point)?.as_ref());
            last.is_some_and(|last| last.done == point.done)
        }
        Event::Summary(summary) => state
            .passes
            .get(summary.pass)
            .is_some_and(|pass| pass.summary.as_ref() == Some(summary)),
        Event::Started(_) | Event::Warning(_) | Event::Ended(_) | Event::Curvature(_) => true,
    };
    frames
        .iter()
        .filter(stays)
        .cloned()
        .zip(1..)
        .map(|(frame, seq)| Frame { seq, ..frame })
        .collect()
}
