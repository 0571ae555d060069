use super::*;
use crate::chart::gallery::figures;
use crate::chart::options::{Legend, Options};
use crate::palette::Theme;

/// A text of an SVG with its box, in CSS pixels, measured with the bundled fonts.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

/// The boxes of texts as they are set in the bundled fonts, in CSS pixels, in the order of the document.
fn boxes(group: &usvg::Group, found: &mut Vec<(f64, f64)>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(inner) => boxes(inner, found),
            usvg::Node::Text(text) => {
                let set = text.abs_bounding_box();
                found.push((f64::from(set.left()), f64::from(set.right())));
            }
            _ => {}
        }
    }
}

fn words(svg: &str) -> Vec<Word> {
    let document = roxmltree::Document::parse(svg).expect("well-formed");
    let options = usvg::Options {
        fontdb: font::bundled(),
        ..usvg::Options::default()
    };
    let mut places = Vec::new();
    boxes(Tree::from_str(svg, &options).unwrap().root(), &mut places);
    let texts: Vec<_> = document
        .descendants()
        .filter(|node| node.has_tag_name("text"))
        .collect();
    assert_eq!(texts.len(), places.len(), "every text is set");
    let words = texts.into_iter().zip(&places);
    words
        .map(|(node, (left, right))| {
            let number = |name: &str| {
                node.attribute(name).unwrap().parse::<f64>().unwrap() / f64::from(vector::FINE)
            };
            let parts = node.descendants().filter(roxmltree::Node::is_text);
            let text: String = parts.filter_map(|part| part.text()).collect();
            let (size, middle) = (number("font-size"), number("y"));
            // Capitals reach 0.36 em up from the middle, descenders 0.6 em down.
            Word {
                text: text.trim().to_owned(),
                left: *left,
                right: *right,
                top: middle - 0.45 * size,
                bottom: middle + 0.6 * size,
            }
        })
        .collect()
}

/// Sheets of these sizes, with each kind of letters and each place of the legend.
fn sheets(sizes: &[(u32, u32, bool)]) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    for (width, height, heading) in sizes {
        for font in [Font::Sans, Font::Serif] {
            for legend in LEGENDS {
                let options = Options {
                    width: *width,
                    height: *height,
                    heading: *heading,
                    legend,
                    family: font.family(),
                    ..Options::default()
                };
                let family = options.family;
                let mut sheet = Sheet::from(options);
                (sheet.font, sheet.options.family) = (font, family);
                sheets.push(sheet);
            }
        }
    }
    sheets
}

const LEGENDS: [Legend; 5] = [
    Legend::Automatic,
    Legend::Direct,
    Legend::Outside,
    Legend::Inside,
    Legend::Off,
];

fn about(sheet: &Sheet) -> String {
    let options = &sheet.options;
    format!(
        "{}x{} {:?} {:?}",
        options.width, options.height, sheet.font, options.legend
    )
}

#[test]
fn every_text_is_inside_the_picture() {
    let sizes = [
        (800, 400, true),
        (340, 260, true),
        (320, 200, false),
        (1200, 700, true),
    ];
    for (name, figure) in figures() {
        for sheet in sheets(&sizes) {
            let (width, height) = (sheet.options.width, sheet.options.height);
            for word in words(&svg(figure, &sheet).unwrap()) {
                assert!(
                    word.left >= 0.0 && word.right <= f64::from(width),
                    "{name} {}: {word:?}",
                    about(&sheet)
                );
                assert!(
                    word.top >= 0.0 && word.bottom <= f64::from(height),
                    "{name} {}: {word:?}",
                    about(&sheet)
                );
            }
        }
    }
}

#[test]
fn no_text_lies_on_another() {
    let sizes = [
        (800, 400, true),
        (340, 260, true),
        (340, 220, false),
        (600, 160, true),
        (240, 160, true),
    ];
    for (name, figure) in figures() {
        for sheet in sheets(&sizes) {
            let words = words(&svg(figure, &sheet).unwrap());
            for (place, one) in words.iter().enumerate() {
                for other in &words[place + 1..] {
                    let beside = one.right <= other.left || other.right <= one.left;
                    // Boxes include ascenders and descenders; letters themselves clear each other when the boxes overlap by less than 3 pixels.
                    let above = one.bottom - 3.0 <= other.top || other.bottom - 3.0 <= one.top;
                    assert!(
                        beside || above,
                        "{name} {}: {one:?} {other:?}",
                        about(&sheet)
                    );
                }
            }
        }
    }
}

#[test]
fn a_file_says_what_it_shows_in_words_and_escapes_them() {
    let mut figure = figures()[0].1.clone();
    figure.title = "a < b & c".to_owned();
    let text = svg(&figure, &Options::default().into()).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let content = |name: &str| {
        document
            .descendants()
            .find(|node| node.has_tag_name(name))
            .and_then(|node| node.text())
            .map(str::to_owned)
    };
    assert_eq!(content("title"), Some(figure.title.clone()));
    assert_eq!(content("desc"), Some(figure.caption.clone()));
    assert!(words(&text).iter().any(|word| word.text == "a < b & c"));
}

