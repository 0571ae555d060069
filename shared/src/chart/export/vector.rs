//! SVG, with its text as text.

use super::ExportError;
use super::font::{Font, brought};
use super::paper::Sheet;
use super::raised::raised;
use crate::chart::figure::Figure;
use crate::chart::options::Options;
use plotters::prelude::DrawingBackend;
use plotters_svg::SVGBackend;

/// Plotters draws on whole pixels only; drawn this much larger and scaled back, an SVG has curves as fine as a quarter of a pixel.
pub const FINE: u32 = 4;

/// Plotters' SVG backend writes a text of size s as one of s / 1.24 pixels.
const SVG_LETTER: f64 = 1.24;

/// The figure as an SVG document of the sheet's size. Its numbers have two decimals at most; Computer Modern is embedded.
///
/// # Errors
///
/// [`ExportError::Drawing`] when plotters fails, which for a string it does not.
pub fn svg(figure: &Figure, sheet: &Sheet) -> Result<String, ExportError> {
    let mut svg = plain(figure, sheet)?;
    let bold = svg.contains("font-weight=\"bold\"");
    if let (Some(style), Some(at)) = (brought(sheet.font, bold), svg.find("<title>")) {
        svg.insert_str(at, &style);
    }
    Ok(svg)
}

/// The same for a reader that has the letters.
pub fn plain(figure: &Figure, sheet: &Sheet) -> Result<String, ExportError> {
    let options = Options {
        scale: f64::from(FINE),
        ..sheet.options.clone()
    };
    let (wide, high) = (FINE * options.width, FINE * options.height);
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (wide, high));
        figure.draw_lettered(&mut backend, &options, SVG_LETTER)?;
        backend.present()?;
    }
    let mut body = String::new();
    for line in text.lines().skip(1) {
        match line.starts_with('<') {
            // Half an ex, as plotters centres text, leaves digits a little high: the middle of a capital is 0.36 em above the line.
            true => body.push_str(&rounded(&line.replace("dy=\"0.5ex\"", "dy=\"0.36em\""))),
            false if sheet.font == Font::Serif => body.push_str(&raised(line)),
            false => body.push_str(line),
        }
        body.push('\n');
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" \
         viewBox=\"0 0 {wide} {high}\" role=\"img\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<desc>{}</desc>\n{body}",
        sheet.width,
        sheet.height,
        escaped(&figure.title),
        escaped(&figure.caption),
    ))
}

/// A tag whose numbers have two decimals at most.
fn rounded(tag: &str) -> String {
    let mut done = String::new();
    for (place, part) in tag.split('"').enumerate() {
        if place > 0 {
            done.push('"');
        }
        match part.parse::<f64>() {
            Ok(number) if place % 2 == 1 && part.contains('.') => {
                done.push_str(&format!("{}", (number * 100.0).round() / 100.0));
            }
            _ => done.push_str(part),
        }
    }
    done
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_decimals_and_all_else_stays() {
        assert_eq!(
            rounded("<text x=\"4\" font-size=\"45.99999999\" dy=\"0.36em\" fill=\"#1B1F24\">"),
            "<text x=\"4\" font-size=\"46\" dy=\"0.36em\" fill=\"#1B1F24\">"
        );
    }
}
