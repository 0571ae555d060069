//! From a file with weights to a model: it is read in a process of its own, recognised, its candidates are compared on images, and
//! the one that somebody chooses is kept.

pub mod child;
mod classes;
mod exchanged;
pub mod jobs;
mod program;
mod table;

use anyhow::{Context, Result, bail};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use valleyscope_engine::data::{self, Dataset, DatasetInfo};
use valleyscope_engine::error::Error;
use valleyscope_engine::model::propose::{Part, Proposal, judge, propose, scaling_of};
use valleyscope_engine::model::{Accuracy, Found, ModelCard, Normalisation, Wanted, library};
use valleyscope_engine::origin::sha256_of;
use valleyscope_shared::adding::{Fact, LARGEST_FILE, Understood};
use valleyscope_shared::runner::Cancel;

/// Images on which candidates are compared unless somebody says otherwise: with 500 an accuracy is known to about 3 points.
pub const IMAGES: usize = 500;

/// What is to be understood, and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Order {
    pub file: PathBuf,
    /// What the file is called where it comes from.
    pub called: String,
    pub wanted: Wanted,
    pub normalisation: Option<Normalisation>,
    /// The part of the file that is meant: `ema`.
    pub part: Option<String>,
    /// The data set on whose first images candidates are compared.
    pub data: Option<String>,
    pub images: Option<usize>,
    /// Whether the file may be a program that is run.
    pub program: Program,
}

/// What whoever adds a file says of programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Program {
    /// Nothing in it is run.
    #[default]
    Refused,
    /// It is a program, and may be run with everything that its user may do; perhaps its last layer is told.
    Run { head: Option<String> },
}

/// A model as it was added.
#[derive(Clone, Debug)]
pub struct Added {
    pub card: ModelCard,
    /// How many numbers training adjusted.
    pub parameters: u64,
}

/// What whoever adds a model says of it.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The name in words; the name itself where it is left out.
    pub title: Option<String>,
    /// Under which terms its weights may be used.
    pub licence: Option<String>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The file is being read.
    Reading,
    /// So many images of so many were seen, over all candidates.
    Comparing { done: usize, total: usize },
}

/// A file that was understood, until one of its candidates is kept.
pub struct Adding {
    understood: Understood,
    proposals: Vec<Proposal>,
    classes: Vec<String>,
    // The weights of the candidates lie in it.
    _folder: TempDir,
}

impl Adding {
    /// Reads a file, finds the networks that it may hold, and compares them.
    ///
    /// # Errors
    /// What reading, recognising and computing give, and what in the order contradicts the file.
    pub fn open(
        data_dir: &Path,
        order: &Order,
        cancel: &Cancel,
        progress: &mut dyn FnMut(Stage),
    ) -> Result<Self> {
        if let Program::Run { head } = &order.program {
            return program::open(data_dir, order, head.as_deref(), cancel, progress);
        }
        progress(Stage::Reading);
        let folder = workplace(data_dir).context("cannot make a folder for what is read")?;
        let read = child::read(&order.file, folder.path(), cancel)?;
        let mut parts = read.parts;
        if let Some(label) = &order.part {
            let labels: Vec<String> = parts.iter().map(|part| part.label.clone()).collect();
            parts.retain(|part| &part.label == label);
            if parts.is_empty() {
                bail!(
                    "the file has no part \"{label}\"; it has {}",
                    labels.join(", ")
                );
            }
        }
        let set = match &order.data {
            Some(name) => Some(data::open(data_dir, name)?),
            None => fitting_set(data_dir, &parts, &order.wanted)?,
        };
        let proposals = proposals(order, &parts, set.as_deref())?;
        let classes = match &set {
            Some(set) => set.info().classes.clone(),
            None => classes::usual(&proposals),
        };
        let mut adding = Self {
            understood: Understood {
                file: order.called.clone(),
                bytes: read.bytes,
                sha256: read.sha256,
                kind: read.kind,
                facts: read
                    .facts
                    .into_iter()
                    .map(|(name, value)| Fact { name, value })
                    .collect(),
                passed_over: read.passed_over,
                data: set.as_ref().map(|set| set.info().id.clone()),
                images: 0,
                candidates: Vec::new(),
            },
            proposals,
            classes,
            _folder: folder,
        };
        if let Some(set) = &set {
            let images = order.images.unwrap_or(IMAGES).min(set.info().count);
            adding.understood.images = images as u64;
            judge(
                &mut adding.proposals,
                set.as_ref(),
                images,
                cancel,
                &mut |done, total| {
                    progress(Stage::Comparing { done, total });
                },
            )?;
        }
        adding.understood.candidates = table::candidates(&adding.proposals);
        Ok(adding)
    }

