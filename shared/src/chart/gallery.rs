//! Every figure in many states: written out to be looked at, and checked for what a machine can see.

use super::export::{Sheet, png, svg};
use super::made_up::{self, Like, ROBUST, STANDARD};
use super::*;
use crate::measure::Measure;
use crate::palette::Theme;
use crate::route::{Facets, Statistic, YScale};
use crate::valley::{Population, aligned};
use std::sync::OnceLock;

/// Figures with a name each: every kind with one run, and the states that differ from the usual.
pub fn figures() -> &'static [(String, Figure)] {
    static FIGURES: OnceLock<Vec<(String, Figure)>> = OnceLock::new();
    FIGURES.get_or_init(make)
}

fn make() -> Vec<(String, Figure)> {
    let classes = made_up::classes();
    let started = Like {
        random_start: true,
        steps: 20,
        passes: 3,
        ..STANDARD
    };
    let [standard, robust, seeds] = [STANDARD, ROBUST, started].map(made_up::state);
    let live = made_up::state_until(STANDARD, 17, false);
    let long = made_up::state(Like {
        steps: 1000,
        pace: 0.02,
        ..STANDARD
    });
    let short = made_up::state(Like {
        steps: 1,
        pace: 6.0,
        ..STANDARD
    });
    let restarts = made_up::state(Like {
        random_start: true,
        steps: 12,
        parts: 4,
        ..STANDARD
    });
    let many = made_up::state(Like {
        steps: 100,
        parts: 20,
        pace: 0.05,
        ..STANDARD
    });
    let ensemble = made_up::state(Like {
        attack: Some("autoattack"),
        pace: 0.05,
        ..STANDARD
    });
    let align = |like: Like| {
        vec![aligned(
            &made_up::readings(like, 0),
            0,
            Measure::KappaTr,
            Population::Right,
        )]
    };
    let (align_standard, align_robust) = (align(STANDARD), align(ROBUST));
    let singles: Vec<ExampleDetail> = [3, 40, 77].map(|row| made_up::detail(STANDARD, row)).into();
    let source = |name, slot, state| Source {
        classes: &classes,
        ..Source::new(name, slot, state)
    };
    let one = Source {
        aligned: &align_standard,
        examples: &singles,
        ..source("standard", 0, &standard)
    };
    let plain = Source {
        examples: &[],
        ..one
    };
    let two = Source {
        aligned: &align_robust,
        ..source("adversarially trained, epsilon 4/255", 1, &robust)
    };
    let seeded = source("random start", 0, &seeds);
    let usual = ViewState::default();
    let mean = ViewState {
        statistic: Statistic::Mean,
        ..usual.clone()
    };
    let floor = ViewState {
        floor: 1e-3,
        ..usual.clone()
    };
    let zoom = ViewState {
        range: Some((0, 12)),
        ..usual.clone()
    };
    let mut figures: Vec<(String, Figure)> = Vec::new();
    let mut add = |name: &str, id: &str, sources: &[Source<'_>], view: &ViewState| {
        figures.push((
            name.to_owned(),
            build(id, sources, view).expect("a known figure"),
        ));
    };
    for chart in all() {
        let source = if chart.id() == "example" { one } else { plain };
        add(
            &format!("{}-one", chart.id()),
            chart.id(),
            &[source],
            &usual,
        );
        add(
            &format!("{}-two", chart.id()),
            chart.id(),
            &[plain, two],
            &usual,
        );
        let nothing = RunState::default();
        add(
            &format!("{}-empty", chart.id()),
            chart.id(),
            &[Source::new("nothing", 0, &nothing)],
            &usual,
        );
    }
    let staged = source("AutoAttack", 0, &ensemble);
    add(
        "robust-by-passes-parts",
        "robust-by-passes",
        &[staged],
        &usual,
    );
    let both = [staged, two];
    add(
        "robust-by-passes-parts-two",
        "robust-by-passes",
        &both,
        &usual,
    );
    add("sharpness-mean", "sharpness", &[plain], &mean);
    let smooth = ViewState {
        smooth: crate::route::Smoothing::Median9,
        ..usual.clone()
    };
    add("sharpness-smooth", "sharpness", &[one], &smooth);
    add("accuracy-smooth", "accuracy", &[two], &smooth);
    add("sharpness-smooth-two", "sharpness", &[plain, two], &smooth);
    add("sharpness-floor", "sharpness", &[plain], &floor);
    add("sharpness-zoom", "sharpness", &[plain], &zoom);
    add("sharpness-singles", "sharpness", &[one], &usual);
    add("sharpness-seeds", "sharpness", &[seeded], &usual);
    add(
        "sharpness-live",
        "sharpness",
        &[source("live", 0, &live)],
        &usual,
    );
    add(
        "sharpness-long",
        "sharpness",
        &[source("long", 0, &long)],
        &usual,
    );
    add(
        "sharpness-short",
        "sharpness",
        &[source("short", 0, &short)],
        &usual,
    );
    let staged = [
        ("restarts", source("restarts", 0, &restarts)),
        ("many", source("twenty classes", 0, &many)),
    ];
    for (name, source) in staged {
        for id in ["sharpness", "accuracy", "factors"] {
            add(&format!("{id}-{name}"), id, &[source], &usual);
        }
        let predictions = ViewState {
            measure: Measure::Pred,
            ..usual.clone()
        };
        add(
            &format!("predictions-{name}"),
            "measure",
            &[source],
            &predictions,
        );
    }
    let one_part = ViewState {
        range: Some((404, 504)),
        ..usual.clone()
    };
    add("sharpness-part", "sharpness", &[staged[1].1], &one_part);
    add(
        "sharpness-mixed",
        "sharpness",
        &[
            plain,
            Source {
                slot: 1,
                ..staged[1].1
            },
        ],
        &usual,
    );
    let eight: Vec<Source<'_>> = (0..8)
        .map(|slot| {
            source(
                if slot % 2 == 0 {
                    "ResNet-20"
                } else {
                    "ResNet-20, adversarially trained"
                },
                slot,
                if slot % 2 == 0 { &standard } else { &robust },
            )
        })
        .collect();
    add("sharpness-eight", "sharpness", &eight, &usual);
    for (name, facets) in [("shared", Facets::Shared), ("free", Facets::Free)] {
        let view = ViewState {
            facets,
            ..usual.clone()
        };
        for id in ["sharpness", "accuracy", "first-flip", "robust-by-passes"] {
            add(&format!("{id}-{name}"), id, &eight[..3], &view);
        }
    }
    add(
        "loss-log",
        "measure",
        &[plain],
        &ViewState {
            measure: Measure::Loss,
            y: YScale::Log,
            ..usual.clone()
        },
    );
    add(
        "margin",
        "measure",
        &[plain],
        &ViewState {
            measure: Measure::Margin,
            ..usual.clone()
        },
    );
    let theory = super::theory::tests::theory();
    for chart in super::theory::ALL {
        let subject = super::theory::Subject {
            source: plain,
            theory: &theory,
        };
        figures.push((chart.id.to_owned(), chart.figure(&subject, &usual)));
    }
    figures.push(("landscape".to_owned(), landscape_of(&singles[0], &standard)));
    figures
}

