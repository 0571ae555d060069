//! Accuracy along the attack.

use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::stops::XAxis;
use super::{Chart, Source, banded, by_step, words};
use crate::route::ViewState;
use crate::series::{Band, Datum, Range, Role, Series};
use crate::statistic::Rate;

/// Accuracy at each step, and robust accuracy up to it, of all examples.
pub struct Accuracy;

impl Chart for Accuracy {
    fn id(&self) -> &'static str {
        "accuracy"
    }

    fn needs_trace(&self) -> bool {
        false
    }

    fn title(&self) -> &'static str {
        "Accuracy by step"
    }

    fn figure(&self, sources: &[Source<'_>], view: &ViewState) -> Figure {
        let compared = sources.len() > 1;
        let mut curves = Vec::new();
        for source in sources {
            let pass = banded::first(source, view);
            let Some(summary) = pass.and_then(|pass| pass.summary.as_ref()) else {
                continue;
            };
            let line = &summary.timeline;
            let (robust, at_step) = if compared {
                (
                    source.name.to_owned(),
                    format!("{}, at the step", source.name),
                )
            } else {
                (
                    "right at this and every earlier step".to_owned(),
                    "right at the step".to_owned(),
                )
            };
            let of_slot = |role, name, rates| Series {
                role,
                breaks: banded::breaks(source),
                measured: false,
                ..curve(source.slot, name, &line.steps, rates)
            };
            curves.push(of_slot(Role::Main, robust, &line.robust));
            if summary.summary.ends_only {
                // Nobody looked between the ends who is right again.
                continue;
            }
            if compared {
                // Of several runs the second curve stands back: only the robust accuracy has a name at its end.
                let thin = of_slot(Role::Thin, at_step, &line.accuracy);
                curves.push(Series { band: None, ..thin });
            } else {
                let dashed = Role::Dashed(source.slot + 1);
                curves.push(of_slot(dashed, at_step, &line.accuracy));
            }
        }
        let label = if compared {
            "right up to the step; thin: at the step"
        } else {
            "share that is right"
        };
        let panel = Panel {
            x: XAxis::Steps(by_step::stops(sources, view)),
            y: YAxis {
                label: label.to_owned(),
                range: Range {
                    log: false,
                    low: 0.0,
                    high: 1.04,
                },
                unit: Unit::Percent,
            },
            ..Panel::of(Content::Curves(curves))
        };
        let mut figure = words::figure(
            self.id(),
            self.title().to_owned(),
            sources,
            view,
            vec![panel],
        );
        figure.subtitle = subtitle(sources, view);
        figure
    }
}

pub(super) fn curve(slot: usize, name: String, steps: &[u32], rates: &[Rate]) -> Series {
    let points = steps.iter().zip(rates).map(|(step, rate)| Datum {
        x: f64::from(*step),
        y: (rate.n > 0).then_some(rate.share.0),
        low: rate.low.0,
        high: rate.high.0,
        n: rate.n,
        not_finite: 0,
    });
    let band = Band {
        name: "95 % Wilson interval".to_owned(),
        low: "interval from".to_owned(),
        high: "interval to".to_owned(),
        strong: false,
    };
    Series {
        name,
        slot,
        role: Role::Main,
        points: points.collect(),
        band: Some(band),
        breaks: Vec::new(),
        measured: false,
    }
}

pub(super) fn subtitle(sources: &[Source<'_>], view: &ViewState) -> String {
    match sources {
        [source] => {
            let begun = banded::summary(source, view).map_or(0, |summary| summary.begun);
            let total = source
                .state
                .started
                .as_ref()
                .map_or(0, |started| started.examples);
            let so_far = if source.state.phase.ended() {
                ""
            } else {
                " so far"
            };
            format!(
                "Share of {begun} of {total} examples{so_far}{}",
                seed(source, view)
            )
        }
        _ => "Share of all examples".to_owned(),
    }
}

/// Which seed a figure of one pass is about, where a run has several.
pub fn seed(source: &Source<'_>, view: &ViewState) -> String {
    let name = || {
        let started = source.state.started.as_ref()?;
        let pass = source.pass.or(view.pass);
        let pass = pass.unwrap_or_else(|| started.main_pass());
        started.pass_names().into_iter().nth(pass)
    };
    match source.state.passes.len() {
        2.. => name().map_or_else(String::new, |name| format!(", {name}")),
        _ => String::new(),
    }
}
