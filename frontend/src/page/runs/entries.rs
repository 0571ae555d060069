//! What the table shows from top to bottom: runs, the headings of their groups, and under a run those that it goes on with.

use valleyscope_shared::api::RunView;
use valleyscope_shared::listing::{GroupCount, RunGroup};

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// The heading of a group: what it is, and how many runs it has.
    Heading { title: String, runs: Option<u64> },
    /// A run, with its likely place in the list.
    Run { place: usize, id: String },
    /// An earlier run under the one that goes on with it.
    Earlier { id: String },
}

/// The lines of a list.
pub fn entries(
    rows: &[RunView],
    hidden: &[String],
    group: Option<RunGroup>,
    counts: &[GroupCount],
    opened: &[String],
    earlier: &[RunView],
) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(rows.len());
    let mut before = None;
    for (place, run) in rows.iter().enumerate() {
        if hidden.contains(&run.id) {
            continue;
        }
        if let Some(group) = group {
            let here = of_group(run, group);
            if before != Some(here.clone()) {
                let gone = rows
                    .iter()
                    .filter(|row| hidden.contains(&row.id) && of_group(row, group) == here);
                let gone = gone.count() as u64;
                let known = counts.iter().find(|count| count.id == here);
                entries.push(Entry::Heading {
                    title: title(run, group),
                    runs: known.map(|count| count.runs.saturating_sub(gone)),
                });
                before = Some(here);
            }
        }
        let id = run.id.clone();
        entries.push(Entry::Run { place, id });
        if opened.contains(&run.id) {
            let chain = history(run, earlier).into_iter();
            entries.extend(chain.map(|run| Entry::Earlier { id: run.id.clone() }));
        }
    }
    entries
}

/// The runs that a run goes on with, as far as they are known, latest first.
pub fn history<'a>(run: &'a RunView, earlier: &'a [RunView]) -> Vec<&'a RunView> {
    let (mut chain, mut at): (Vec<&RunView>, _) = (Vec::new(), run);
    while let Some(next) = at.resumes.as_ref() {
        let Some(found) = earlier.iter().find(|run| run.id == *next) else {
            break;
        };
        if chain.len() > earlier.len() {
            break;
        }
        chain.push(found);
        at = found;
    }
    chain
}

fn of_group(run: &RunView, group: RunGroup) -> Option<String> {
    match group {
        RunGroup::Model => Some(run.spec.model.clone()),
        RunGroup::Attack => Some(run.spec.attack.id().to_owned()),
        RunGroup::Batch => run.batch.clone(),
    }
}

fn title(run: &RunView, group: RunGroup) -> String {
    match (group, &run.batch) {
        (RunGroup::Model, _) => run.spec.model.clone(),
        (RunGroup::Attack, _) => run.spec.attack.title(),
        (RunGroup::Batch, None) => "In no batch".to_owned(),
        (RunGroup::Batch, Some(id)) => run.batch_title.clone().unwrap_or_else(|| id.clone()),
    }
}
