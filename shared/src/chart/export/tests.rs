use super::*;
use crate::chart::gallery::figures;
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

fn words(svg: &str) -> Vec<Word> {
    let document = roxmltree::Document::parse(svg).expect("well-formed");
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name("text"));
    texts
        .map(|node| {
            let number = |name: &str| {
                node.attribute(name).unwrap().parse::<f64>().unwrap() / f64::from(FINE)
            };
            let text = node.text().unwrap_or("").trim().to_owned();
            let bold = node.attribute("font-weight") == Some("bold");
            let size = number("font-size");
            let wide = f64::from(font::set(&text, size as f32, bold).unwrap().width);
            let left = number("x")
                - match node.attribute("text-anchor") {
                    Some("middle") => wide / 2.0,
                    Some("end") => wide,
                    _ => 0.0,
                };
            let middle = number("y");
            // Capitals reach 0.36 em up from the middle, descenders 0.6 em down.
            Word {
                text,
                left,
                right: left + wide,
                top: middle - 0.45 * size,
                bottom: middle + 0.6 * size,
            }
        })
        .collect()
}

#[test]
fn every_text_is_inside_the_picture() {
    for (name, figure) in figures() {
        for (width, height, heading) in [
            (800, 400, true),
            (340, 260, true),
            (320, 200, false),
            (1200, 700, true),
        ] {
            let options = Options {
                width,
                height,
                heading,
                ..Options::default()
            };
            for word in words(&svg(figure, &options).unwrap()) {
                assert!(
                    word.left >= 0.0 && word.right <= f64::from(width),
                    "{name} {width}: {word:?}"
                );
                assert!(
                    word.top >= 0.0 && word.bottom <= f64::from(height),
                    "{name} {height}: {word:?}"
                );
            }
        }
    }
}

#[test]
fn no_text_lies_on_another() {
    for (name, figure) in figures() {
        for (width, height, heading) in [
            (800, 400, true),
            (340, 260, true),
            (340, 220, false),
            (600, 160, true),
            (240, 160, true),
        ] {
            let options = Options {
                width,
                height,
                heading,
                ..Options::default()
            };
            let words = words(&svg(figure, &options).unwrap());
            for (place, one) in words.iter().enumerate() {
                for other in &words[place + 1..] {
                    let beside = one.right <= other.left || other.right <= one.left;
                    // Boxes include ascenders and descenders; letters themselves clear each other when the boxes overlap by less than 3 pixels.
                    let above = one.bottom - 3.0 <= other.top || other.bottom - 3.0 <= one.top;
                    assert!(beside || above, "{name} {width}: {one:?} {other:?}");
                }
            }
        }
    }
}

#[test]
fn a_file_says_what_it_shows_in_words_and_escapes_them() {
    let mut figure = figures()[0].1.clone();
    figure.title = "a < b & c".to_owned();
    let text = svg(&figure, &Options::default()).unwrap();
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
            let file = png(figure, &options).unwrap();
            let corner = tiny_skia::Pixmap::decode_png(&file)
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
        let picture = tiny_skia::Pixmap::decode_png(&png(figure, &options).unwrap()).unwrap();
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
        png(figure, &options),
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
    let text = svg(&figure, &options).unwrap();
    assert!(text.len() < 200_000, "{} bytes", text.len());
}
