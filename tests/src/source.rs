//! Source files without their tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// A Rust file below the repository's root.
#[derive(Debug)]
pub struct Source {
    pub path: PathBuf,
    pub text: String,
}

/// Every Rust file below a folder of the repository. Modules that are compiled for tests only are left out.
pub fn sources(folder: &str) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    let mut folders = vec![crate::root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(&path)?;
                files.push(Source { path, text });
            }
        }
    }
    ensure!(!files.is_empty(), "{folder} holds no Rust file");
    Ok(without_tests(files))
}

fn without_tests(files: Vec<Source>) -> Vec<Source> {
    let test_only: BTreeSet<PathBuf> = files.iter().flat_map(test_modules).collect();
    let compiled = |path: &Path| {
        let module = path.with_extension("");
        !module.ancestors().any(|folder| test_only.contains(folder))
    };
    files
        .into_iter()
        .filter(|source| compiled(&source.path))
        .map(|Source { path, text }| Source {
            path,
            text: before_tests(&text),
        })
        .collect()
}

/// The modules that a file declares for tests only, each as its path without `.rs`.
fn test_modules(source: &Source) -> Vec<PathBuf> {
    let lines: Vec<_> = source.text.lines().map(str::trim).collect();
    let declared = lines.windows(2).filter(|pair| is_test_gate(pair[0]));
    let names = declared.filter_map(|pair| {
        let module = pair[1].split_once("mod ")?.1;
        module.strip_suffix(';')
    });
    let folder = match source.path.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") => source.path.with_file_name(""),
        _ => source.path.with_extension(""),
    };
    names.map(|name| folder.join(name)).collect()
}

/// The text up to a test module written into the file, which stands at its end.
fn before_tests(text: &str) -> String {
    let mut lines = text.lines().peekable();
    let mut kept = String::new();
    while let Some(line) = lines.next() {
        let opens_module = |next: &&str| next.contains("mod ") && next.trim_end().ends_with('{');
        if is_test_gate(line.trim()) && lines.peek().is_some_and(opens_module) {
            break;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

fn is_test_gate(line: &str) -> bool {
    line == "#[cfg(test)]" || line.starts_with("#[cfg(all(test")
}

/// Lines of code, comments aside, that contain one of `words`, as `FILE:LINE: TEXT`.
pub fn lines_with(sources: &[Source], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for Source { path, text } in sources {
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            if words.iter().any(|word| mentions(code, word)) {
                found.push(format!(
                    "{}:{}: {}",
                    path.display(),
                    number + 1,
                    line.trim()
                ));
            }
        }
    }
    found
}

/// True where the word stands by itself at its left: `tch::` is not in `watch::`.
fn mentions(code: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word)
        .any(|(start, _)| !code[..start].ends_with(part_of_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn modules_for_tests_are_left_out_with_all_below_them() {
        let kept = without_tests(vec![
            file("src/chart.rs", "mod draw;\n#[cfg(test)]\nmod made_up;\n"),
            file("src/chart/draw.rs", "a"),
            file("src/chart/made_up.rs", "b"),
            file("src/chart/made_up/more.rs", "c"),
        ]);
        let paths: Vec<_> = kept.iter().map(|source| source.path.to_str()).collect();
        assert_eq!(paths, [Some("src/chart.rs"), Some("src/chart/draw.rs")]);
    }

    #[test]
    fn a_test_module_in_the_file_is_cut_off() {
        let text = "fn real() {}\n#[cfg(test)]\nmod tests {\n    fs::read();\n}\n";
        assert_eq!(before_tests(text), "fn real() {}\n");
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(mentions("let x: tch::Tensor", "tch::"));
        assert!(!mentions("watch::channel()", "tch::"));
    }

    #[test]
    fn comments_do_not_count() {
        let sources = [file("a.rs", "x(); // std::fs\nstd::fs::read();\n")];
        assert_eq!(
            lines_with(&sources, &["std::fs"]),
            ["a.rs:2: std::fs::read();"]
        );
    }
}
