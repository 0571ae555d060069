//! The letters of exported figures: their names, and the fonts that are bundled for pixels and pages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resvg::usvg::fontdb::Database;
use std::sync::{Arc, LazyLock};

/// The letters of a figure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Font {
    /// Noto Sans.
    #[default]
    Sans,
    /// Computer Modern, the letters of LaTeX.
    Serif,
}

impl Font {
    /// Which one an SVG asks for: the first that the reader has.
    pub fn family(self) -> &'static str {
        match self {
            Self::Sans => "Noto Sans, Helvetica, Arial, sans-serif",
            Self::Serif => "CMU Serif, Latin Modern Roman, Computer Modern, Times New Roman, serif",
        }
    }
}

const SERIF: &[u8] = include_bytes!("../../../../static/fonts/CMUSerif-Roman.ttf");
const SERIF_BOLD: &[u8] = include_bytes!("../../../../static/fonts/CMUSerif-Bold.ttf");

const FILES: [&[u8]; 5] = [
    include_bytes!("../../../../static/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../../static/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../../static/fonts/NotoSansMath-Regular.ttf"),
    SERIF,
    SERIF_BOLD,
];

/// A style sheet that brings along the letters which few machines have, for an SVG with or without bold ones.
pub fn brought(font: Font, bold: bool) -> Option<String> {
    let weights = match font {
        Font::Sans => return None,
        Font::Serif => [(400, SERIF, true), (700, SERIF_BOLD, bold)],
    };
    let needed = weights.into_iter().filter(|(_, _, needed)| *needed);
    let faces = needed.map(|(weight, file, _)| {
        format!(
            "@font-face{{font-family:\"CMU Serif\";font-weight:{weight};src:url(data:font/ttf;base64,{})}}",
            STANDARD.encode(file)
        )
    });
    Some(format!("<style>{}</style>\n", faces.collect::<String>()))
}

/// The bundled fonts. What one lacks is taken from another that has it.
pub fn bundled() -> Arc<Database> {
    static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
        let mut fonts = Database::new();
        for file in FILES {
            fonts.load_font_data(file.to_vec());
        }
        Arc::new(fonts)
    });
    FONTS.clone()
}
