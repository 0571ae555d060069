//! The table as Markdown, as GitHub and pandoc read it.

use super::{WORDS, Words, subject};
use valleyscope_shared::batch::BatchView;

/// The table with its title above, and below it of what it is.
pub fn write(batch: &BatchView) -> String {
    let Words {
        head, rows, notes, ..
    } = Words::of(batch);
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let aligned = |title: &&str| if WORDS.contains(title) { "---" } else { "---:" };
    let mut lines = vec![
        format!("**{}**", escaped(&batch.title)),
        String::new(),
        line(head.iter().map(|title| escaped(title)).collect()),
        line(head.iter().map(|title| aligned(title).to_owned()).collect()),
    ];
    lines.extend((rows.iter()).map(|row| line(row.iter().map(|cell| escaped(cell)).collect())));
    lines.push(String::new());
    lines.push(escaped(&subject(batch)));
    for note in notes {
        lines.push(String::new());
        lines.push(escaped(&note));
    }
    lines.join("\n") + "\n"
}

/// Text that stays the text that it is: no mark-up, no tag, no link, no end of a cell.
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_control() => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    out
}
