//! Formulas: LaTeX as MathML, which browsers typeset by themselves.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};
use std::convert::Infallible;

/// Where a formula stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Display {
    /// Within a sentence.
    Inline,
    /// On a line of its own.
    Block,
}

/// A formula as one `<math>` element without inline style, or what is wrong with it.
pub fn mathml(latex: &str, display: Display) -> Result<String, String> {
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(latex, &storage)
        .collect::<Result<_, _>>()
        .map_err(|error| format!("{latex}: {error}"))?;
    let config = RenderConfig {
        display_mode: match display {
            Display::Inline => DisplayMode::Inline,
            Display::Block => DisplayMode::Block,
        },
        ..RenderConfig::default()
    };
    let mut text = String::new();
    push_mathml(
        &mut text,
        events.into_iter().map(Ok::<_, Infallible>),
        config,
    )
    .map_err(|error| format!("{latex}: {error}"))?;
    match text.contains(" style=") {
        // The server's policy lets no page style its elements one by one.
        true => Err(format!("{latex}: this needs inline style")),
        false => Ok(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_a_star() {
        let text = mathml(r"s = \sum_{j \neq y^\ast} \exp(z_j)", Display::Inline).unwrap();
        assert!(text.starts_with("<math display=\"inline\">"), "{text}");
        assert!(text.contains("<msup><mi>y</mi><mi>*</mi></msup>"), "{text}");
    }

    #[test]
    fn what_is_no_formula_is_refused_with_its_text() {
        for latex in [r"\nonsense x", r"\frac{1", r"\color{red} x"] {
            let error = mathml(latex, Display::Block).unwrap_err();
            assert!(error.starts_with(latex), "{error}");
        }
    }
}
