//! Text in CSV files that no spreadsheet takes for a formula.
//!
//! A cell that begins with `=`, `+`, `-`, `@` or a control character is computed by spreadsheets, and names come from files that others made.

use std::borrow::Cow;

/// The text of a cell: words that could be a formula get an apostrophe in front, which spreadsheets do not show. Numbers stay numbers.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let computes = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if computes && text.parse::<f64>().is_err() {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_words_and_numbers_stay_numbers() {
        for word in [
            "=1+1",
            "+cmd|'/C calc'!A0",
            "-x",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "-",
        ] {
            assert_eq!(harmless(word), format!("'{word}"));
        }
        for same in ["-1.5", "+3", "-inf", "1e-9", "clean", "a=b", "", "'=1"] {
            assert_eq!(harmless(same), same);
        }
    }
}
