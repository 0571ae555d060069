//! What viewers are told of faults: files by their names, without the folders of this machine that they lie in.

use crate::store::lock;
use std::collections::BTreeSet;
use std::sync::Mutex;
use valleyscope_shared::catalog::Catalog;

/// A text with every absolute path in it shortened to its last part.
///
/// A path begins with `/` where a word may begin, and goes on to the next mark that ends it, blanks included.
pub fn without_folders(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = path_start(&told, rest) {
        let (before, path) = rest.split_at(start);
        let (path, after) = path.split_at(path_end(path));
        told += before;
        told += path.rsplit('/').next().unwrap_or_default();
        rest = after;
    }
    told + rest
}

/// Where the next path begins, which has a folder in it.
fn path_start(before: &str, text: &str) -> Option<usize> {
    text.match_indices('/').map(|(at, _)| at).find(|at| {
        let last = text[..*at].chars().last().or_else(|| before.chars().last());
        let begins_word =
            last.is_none_or(|last| last.is_whitespace() || "\"'`([{=<,;".contains(last));
        // What follows a blank or a second slash is no name of a folder: a share, as in "hits / n".
        let names_folder =
            text[at + 1..].starts_with(|next: char| !next.is_whitespace() && next != '/');
        begins_word && names_folder && text[at + 1..*at + path_end(&text[*at..])].contains('/')
    })
}

/// Where a path ends: before a mark, before the next path, or with the text.
fn path_end(path: &str) -> usize {
    let marks = [
        "/ ", ": ", "\"", "'", "`", ")", "]", "}", ">", ", ", "; ", "\n", " /",
    ];
    let ends = marks.iter().filter_map(|mark| path.find(mark));
    ends.min().unwrap_or(path.len())
}

/// Which faults the server's own log has told of in full.
#[derive(Default)]
pub struct Told(Mutex<BTreeSet<String>>);

impl Told {
    /// Shortens the paths in what is wrong with models and data sets; the log tells each of them once as it was.
    pub fn hide_folders(&self, catalog: &mut Catalog) {
        let models = catalog.models.iter_mut();
        let models = models.map(|model| ("model", &model.id, &mut model.problem));
        let sets = catalog.data_sets.iter_mut();
        let sets = sets.map(|set| ("data set", &set.id, &mut set.problem));
        for (kind, id, problem) in models.chain(sets) {
            let Some(problem) = problem else { continue };
            let told = without_folders(problem);
            let whole = std::mem::replace(problem, told);
            let line = format!("the {kind} {id} cannot be used: {whole}");
            if !lock(&self.0).contains(&line) {
                tracing::warn!("{line}");
                lock(&self.0).insert(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_keep_their_names_and_lose_their_folders() {
        for (whole, told) in [
            (
                "/srv/data/models/a/model.json: No such file or directory (os error 2)",
                "model.json: No such file or directory (os error 2)",
            ),
            (
                "cannot use \"/srv/my data/x.kept\": full",
                "cannot use \"x.kept\": full",
            ),
            (
                "cannot rename /srv/a/b to /srv/c/d, so it stays",
                "cannot rename b to d, so it stays",
            ),
            (
                "the disk that holds /srv/lab/ is full",
                "the disk that holds lab/ is full",
            ),
            (
                "unable to open database file: /srv/lab/valleyscope.sqlite",
                "unable to open database file: valleyscope.sqlite",
            ),
            (
                "mnist: images (/a/b) and labels (/a/c) differ",
                "mnist: images (b) and labels (c) differ",
            ),
        ] {
            assert_eq!(without_folders(whole), told);
        }
    }

    #[test]
    fn fractions_addresses_and_lists_stay_as_they_are() {
        for text in [
            "epsilon is 8/255; 0 to 1 is right",
            "log in at /login",
            "see https://lab.example/a/b and and/or",
            "3 / 4 of 5 / 6",
            "",
            "/",
        ] {
            assert_eq!(without_folders(text), text);
        }
    }
}
