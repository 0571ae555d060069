//! `valleyscope data show`

use super::summary;
use crate::cli::columns::aligned;
use crate::cli::say::print;
use anyhow::Result;
use std::path::Path;
use std::time::Duration;
use valleyscope_engine::data;
use valleyscope_shared::data::SamePicture;
use valleyscope_shared::text::plain;

/// More classes are counted together.
const MOST_CLASSES: usize = 100;

/// Prints what looking at every picture shows.
pub fn show(data_dir: &Path, name: &str, with: Option<&str>, json: bool) -> Result<()> {
    let set = data::open(data_dir, name)?;
    let other = with.map(|other| data::open(data_dir, other)).transpose()?;
    let found = data::checks(set.as_ref(), other.as_deref(), Duration::MAX)?;
    if json {
        print(serde_json::to_string_pretty(&found)?)?;
        return Ok(());
    }
    let info = set.info();
    print(summary(&info.title, info))?;
    for note in &info.notes {
        print(format_args!("{}", plain(note)))?;
    }
    for line in balance(&info.classes, &found.per_class) {
        print(format_args!("  {line}"))?;
    }
    print(format_args!("bytes from {} to {}", found.least, found.most))?;
    if let Some(digest) = &found.digest {
        print(format_args!("SHA-256 {digest}"))?;
    }
    let places: Vec<String> = found.constants.iter().map(u64::to_string).collect();
    print(format_args!(
        "{} of one colour{}",
        found.constant,
        listed(&places)
    ))?;
    print(format_args!(
        "{} equal to an earlier one{}",
        found.duplicate,
        listed(&pairs(&found.duplicates))
    ))?;
    if let Some(other) = &found.other
        && found.other_shape
    {
        print(format_args!(
            "none of {} can be in it: its pictures have another shape",
            plain(other)
        ))?;
    } else if let Some(other) = &found.other {
        print(format_args!(
            "{} of {} are in it too{}",
            found.shared,
            plain(other),
            listed(&pairs(&found.in_both))
        ))?;
    }
    Ok(())
}

/// How many pictures each class has; of very many classes the fewest and the most.
fn balance(classes: &[String], counts: &[u64]) -> Vec<String> {
    if counts.len() > MOST_CLASSES {
        let least = counts.iter().copied().min().unwrap_or(0);
        let most = counts.iter().copied().max().unwrap_or(0);
        return vec![format!("{least} to {most} pictures of each class")];
    }
    let row = |(name, count): (&String, &u64)| vec![plain(name).into_owned(), count.to_string()];
    let rows: Vec<Vec<String>> = classes.iter().zip(counts).map(row).collect();
    aligned(&rows, &[1])
}

fn pairs(pairs: &[SamePicture]) -> Vec<String> {
    let pair = |pair: &SamePicture| {
        let classes = match pair.same_class {
            true => "",
            false => ", of other classes",
        };
        format!("{} and {}{classes}", pair.index, pair.other)
    };
    pairs.iter().map(pair).collect()
}

fn listed(some: &[String]) -> String {
    match some.is_empty() {
        true => String::new(),
        false => format!(": {}", some.join("; ")),
    }
}
