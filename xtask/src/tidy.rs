//! Rules about the project's files that no compiler checks.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ignore::WalkBuilder;

use crate::place;

/// A longer file has more than one idea in it.
const LONGEST: usize = 400;

/// Prints every fault of the checkout; an error when there is one.
pub fn check() -> Result<()> {
    let faults = faults()?;
    for fault in &faults {
        println!("{fault}");
    }
    if !faults.is_empty() {
        bail!("{} faults, listed above", faults.len());
    }
    println!("tidy");
    Ok(())
}

fn faults() -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for name in own_files()? {
        // Pictures, models and the like hold no lines.
        if let Ok(text) = fs::read_to_string(place::root().join(&name)) {
            faults.extend(too_long(&name, &text));
            faults.extend(machine_traces(&name, &text));
        }
    }
    Ok(faults)
}

/// The files that belong to the project: all that `.gitignore` does not name. git itself is not asked, so that a copy without history is checked too.
pub fn own_files() -> Result<BTreeSet<String>> {
    files_of(place::root())
}

/// The same of a copy.
pub fn files_of(root: &Path) -> Result<BTreeSet<String>> {
    let mut walk = WalkBuilder::new(root);
    walk.hidden(false)
        .parents(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(false)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != ".git");
    let mut files = BTreeSet::new();
    for entry in walk.build() {
        let entry = entry.context("the project's files cannot be listed")?;
        let inside = entry.path().strip_prefix(root)?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.insert(inside.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

fn too_long(name: &str, text: &str) -> Option<String> {
    let source = ["rs", "mjs", "js", "css", "html", "md"];
    let kind = Path::new(name).extension()?.to_str()?;
    let lines = text.lines().count();
    (source.contains(&kind) && lines > LONGEST)
        .then(|| format!("{name}: {lines} lines, more than {LONGEST}: split it by ideas"))
}

/// Folders and hosts that mean something on one machine only. Spelt in pieces, so that this file passes its own test.
fn machine_traces(name: &str, text: &str) -> Vec<String> {
    let folders = [
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/wo", "rk/"),
        concat!("/Us", "ers/"),
    ];
    // Cargo.lock names its registry's index by a fixed public address, which is not a machine's.
    let hosts = [
        concat!("files.python", "hosted.org"),
        concat!("registry.npm", "js.org"),
        concat!("pypi.", "org/simple"),
        concat!("\"resolved\": ", "\"http"),
    ];
    text.lines()
        .enumerate()
        .flat_map(|(number, line)| {
            let found = folders
                .iter()
                .chain(&hosts)
                .filter(|trace| line.contains(**trace));
            found.map(move |trace| {
                format!(
                    "{name}:{}: holds {trace:?}, which belongs to one machine",
                    number + 1
                )
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_tidy() {
        let faults = faults().unwrap();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn what_is_built_is_not_the_projects_own_and_what_is_hidden_is() {
        let files = own_files().unwrap();
        for own in ["Cargo.toml", ".gitignore", ".ci/run", "xtask/src/tidy.rs"] {
            assert!(files.contains(own), "{own}");
        }
        assert!(!files.iter().any(|file| file.starts_with("target/")));
    }

    #[test]
    fn a_file_of_401_lines_is_a_fault() {
        assert_eq!(too_long("a.rs", &"x\n".repeat(400)), None);
        assert!(too_long("a.rs", &"x\n".repeat(401)).is_some());
        assert_eq!(too_long("data.json", &"x\n".repeat(401)), None);
    }

    #[test]
    fn a_path_of_a_machine_is_a_fault_with_its_line() {
        let text = format!("fine\nfile = \"{}user/x\"\n", concat!("/ho", "me/"));
        let faults = machine_traces("a.md", &text);
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("a.md:2:"), "{}", faults[0]);
    }
}
