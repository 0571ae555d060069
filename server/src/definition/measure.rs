//! The page of a measure, made of what `shared` says of it.

use super::{READING, file, title};
use valleyscope_shared::measure::Measure;

/// Its Markdown.
pub fn page(measure: Measure) -> String {
    let unit = match measure.unit() {
        "" => "It has no unit.".to_owned(),
        unit => format!("Its unit: {unit}."),
    };
    let id = measure.id();
    let beside = READING
        .iter()
        .filter_map(|page| file(page))
        .filter(|(_, text)| text.contains(&format!("`{id}`")))
        .map(|(page, text)| format!("[{}]({page}.md)", title(&text)))
        .collect::<Vec<_>>();
    let beside = match beside.as_slice() {
        [] => String::new(),
        pages => format!("\n**More about it.**\n{}.\n", pages.join(", ")),
    };
    format!(
        "# {}\n\n{}\n\n$${}$$\n\n{unit}\nIn files and addresses it is called `{id}`.\n{beside}",
        measure.title(),
        measure.help(),
        measure.latex(),
    )
}