/// The loss around the weights at the fifth point of an example that goes from one class of three to another.
fn landscape_of(example: &ExampleDetail, state: &RunState) -> Figure {
    let axis = &state.started.as_ref().expect("it has started").axis;
    let points = axis.points();
    let probabilities = |point: usize| {
        let lead = 3.0 - 0.8 * point as f64;
        let e = [lead.exp(), 1.0, 0.4];
        let sum: f64 = e.iter().sum();
        e.map(|e| (e / sum).into()).to_vec()
    };
    let measures = [
        (Measure::PhiSq, 4.0),
        (Measure::KappaF2, 18.0),
        (Measure::TraceH, 2.0),
    ];
    let curves = measures.map(|(measure, value)| (measure, vec![value.into(); points]));
    let mut example = ExampleDetail {
        kept: true,
        probabilities: (0..points).map(probabilities).collect(),
        curves: curves.into(),
        ..example.clone()
    };
    example.path.label = 0;
    let view = ViewState {
        plane: crate::route::PlaneView {
            count: 21,
            ..Default::default()
        },
        ..ViewState::default()
    };
    let planes = landscape::planes(&example, view.plane);
    let scale = landscape::scale(planes.iter().flatten(), view.y);
    landscape::figure(&example, axis, 4, planes[4].as_ref(), scale, &view)
}

/// Run with `VALLEYSCOPE_GALLERY=folder` to look at the figures.
#[test]
fn every_figure_can_be_drawn_at_every_size_in_both_themes() {
    let folder = std::env::var_os("VALLEYSCOPE_GALLERY").map(std::path::PathBuf::from);
    for (name, figure) in figures() {
        for (width, height) in [(800, 400), (340, 260)] {
            for theme in [Theme::Light, Theme::Dark, Theme::Grey] {
                let options = Options {
                    width,
                    height,
                    theme,
                    ..Options::default()
                };
                let sheet = Sheet::from(options);
                let picture = png(figure, &sheet).unwrap();
                assert_eq!(&picture[1..4], b"PNG");
                let text = svg(figure, &sheet).unwrap();
                assert!(text.len() < 200_000, "{name}: {} bytes", text.len());
                if let Some(folder) = &folder {
                    let file = format!("{name}-{width}-{theme:?}");
                    std::fs::write(folder.join(format!("{file}.png")), picture).unwrap();
                    std::fs::write(folder.join(format!("{file}.svg")), text).unwrap();
                }
            }
        }
    }
}
