//! The project as a stranger may have it: copied without its history into a folder with a blank in its name.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::count::Count;
use super::phase::one_check;
use crate::{command, place, tidy};

/// `cargo xtask` has to work there: it is compiled, finds the project, and reads all of its files.
/// What it compiles is kept for the next time.
pub fn xtask() -> Result<Count> {
    let copy = place::target().join("xtask/a path/valleyscope");
    let files = tidy::own_files()?;
    bring(place::root(), &files, &copy)?;
    let mut tidy = command::cargo(["xtask", "tidy"]);
    tidy.current_dir(&copy).env_remove("CARGO_TARGET_DIR");
    one_check(|| command::run(&mut tidy))
}

/// Makes the copy's own files those of the list. What is equal is left alone, because cargo goes by the time of change.
fn bring(from: &Path, files: &BTreeSet<String>, to: &Path) -> Result<()> {
    for file in files {
        let (source, place) = (from.join(file), to.join(file));
        let content = fs::read(&source)?;
        if fs::read(&place).is_ok_and(|old| old == content) {
            continue;
        }
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(&source, &place).with_context(|| format!("cannot write {}", place.display()))?;
    }
    for file in tidy::files_of(to)?.difference(files) {
        let old: PathBuf = to.join(file);
        fs::remove_file(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_follows_what_it_is_copied_from() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["from", "a copy"].map(|name| folder.path().join(name));
        let list = |names: &[&str]| -> BTreeSet<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        for name in ["a/x", "b"] {
            fs::create_dir_all(from.join(name).parent().unwrap()).unwrap();
            fs::write(from.join(name), name).unwrap();
        }
        bring(&from, &list(&["a/x", "b"]), &to).unwrap();
        let time = |name: &str| fs::metadata(to.join(name)).unwrap().modified().unwrap();
        let before = time("b");
        fs::write(from.join("a/x"), "new").unwrap();
        bring(&from, &list(&["a/x", "b"]), &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a/x")).unwrap(), "new");
        assert_eq!(time("b"), before);
        bring(&from, &list(&["b"]), &to).unwrap();
        assert_eq!(tidy::files_of(&to).unwrap(), list(&["b"]));
    }
}