    /// What the file was understood as.
    pub fn understood(&self) -> &Understood {
        &self.understood
    }

    /// Keeps a candidate by its number as the model of this name.
    ///
    /// # Errors
    /// There is no such candidate, and what [`library::add`] or [`library::add_program`] gives.
    pub fn keep(&self, data_dir: &Path, number: u32, name: &str, words: &Words) -> Result<Added> {
        let place = (number as usize).checked_sub(1);
        let proposal = place
            .and_then(|place| self.proposals.get(place))
            .with_context(|| {
                format!(
                    "there is no candidate {number}; there are 1 to {}",
                    self.proposals.len()
                )
            })?;
        let classes = match self.classes.len() as i64 == proposal.found.classes {
            true => self.classes.clone(),
            false => classes::numbered(proposal.found.classes),
        };
        let mut card = proposal.card(words.title.as_deref().unwrap_or(name), &classes);
        let understood = &self.understood;
        let part = match proposal.part.label.as_str() {
            "" => String::new(),
            label => format!(", its part {label}"),
        };
        card.source = Some(format!(
            "{} ({}, SHA-256 {}){part}",
            understood.file, understood.kind, understood.sha256
        ));
        card.data = understood.data.clone();
        card.licence = words.licence.clone();
        let facts = understood.facts.iter();
        let facts = facts.map(|fact| (fact.name.clone(), fact.value.clone()));
        card.facts = facts.collect();
        if let (Some(data), Some(verdict)) = (&understood.data, &proposal.verdict) {
            card.accuracy = Some(Accuracy {
                data: data.clone(),
                count: verdict.images(),
                clean: verdict.accuracy().share.0,
                pgd: None,
            });
        }
        let file = &proposal.part.weights;
        let parameters = match card.program() {
            Some(_) => {
                library::add_program(data_dir, name, file, &card)?;
                proposal.parameters
            }
            None => library::add(data_dir, name, file, &card)?.parameters as u64,
        };
        Ok(Added { card, parameters })
    }
}

/// The networks that fit what is known, those with the data set's shape and number of classes.
fn proposals(order: &Order, parts: &[Part], set: Option<&dyn Dataset>) -> Result<Vec<Proposal>> {
    let normalisation = order.normalisation.as_ref();
    let Some(set) = set else {
        return Ok(propose(parts, &order.wanted, normalisation, None)?);
    };
    let info = set.info();
    let wanted = for_set(&order.wanted, info);
    let own = scaling_of(set, 1000)?;
    let mut all = match propose(parts, &wanted, normalisation, Some(&own)) {
        Err(miss @ Error::Unrecognised { .. }) => {
            // Perhaps it is known, and takes other images.
            let other = propose(parts, &order.wanted, normalisation, None)?;
            let Some(other) = other.first() else {
                return Err(miss.into());
            };
            bail!(
                "the file is {}, which takes {} images, and {} has {}; give another data set",
                other.found.architecture.describe(),
                other
                    .found
                    .input_shape
                    .map(|size| size.to_string())
                    .join("x"),
                info.id,
                info.shape.map(|size| size.to_string()).join("x"),
            );
        }
        found => found?,
    };
    let classes = all.first().map_or(0, |one| one.found.classes);
    all.retain(|one| one.found.classes as usize == info.classes.len());
    if all.is_empty() {
        bail!(
            "the network tells {classes} classes apart, and {} has {}; give another data set",
            info.id,
            info.classes.len()
        );
    }
    Ok(all)
}

