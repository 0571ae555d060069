//! Text without asking anyone how wide it is.

use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendTextStyle, FontFamily, FontStyle, FontTransform,
};
use std::convert::Infallible;

/// The width of a text in CSS pixels at `size`, rather too large than too small:
/// by classes of characters, each as wide as in the wider of the usual sans-serif fonts.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let ems: f64 = text.chars().map(advance).sum();
    ems * size * if bold { 1.07 } else { 1.0 }
}

/// The advance of a character in ems.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '·' | '‘'
        | '’' => 0.31,
        'f'
        | 'r'
        | 't'
        | '('
        | ')'
        | '['
        | ']'
        | '/'
        | '-'
        | '"'
        | 'J'
        | '⁻'
        | '⁰'..='⁹'
        | '¹'
        | '²'
        | '³' => 0.41,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' => 0.94,
        'A'..='Z' => 0.72,
        _ => 0.62,
    }
}

/// `text`, shortened with an ellipsis where it is wider than `most` CSS pixels.
pub fn fitted(text: &str, size: f64, bold: bool, most: f64) -> String {
    if width(text, size, bold) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    for c in text.chars() {
        if width(&format!("{kept}{c}…"), size, bold) > most {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// `text` in lines of at most `most` CSS pixels; the last of at most `lines` lines is shortened.
pub fn wrapped(text: &str, size: f64, bold: bool, most: f64, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        let longer = if line.is_empty() {
            word.to_owned()
        } else {
            format!("{line} {word}")
        };
        if width(&longer, size, bold) <= most || line.is_empty() {
            line = longer;
        } else if done.len() + 1 == lines {
            let rest: Vec<&str> = std::iter::once(word).chain(words.by_ref()).collect();
            line = format!("{line} {}", rest.join(" "));
        } else {
            let full = std::mem::replace(&mut line, word.to_owned());
            done.push(fitted(&full, size, bold, most));
        }
    }
    if !line.is_empty() {
        done.push(fitted(&line, size, bold, most));
    }
    done
}

/// A text style in backend pixels. It is always centred vertically on its point, which every backend can do alike.
pub struct Lettering<'a> {
    /// The font family as CSS writes it.
    pub family: &'a str,
    /// The size in backend pixels.
    pub size: f64,
    /// Whether it is bold.
    pub bold: bool,
    /// The colour.
    pub color: BackendColor,
    /// Which part of the text is at the point.
    pub anchor: HPos,
}

impl BackendTextStyle for Lettering<'_> {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        self.color
    }

    fn size(&self) -> f64 {
        self.size
    }

    fn transform(&self) -> FontTransform {
        FontTransform::None
    }

    fn style(&self) -> FontStyle {
        if self.bold {
            FontStyle::Bold
        } else {
            FontStyle::Normal
        }
    }

    fn anchor(&self) -> Pos {
        Pos::new(self.anchor, VPos::Center)
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name(self.family)
    }

    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let wide = width(text, self.size, self.bold);
        Ok(((0, 0), (wide.ceil() as i32, self.size.ceil() as i32)))
    }

    /// Draws nothing: every backend that we use draws text itself.
    fn draw<E, DrawFunc: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _pos: BackendCoord,
        _draw: DrawFunc,
    ) -> Result<Result<(), E>, Infallible> {
        Ok(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_wide_ends_with_an_ellipsis_and_fits() {
        let text = "Sharpness κ by step, ResNet-20 on CIFAR-10";
        let short = fitted(text, 14.0, true, 120.0);
        assert!(
            short.ends_with('…') && width(&short, 14.0, true) <= 120.0,
            "{short}"
        );
        assert_eq!(fitted(text, 14.0, true, 1e4), text);
    }

    #[test]
    fn lines_hold_all_words_or_say_that_they_do_not() {
        let text = "median and quartiles of 256 examples right at the clean point";
        let two = wrapped(text, 12.0, false, 240.0, 2);
        assert_eq!(two.join(" "), text);
        let short = wrapped(text, 12.0, false, 120.0, 2);
        assert_eq!(short.len(), 2);
        assert!(short[1].ends_with('…'));
        assert!(short.iter().all(|line| width(line, 12.0, false) <= 120.0));
        assert!(wrapped("", 12.0, false, 120.0, 2).is_empty());
    }
}
