use super::*;
use std::collections::HashSet;

const ALL: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::Grey];

#[test]
fn contrast_agrees_with_the_ends_of_its_scale() {
    assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-12);
    assert_eq!(Rgb(9, 9, 9).contrast(Rgb(9, 9, 9)), 1.0);
}

#[test]
fn text_has_at_least_four_and_a_half_to_one() {
    for theme in ALL {
        let tokens = theme.tokens();
        for colour in [tokens.text, tokens.muted, tokens.accent] {
            let contrast = colour.contrast(tokens.background);
            assert!(contrast >= 4.5, "{theme:?} {} {contrast}", colour.css());
        }
    }
}

#[test]
fn lines_have_at_least_three_to_one() {
    for theme in ALL {
        let background = theme.tokens().background;
        for slot in 0..COLOURS {
            let contrast = theme.series(slot).contrast(background);
            assert!(contrast >= 3.0, "{theme:?} slot {slot} {contrast}");
        }
        assert!(theme.tokens().axis.contrast(background) >= 3.0);
    }
}

#[test]
fn no_two_of_25_slots_share_colour_and_dash() {
    for theme in ALL {
        let looks: HashSet<_> = (0..25)
            .map(|slot| {
                (
                    theme.series(slot),
                    format!("{:?}", dash(slot)),
                    marker(slot),
                )
            })
            .collect();
        assert_eq!(looks.len(), 25);
    }
}

#[test]
fn the_sequential_scale_darkens_away_from_the_background() {
    for theme in ALL {
        let background = theme.tokens().background;
        let contrast: Vec<f64> = (0..=20)
            .map(|place| {
                theme
                    .sequential(f64::from(place) / 20.0)
                    .contrast(background)
            })
            .collect();
        assert!(
            contrast.windows(2).all(|pair| pair[0] < pair[1]),
            "{contrast:?}"
        );
    }
    assert_eq!(
        Theme::Light.sequential(f64::NAN),
        Theme::Light.sequential(0.0)
    );
}
