//! What one can ask of a figure's file: the parameters of its address with their words.

/// A parameter.
pub struct Wish {
    /// Its name in the address.
    pub key: &'static str,
    pub title: &'static str,
    pub help: &'static str,
    /// The values with their words; none where anything can be written.
    pub values: &'static [(&'static str, &'static str)],
    /// The value until somebody wishes otherwise.
    pub usual: &'static str,
}

/// A width that stands in another field.
pub const OWN: &str = "own";

/// All of them, in the order of the form.
pub const WISHES: &[Wish] = &[
    Wish {
        key: "width",
        title: "Width",
        help: "As wide as the figure is on paper.",
        values: &[
            ("3.25in", "One column, 3.25 in"),
            ("6.75in", "Both columns, 6.75 in"),
            ("10in", "A slide, 10 in"),
            (OWN, "My own"),
        ],
        usual: "3.25in",
    },
    Wish {
        key: OWN,
        title: "My own width",
        help: "A number with in, cm, mm, pt or px.",
        values: &[],
        usual: "5in",
    },
    Wish {
        key: "aspect",
        title: "Shape",
        help: "Width by height.",
        values: &[
            ("", "As high as it needs"),
            ("1.618", "Golden, 1.618 : 1"),
            ("1.5", "3 : 2"),
            ("1.3333", "4 : 3"),
            ("1.7778", "16 : 9"),
            ("1", "Square"),
        ],
        usual: "",
    },
    Wish {
        key: "font",
        title: "Letters",
        help: "Serif is Computer Modern, as LaTeX has it. It is in PDF and PNG; an SVG shows it where it is installed.",
        values: &[("sans", "Sans"), ("serif", "Serif")],
        usual: "serif",
    },
    Wish {
        key: "font_size",
        title: "Size of letters",
        help: "In points; lines and markers grow with it.",
        values: &[],
        usual: "8",
    },
    Wish {
        key: "title",
        title: "Title and subtitle",
        help: "Papers have captions instead.",
        values: &[("false", "Left out"), ("true", "In the picture")],
        usual: "false",
    },
    Wish {
        key: "legend",
        title: "Which curve is which",
        help: "Where the figure says it.",
        values: &[
            ("auto", "As on the page"),
            ("inside", "In the plot"),
            ("outside", "Above the plot"),
            ("direct", "At the ends of curves"),
            ("off", "Nowhere"),
        ],
        usual: "auto",
    },
    Wish {
        key: "color",
        title: "Colours",
        help: "In grey, curves keep their dashes and markers.",
        values: &[("color", "Colour"), ("grey", "Grey")],
        usual: "color",
    },
    Wish {
        key: "transparent",
        title: "Background",
        help: "Figures are for light paper, whatever the page looks like.",
        values: &[("false", "White"), ("true", "Transparent")],
        usual: "false",
    },
    Wish {
        key: "dpi",
        title: "Pixels per inch",
        help: "Of a PNG; 300 suits print.",
        values: &[],
        usual: "300",
    },
];

/// The formats with their words.
pub const FORMS: &[(&str, &str)] = &[
    ("pdf", "PDF"),
    ("svg", "SVG"),
    ("png", "PNG"),
    ("tex", "LaTeX code (pgfplots)"),
    ("csv", "Numbers (CSV)"),
];
