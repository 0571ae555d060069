//! The table as LaTeX, for a document that uses booktabs.

use super::{WORDS, Words, subject};
use valleyscope_shared::batch::BatchView;

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

/// Text that LaTeX sets as it is written; what its fonts lack is written as a command.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(c);
            }
            // After the end of a row it would begin an option.
            '[' => out.push_str("{[}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            'ε' => out.push_str("$\\varepsilon$"),
            '–' => out.push_str("--"),
            '−' => out.push_str("$-$"),
            '\u{202f}' => out.push_str("\\,"),
            '∞' => out.push_str("$\\infty$"),
            'ℓ' => out.push_str("$\\ell$"),
            other => out.push(other),
        }
    }
    out
}
