//! The pages of definitions: those of `docs/definitions`, inside the program, and one for each measure.
//!
//! A new page is a new line here; a test compares the lines with the folder.

mod measure;
mod render;
#[cfg(test)]
mod tests;

use render::{Rendered, render};
use std::sync::LazyLock;
use valleyscope_shared::definition::{Entry, Group};
use valleyscope_shared::measure::ALL as MEASURES;

macro_rules! page {
    ($id:literal) => {
        (
            $id,
            include_str!(concat!("../../docs/definitions/", $id, ".md")),
        )
    };
}

/// Name and Markdown text of every page of the folder, by name.
const FILES: &[(&str, &str)] = &[
    page!("attack-apgd"),
    page!("attack-apgd_t"),
    page!("attack-autoattack"),
    page!("attack-corruption"),
    page!("attack-cw"),
    page!("attack-ddn"),
    page!("attack-deepfool"),
    page!("attack-fab"),
    page!("attack-fab_t"),
    page!("attack-fgsm"),
    page!("attack-jitter"),
    page!("attack-jpeg"),
    page!("attack-line"),
    page!("attack-mi_fgsm"),
    page!("attack-ni_fgsm"),
    page!("attack-noise_path"),
    page!("attack-pgd"),
    page!("attack-pi_fgsm_pp"),
    page!("attack-spsa"),
    page!("attack-square"),
    page!("attack-vni_fgsm"),
    page!("bounds"),
    page!("data-arrays"),
    page!("data-cifar10"),
    page!("data-corrupted"),
    page!("data-folder"),
    page!("data-mnist"),
    page!("data-shapes"),
    page!("data-svhn"),
    page!("features"),
    page!("models-bn-free-resnet"),
    page!("models-deep-resnet"),
    page!("models-densenet"),
    page!("models-efficientnet-lite"),
    page!("models-lenet"),
    page!("models-mobilenet"),
    page!("models-plain"),
    page!("models-preact-resnet"),
    page!("models-program"),
    page!("models-resnet"),
    page!("models-shufflenet"),
    page!("models-small-cnn"),
    page!("models-squeezenet"),
    page!("models-torchscript"),
    page!("models-vgg"),
    page!("models-vit-layer-norm"),
    page!("models-vit"),
    page!("models-wide-resnet"),
    page!("sharpness"),
    page!("uncertainty"),
    page!("valley"),
    page!("warnings"),
];

/// The pages about the figures, in the order in which one reads them.
const READING: [&str; 6] = [
    "valley",
    "sharpness",
    "uncertainty",
    "features",
    "bounds",
    "warnings",
];

/// One page.
#[derive(Debug)]
pub struct Page {
    /// What the list says of it.
    pub entry: Entry,
    /// Its source.
    pub markdown: String,
    /// What a browser shows: one heading of the first level and what follows it.
    pub html: String,
}

/// Every page, in the order of the list: by group, in a group by title where it has no order of its own.
static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let reading = READING.iter().filter_map(|id| file(id));
    let mut others: Vec<_> = FILES
        .iter()
        .filter(|(id, _)| !READING.contains(id))
        .collect();
    others.sort_by_key(|(_, text)| title(text).to_lowercase());
    let others = others
        .into_iter()
        .map(|(id, text)| (*id, (*text).to_owned()));
    let measures = MEASURES
        .iter()
        .map(|&measure| (measure.id(), measure::page(measure)));
    let mut pages: Vec<Page> = reading
        .chain(measures)
        .chain(others)
        .map(|(id, markdown)| made(id, markdown))
        .collect();
    pages.sort_by_key(|page| page.entry.group as u8);
    pages
});

/// Every page, in the order of the list.
pub fn pages() -> &'static [Page] {
    &PAGES
}

/// The page of this name.
pub fn find(id: &str) -> Option<&'static Page> {
    PAGES.iter().find(|page| page.entry.id == id)
}

fn file(id: &'static str) -> Option<(&'static str, String)> {
    let (_, text) = FILES.iter().find(|(known, _)| *known == id)?;
    Some((id, (*text).to_owned()))
}

fn made(id: &str, markdown: String) -> Page {
    let Rendered {
        html,
        text,
        summary,
        sections,
    } = render(&markdown);
    let entry = Entry {
        id: id.to_owned(),
        title: title(&markdown).to_owned(),
        group: group(id),
        summary,
        sections,
        text,
    };
    Page {
        entry,
        markdown,
        html,
    }
}

/// A page's name begins with its group, but for those of the figures and the measures.
fn group(id: &str) -> Group {
    match id.split_once('-') {
        Some(("attack", _)) => Group::Attacks,
        Some(("models", _)) => Group::Models,
        Some(("data", _)) => Group::Data,
        _ if READING.contains(&id) => Group::Reading,
        _ => Group::Measures,
    }
}

/// The words of a page's first heading.
fn title(text: &str) -> &str {
    text.lines()
        .find_map(|line| line.strip_prefix("# "))
        .unwrap_or_default()
}
