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

/// JSON for a comment line: its commas and quotes divide the line into cells for a spreadsheet, so in its strings whatever could begin
/// a formula is written as an escape. It is the same JSON.
pub fn comment(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let (mut in_string, mut escaped, mut before) = (false, false, ' ');
    for next in json.chars() {
        let begins_cell = matches!(before, '"' | ',' | ';');
        match next {
            '=' | '+' | '-' | '@' if in_string && begins_cell => {
                text += &format!("\\u{:04x}", u32::from(next));
            }
            _ => text.push(next),
        }
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            _ => {}
        }
        before = next;
    }
    text
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

    #[test]
    fn a_comment_is_the_same_json_without_a_cell_that_computes() {
        let value = serde_json::json!({
            "=key": ["=1+1", "a,=b", "a;@b", "say \"=x\", -y", "-1", "back\\", "+"],
            "numbers": [1, -2, -1.5e-3],
            "name": "a-b = c",
        });
        let json = value.to_string();
        let comment = comment(&json);
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&comment).unwrap(),
            value
        );
        for cell in comment.split([',', ';', '"']) {
            let computes = cell.starts_with(['=', '+', '@', '-']);
            assert!(
                !computes
                    || cell.starts_with("-2")
                    || cell.starts_with("-0.0015")
                    || cell.starts_with("-1.5e-3"),
                "{cell}"
            );
        }
        assert!(comment.contains("a-b = c"));
    }
}