#[test]
fn a_transparent_picture_has_a_transparent_corner_and_a_solid_one_the_themes_color() {
    let figure = &figures()[0].1;
    for theme in [Theme::Light, Theme::Dark] {
        for transparent in [false, true] {
            let options = Options {
                theme,
                transparent,
                ..Options::default()
            };
            let file = png(figure, &options.into()).unwrap();
            let corner = resvg::tiny_skia::Pixmap::decode_png(&file)
                .unwrap()
                .pixel(0, 0)
                .unwrap();
            let background = theme.tokens().background;
            let expected = if transparent {
                [0, 0, 0, 0]
            } else {
                [background.0, background.1, background.2, 255]
            };
            assert_eq!(
                [corner.red(), corner.green(), corner.blue(), corner.alpha()],
                expected
            );
        }
    }
}

#[test]
fn a_picture_has_as_many_pixels_as_its_scale_says() {
    let figure = &figures()[0].1;
    for (scale, expected) in [(1.0, (300, 200)), (2.0, (600, 400)), (3.0, (900, 600))] {
        let options = Options {
            width: 300,
            height: 200,
            scale,
            ..Options::default()
        };
        let picture =
            resvg::tiny_skia::Pixmap::decode_png(&png(figure, &options.into()).unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), expected);
    }
}

#[test]
fn a_picture_that_cannot_be_made_is_refused() {
    let figure = &figures()[0].1;
    let options = Options {
        width: 0,
        ..Options::default()
    };
    assert!(matches!(
        png(figure, &options.into()),
        Err(ExportError::Size {
            width: 0,
            height: 400
        })
    ));
}

#[test]
fn the_largest_comparison_is_still_a_small_file() {
    use crate::chart::made_up::{self, ROBUST};
    use crate::chart::{Source, build};
    use crate::route::{MOST_COMPARED, ViewState};
    let long = made_up::Like {
        steps: 100_000,
        examples: 24,
        pace: 0.0004,
        ..ROBUST
    };
    let state = made_up::state(long);
    let sources: Vec<Source<'_>> = (0..=MOST_COMPARED)
        .map(|slot| Source::new("a long attack", slot, &state))
        .collect();
    let figure = build("sharpness", &sources, &ViewState::default()).unwrap();
    let options = Options {
        width: 1200,
        height: 600,
        ..Options::default()
    };
    let text = svg(&figure, &options.into()).unwrap();
    assert!(text.len() < 200_000, "{} bytes", text.len());
}

#[test]
fn no_number_of_a_picture_has_more_than_two_decimals() {
    for (name, figure) in figures() {
        let text = svg(figure, &Options::default().into()).unwrap();
        for tag in text.lines().filter(|line| line.starts_with('<')) {
            let values = tag.split('"').skip(1).step_by(2);
            for number in values.flat_map(|value| value.split([' ', ','])) {
                let decimals = number.split_once('.').map_or(0, |(_, after)| after.len());
                let is_number = number.parse::<f64>().is_ok();
                assert!(!is_number || decimals <= 2, "{name}: {number} in {tag}");
            }
        }
    }
}

#[test]
fn grey_has_no_colour_anywhere() {
    for (name, figure) in figures() {
        let options = Options {
            theme: Theme::Grey,
            ..Options::default()
        };
        let text = svg(figure, &options.into()).unwrap();
        for colour in text.split('"').filter(|value| value.starts_with('#')) {
            let parts = [&colour[1..3], &colour[3..5], &colour[5..7]];
            assert!(
                parts[0] == parts[1] && parts[1] == parts[2],
                "{name}: {colour}"
            );
        }
    }
}

#[test]
fn the_legend_is_where_it_is_wanted() {
    let (_, figure) = figures()
        .iter()
        .find(|(name, _)| *name == "sharpness-eight")
        .expect("a figure of several runs");
    let last = |legend: Legend| {
        let options = Options {
            legend,
            heading: false,
            ..Options::default()
        };
        let text = svg(figure, &options.into()).unwrap();
        let words = words(&text);
        words
            .into_iter()
            .find(|word| word.text.contains("quartiles"))
    };
    let above = last(Legend::Outside).expect("a legend");
    let inside = last(Legend::Inside).expect("a legend");
    assert!(inside.top > above.bottom, "{inside:?} {above:?}");
    assert!(last(Legend::Off).is_none());
}

#[test]
fn a_page_has_its_size_and_the_fonts_of_its_text() {
    for (font, name) in [(Font::Sans, "NotoSans"), (Font::Serif, "CMUSerif")] {
        let paper = Paper {
            width: "3.25in".parse().ok(),
            height: "2in".parse().ok(),
            title: false,
            font,
            ..Paper::default()
        };
        for (kind, figure) in figures() {
            let sheet = paper.sheet(figure).unwrap();
            let page = pdf(figure, &sheet, "{\"run\":\"a\"}").unwrap();
            let text = String::from_utf8_lossy(&page);
            assert!(text.starts_with("%PDF-1."), "{kind}");
            let size = text
                .split_once("/MediaBox")
                .and_then(|(_, rest)| rest.split_once(']'));
            let size = size.map(|(size, _)| size.trim().trim_start_matches('['));
            assert_eq!(size, Some("0 0 234 144"), "{kind}");
            assert!(text.contains("/FontFile"), "{kind}: a font is embedded");
            assert!(text.contains("/ToUnicode"), "{kind}: its text can be read");
            assert!(text.contains(name), "{kind}: {name}");
            assert_eq!(
                page,
                pdf(figure, &sheet, "{\"run\":\"a\"}").unwrap(),
                "{kind}"
            );
        }
    }
}