/// What is known, with the shape of a set's images where no other is said.
fn for_set(wanted: &Wanted, info: &DatasetInfo) -> Wanted {
    let shape = info.shape.map(|size| size as i64);
    Wanted {
        input_shape: wanted.input_shape.or(Some(shape)),
        ..wanted.clone()
    }
}

/// The only registered data set whose images and classes the networks take; none where there are several.
fn fitting_set(
    data_dir: &Path,
    parts: &[Part],
    wanted: &Wanted,
) -> Result<Option<Box<dyn Dataset>>> {
    let fits = |info: &DatasetInfo| {
        let wanted = for_set(wanted, info);
        parts.iter().any(|part| {
            let found = part.recognise(&wanted).unwrap_or_default();
            let classes = |one: &Found| one.classes as usize == info.classes.len();
            found.iter().any(classes)
        })
    };
    let sets = data::list(data_dir).into_iter();
    let known = sets.filter_map(|listed| listed.info.ok());
    // The pictures that the program draws are nobody's training data.
    let own = known.filter(|info| !info.id.starts_with("shapes-"));
    let fitting: Vec<DatasetInfo> = own.filter(fits).collect();
    match fitting.as_slice() {
        [one] => Ok(Some(data::open(data_dir, &one.id)?)),
        _ => Ok(None),
    }
}

/// A folder for a file on its way, and for what is taken out of it.
///
/// # Errors
/// It cannot be made.
pub fn workplace(data_dir: &Path) -> std::io::Result<TempDir> {
    // Not among the models: whatever changes there has all of them read again.
    let folder = data_dir.join("adding");
    std::fs::create_dir_all(&folder)?;
    forget_old(&folder);
    tempfile::tempdir_in(&folder)
}

/// Removes what was left by a program that ended on the way: nothing here takes a day.
fn forget_old(folder: &Path) {
    let day = std::time::Duration::from_secs(24 * 3600);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|facts| facts.modified());
        let age = age.ok().and_then(|time| time.elapsed().ok());
        if age.is_some_and(|age| age > day) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A name for a model, from a file's: `resnet20-12fca82f`.
pub fn name_of(file: &str) -> String {
    let stem = Path::new(file)
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let letter = |letter: char| match letter {
        'a'..='z' | '0'..='9' | '.' | '_' | '-' => letter,
        _ => '-',
    };
    let name: String = stem.chars().map(letter).collect();
    let name = name.trim_matches(['.', '_', '-']);
    let name: String = name.chars().take(60).collect();
    match name.is_empty() {
        true => "model".to_owned(),
        false => name,
    }
}

/// The size and the digest of a file, which has to be a regular one of at most the largest size.
fn digest(path: &Path) -> Result<(u64, String)> {
    let failed = || format!("cannot read {}", path.display());
    let facts = std::fs::metadata(path).with_context(failed)?;
    if !facts.is_file() {
        bail!("{} is no regular file", path.display());
    }
    if facts.len() > LARGEST_FILE {
        bail!(
            "{} holds {} MB; files up to {} MB are read",
            path.display(),
            facts.len() >> 20,
            LARGEST_FILE >> 20
        );
    }
    let file = std::fs::File::open(path).with_context(failed)?;
    sha256_of(file.take(LARGEST_FILE)).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_name_is_made_of_a_files() {
        for (file, name) in [
            ("resnet20-12fca82f.th", "resnet20-12fca82f"),
            ("My Model (final).pth", "my-model--final"),
            ("résumé.pt", "r-sum"),
            (".pt", "pt"),
            ("模型.pt", "model"),
        ] {
            assert_eq!(name_of(file), name);
        }
    }
}
