//! Reading a foreign file in a process of its own, with limits of memory, time and bytes: the server never parses one itself.

use super::{digest, exchanged};
use anyhow::{Context, Result, bail};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use valleyscope_checkpoint::{Contents, Kind, convert, glance, kind};
use valleyscope_engine::model::Normalisation;
use valleyscope_engine::model::propose::Part;
use valleyscope_shared::runner::Cancel;

/// The command by which the program reads a file for another one of itself.
pub const COMMAND: &str = "read-checkpoint";

/// Memory of its own that the process may take: four times what the largest file that is read becomes.
const MEMORY: u64 = 6 << 30;

/// Seconds of computing that it may take.
const SECONDS: u64 = 120;

/// The largest file that it may write: the largest weights, and a header.
const LARGEST: u64 = (1 << 30) + (16 << 20);

/// The most that it may say.
const LONGEST_ANSWER: u64 = 1 << 20;

/// How long anybody waits for it.
const PATIENCE: Duration = Duration::from_secs(300);

/// A file that was read.
pub struct Read {
    pub bytes: u64,
    pub sha256: String,
    pub kind: String,
    pub parts: Vec<Part>,
    pub passed_over: Vec<String>,
    pub facts: Vec<(String, String)>,
}

/// What the process says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Contents(Contents),
    Refused(String),
}

/// Reads a file; what may be networks comes as weights files of their own, in the folder where they are not the file itself.
///
/// # Errors
/// What keeps it from being read.
pub fn read(file: &Path, folder: &Path, cancel: &Cancel) -> Result<Read> {
    let (bytes, sha256) = digest(file)?;
    // Only its first bytes are looked at here: the list of an archive is a hostile file's to make.
    let kind = glance(file)?;
    let whole = |parts| Read {
        bytes,
        sha256: sha256.clone(),
        kind: kind.describe().to_owned(),
        parts,
        passed_over: Vec::new(),
        facts: Vec::new(),
    };
    match kind {
        Kind::Zip | Kind::Legacy | Kind::Tar | Kind::Pickle | Kind::Onnx => {}
        // What else there is, the reader of weights calls by its name.
        Kind::Safetensors | Kind::Unknown => {
            let part = Part {
                label: String::new(),
                weights: file.to_owned(),
                modules: Vec::new(),
                normalisation: None,
            };
            return Ok(whole(vec![part]));
        }
        // Only the process looks so closely.
        Kind::TorchScript | Kind::Exported => {}
    }
    let contents = ask(file, folder, cancel)?;
    let part = |network: &valleyscope_checkpoint::Network| Part {
        label: network.label.clone(),
        weights: folder.join(&network.file),
        modules: network.modules.clone(),
        normalisation: network.scaling.as_ref().map(|scaling| Normalisation {
            mean: scaling.mean.clone(),
            std: scaling.std.clone(),
        }),
    };
    Ok(Read {
        kind: contents.kind,
        passed_over: contents.passed_over,
        facts: contents.facts,
        ..whole(contents.networks.iter().map(part).collect())
    })
}

fn ask(file: &Path, folder: &Path, cancel: &Cancel) -> Result<Contents> {
    let program = std::env::current_exe().context("cannot find the program itself")?;
    let answer = folder.join("contents.json");
    let mut child = Command::new(program)
        .arg(COMMAND)
        .args([file, folder])
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&answer)?)
        .stderr(Stdio::null())
        .spawn()
        .context("cannot start a process that reads the file")?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        let late = started.elapsed() > PATIENCE;
        if late || cancel.is_cancelled() {
            let _ = child.kill();
            let _ = child.wait();
            match late {
                true => bail!("the file was not read within {} s", PATIENCE.as_secs()),
                false => bail!("stopped on request"),
            }
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let mut text = Vec::new();
    let told = std::fs::File::open(&answer)?.take(LONGEST_ANSWER);
    { told }.read_to_end(&mut text)?;
    match serde_json::from_slice(&text) {
        Ok(Answer::Contents(contents)) => Ok(contents),
        Ok(Answer::Refused(why)) => bail!("{why}"),
        Err(_) => bail!(
            "the file cannot be read: the process that reads it ended with {status}, by its limits of {} GB and {SECONDS} s perhaps",
            MEMORY >> 30
        ),
    }
}

/// What the process does: limits itself, reads, and says what it found.
///
/// # Errors
/// It cannot limit itself, or nobody hears it.
pub fn serve(file: &Path, folder: &Path) -> Result<()> {
    for (resource, most) in [
        (Resource::Data, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Fsize, LARGEST),
        (Resource::Core, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit).context("cannot limit the process")?;
    }
    let answer = match understood(file, folder) {
        Ok(contents) => Answer::Contents(contents),
        Err(error) => Answer::Refused(error.to_string().chars().take(1000).collect()),
    };
    serde_json::to_writer(std::io::stdout().lock(), &answer)?;
    Ok(())
}

/// What a file holds, by what it is.
fn understood(file: &Path, folder: &Path) -> Result<Contents> {
    match kind(file)? {
        kind @ (Kind::Onnx | Kind::Exported) => exchanged::convert(file, kind, folder),
        _ => Ok(convert(file, folder)?),
    }
}
