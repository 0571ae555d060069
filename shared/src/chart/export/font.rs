//! The letters of exported figures: their names, and the fonts that are bundled for pixels and pages.

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

const FILES: [&[u8]; 5] = [
    include_bytes!("../../../../static/fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../../static/fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../../static/fonts/NotoSansMath-Regular.ttf"),
    include_bytes!("../../../../static/fonts/CMUSerif-Roman.ttf"),
    include_bytes!("../../../../static/fonts/CMUSerif-Bold.ttf"),
];

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
