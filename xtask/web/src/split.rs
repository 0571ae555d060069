//! The compiled module in pieces: what every page needs, and what one page alone needs, which is fetched when the page is opened.
//!
//! Where to cut is said in the frontend, by `#[lazy_route]`; what the linker tells of the module (`--emit-relocs`) says what belongs to a piece.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_encoder::{Module, RawSection, SectionId};
use wasm_split_cli_support::{Options, transform};
use wasmparser::Parser;

/// The script that fetches pieces. Leptos compiles this name into the module.
const LINK: &str = "./__wasm_split.______________________.js";

/// A module in pieces.
pub struct Pieces {
    /// What every page needs; to be made into a module and its script by wasm-bindgen.
    pub main: Vec<u8>,
    /// The script that fetches the others, and the others, by name.
    pub others: Vec<(String, Vec<u8>)>,
    /// Which of the others a page needs, by the page's name.
    pub pages: BTreeMap<String, Vec<String>>,
}

/// Cuts the module. `script` is what the main module's script will be called; the pieces import from it.
pub fn split(wasm: &[u8], script: &str) -> Result<Pieces> {
    let folder = tempfile::tempdir().context("cannot make a folder for the pieces")?;
    let main = folder.path().join("main.wasm");
    let module = format!("./{script}");
    let mut options = Options::new(wasm);
    options.output_dir = folder.path();
    options.main_out_path = &main;
    options.link_name = LINK;
    options.main_module = &module;
    let split =
        transform(options).map_err(|error| anyhow!("cannot split the frontend: {error:#}"))?;
    let pieces = split.split_modules.iter().map(|path| {
        let (name, bytes) = read(path)?;
        Ok((name, without_names(&bytes)?))
    });
    let mut others: Vec<_> = pieces.collect::<Result<_>>()?;
    others.push(read(&folder.path().join(LINK))?);
    let names = |stems: Vec<String>| {
        stems
            .into_iter()
            .map(|stem| format!("{stem}.wasm"))
            .collect()
    };
    let pages = split.prefetch_map.into_iter();
    Ok(Pieces {
        main: fs::read(&main)?,
        others,
        pages: pages
            .map(|(page, stems)| {
                let mut files: Vec<String> = names(stems);
                // What fetches them is asked for by the module only once that has started.
                files.push(LINK.trim_start_matches("./").to_owned());
                (plain(&page), files)
            })
            .collect(),
    })
}

/// `runs_route` of `__runs_route_view_16788668227815804420`.
fn plain(page: &str) -> String {
    let page = page.trim_start_matches('_');
    let page = page.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
    page.trim_end_matches("_view").to_owned()
}

/// A module without the sections that nothing runs: the names of functions are half of a piece.
/// Of the main module wasm-bindgen takes them out, but it does not see the others.
fn without_names(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context("a piece of the frontend cannot be read")?;
        let kept = payload.as_section();
        if let Some((id, range)) = kept.filter(|(id, _)| *id != u8::from(SectionId::Custom)) {
            let data = &wasm[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

fn read(path: &Path) -> Result<(String, Vec<u8>)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok((name.into_owned(), bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CustomSection, TypeSection};

    #[test]
    fn a_page_has_its_own_name() {
        assert_eq!(
            plain("__runs_route_view_16788668227815804420"),
            "runs_route"
        );
    }

    #[test]
    fn what_runs_stays_and_names_go() {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut plain = Module::new();
        plain.section(&types);
        let mut named = Module::new();
        named.section(&types);
        named.section(&CustomSection {
            name: "name".into(),
            data: (&[0; 64]).into(),
        });
        assert_eq!(without_names(&named.finish()).unwrap(), plain.finish());
        assert!(without_names(b"no module").is_err());
    }
}
