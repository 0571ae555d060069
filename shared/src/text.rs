//! Text that a file or a stranger wrote, on its way to a terminal or a log.

use std::borrow::Cow;

/// The text with every character that would act instead of being seen written as an escape: `\u{1b}` for a terminal's commands,
/// `\n` for a line's end, `\u{202e}` for what turns the direction of writing.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match acts(character) {
            true => plain.extend(character.escape_default()),
            false => plain.push(character),
        }
    }
    Cow::Owned(plain)
}

/// The same for a text of several lines, whose ends stay.
pub fn plain_lines(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(plain).collect();
    lines.join("\n")
}

/// Control characters, and the marks that order text from right to left.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        assert_eq!(
            plain("conv\u{1b}[2J\u{9b}1A\r\n\u{7f}\u{202e}x"),
            r"conv\u{1b}[2J\u{9b}1A\r\n\u{7f}\u{202e}x"
        );
        assert_eq!(plain_lines("a\u{1b}\nb"), "a\\u{1b}\nb");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        let text = "κ_tr, naïve, 深い \\ \"8/255\"";
        assert!(matches!(plain(text), Cow::Borrowed(same) if same == text));
    }
}
