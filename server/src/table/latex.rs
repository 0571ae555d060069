//! The table as LaTeX, for a document that uses booktabs.

use super::{WORDS, Words, subject};
use valleyscope_shared::batch::BatchView;
use valleyscope_shared::latex::escaped;

/// A table environment: needs `\usepackage{booktabs}` and nothing else.
pub fn write(batch: &BatchView) -> String {
    let Words {
        head,
        rows,
        worst,
        notes,
    } = Words::of(batch);
    let line = |cells: Vec<String>| format!("    {} \\\\", cells.join(" & "));
    let columns: String = (head.iter())
        .map(|title| if WORDS.contains(title) { 'l' } else { 'r' })
        .collect();
    let caption: Vec<String> = [
        format!("{}.", batch.title.trim_end_matches('.')),
        subject(batch),
    ]
    .iter()
    .chain(&notes)
    .map(|text| escaped(text))
    .collect();
    let mut lines = vec![
        "% \\usepackage{booktabs}".to_owned(),
        "\\begin{table}".to_owned(),
        "  \\centering".to_owned(),
        format!("  \\caption{{{}}}", caption.join(" ")),
        format!("  \\begin{{tabular}}{{{columns}}}"),
        "    \\toprule".to_owned(),
        line(head.iter().map(|title| escaped(title)).collect()),
        "    \\midrule".to_owned(),
    ];
    let own = rows.len() - worst;
    for (place, row) in rows.iter().enumerate() {
        if place == own && own > 0 {
            lines.push("    \\midrule".to_owned());
        }
        lines.push(line(row.iter().map(|cell| escaped(cell)).collect()));
    }
    lines.extend(["    \\bottomrule", "  \\end{tabular}", "\\end{table}"].map(str::to_owned));
    lines.join("\n") + "\n"
}
