//! The outlines of the bundled fonts.

use ttf_parser::{Face, GlyphId, OutlineBuilder};

const REGULAR: &[u8] = include_bytes!("../../../../static/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../../static/fonts/NotoSans-Bold.ttf");
const MATH: &[u8] = include_bytes!("../../../../static/fonts/NotoSansMath-Regular.ttf");

/// A text's outline, from left to right on a line at y = 0 with y upwards, in pixels.
pub struct Lettered {
    /// The outline; none where the text has no ink.
    pub path: Option<tiny_skia::Path>,
    /// The width.
    pub width: f32,
}

/// Sets `text` in Noto Sans, at `size` pixels per em. What Noto Sans lacks comes from Noto Sans Math.
pub fn set(text: &str, size: f32, bold: bool) -> Result<Lettered, ttf_parser::FaceParsingError> {
    let main = Face::parse(if bold { BOLD } else { REGULAR }, 0)?;
    let math = Face::parse(MATH, 0)?;
    let mut pen = Pen {
        path: tiny_skia::PathBuilder::new(),
        x: 0.0,
        scale: 1.0,
    };
    for c in text.chars() {
        let found = [&main, &math]
            .into_iter()
            .find_map(|face| Some((face, face.glyph_index(c)?)));
        // A character that neither font has is drawn as the fonts' own box.
        let (face, glyph) = found.unwrap_or((&main, GlyphId(0)));
        pen.scale = size / f32::from(face.units_per_em());
        face.outline_glyph(glyph, &mut pen);
        pen.x += pen.scale * f32::from(face.glyph_hor_advance(glyph).unwrap_or(0));
    }
    Ok(Lettered {
        width: pen.x,
        path: pen.path.finish(),
    })
}

/// Draws a glyph's outline at the place reached so far.
struct Pen {
    path: tiny_skia::PathBuilder,
    x: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + self.scale * x, self.scale * y)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::text::width;
    use crate::measure;

    #[test]
    fn the_fonts_have_every_character_of_titles_formulas_and_labels() {
        let faces = [REGULAR, BOLD, MATH].map(|bytes| Face::parse(bytes, 0).unwrap());
        let own = "κφ‖²³¹⁰⁴⁵⁶⁷⁸⁹⁻×−–…·∞ε½";
        let texts = measure::ALL
            .iter()
            .flat_map(|measure| [measure.title(), measure.unit()]);
        for c in texts.chain([own]).flat_map(str::chars) {
            let has = |face: &Face<'_>| face.glyph_index(c).is_some();
            assert!(has(&faces[0]) || has(&faces[2]), "{c}");
            assert!(has(&faces[1]) || has(&faces[2]), "bold {c}");
        }
    }

    #[test]
    fn the_table_of_widths_is_never_much_too_small() {
        for measure in measure::ALL {
            for bold in [false, true] {
                let text = format!(
                    "{} by step, 0123456789 right at the clean point",
                    measure.title()
                );
                let real = f64::from(set(&text, 12.0, bold).unwrap().width);
                let said = width(&text, 12.0, bold);
                assert!(
                    said >= real && said < 1.25 * real,
                    "{text}: {said} for {real}"
                );
            }
        }
    }
}
