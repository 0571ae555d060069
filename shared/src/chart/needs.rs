//! What figures need beyond a run's own state: the page fetches it, the server computes it for files, and both ask here.

use crate::api::BandCurve;
use crate::event::Started;
use crate::measure::Measure;
use crate::readings::Readings;
use crate::route::ViewState;
use crate::valley::{Aligned, Population, aligned};
use std::borrow::Borrow;

/// The measures of the figures beside the one that is chosen.
const BESIDE: [Measure; 4] = [
    Measure::Loss,
    Measure::Confidence,
    Measure::Gini,
    Measure::PhiSq,
];

/// The distributions that the figures of a run show and its state does not have: each a measure and a pass.
/// Those over the examples right at the clean point are in the state.
pub fn bands_needed(started: &Started, view: &ViewState) -> Vec<(Measure, usize)> {
    if view.population == Population::Right {
        return Vec::new();
    }
    let mut measures = vec![view.measure];
    measures.extend(BESIDE.iter().filter(|measure| **measure != view.measure));
    measures.retain(|measure| !measure.is_category());
    let passes = match view.pass {
        Some(pass) => vec![pass],
        None => (0..started.seeds.len()).collect(),
    };
    let with = |measure: Measure| passes.iter().map(move |pass| (measure, *pass));
    measures.into_iter().flat_map(with).collect()
}

/// The passes whose flip-aligned curves the figures of a run show: the chosen one, else the first of each epsilon.
pub fn aligned_needed(started: &Started, view: &ViewState) -> Vec<usize> {
    if view.measure.is_category() {
        return Vec::new();
    }
    if let Some(pass) = view.pass {
        return vec![pass];
    }
    let epsilon = |pass: &usize| started.epsilons.get(*pass);
    let mut passes: Vec<usize> = Vec::new();
    for pass in 0..started.seeds.len() {
        if passes.iter().all(|known| epsilon(known) != epsilon(&pass)) {
            passes.push(pass);
        }
    }
    passes
}

/// All of it, computed from the readings of the passes.
pub fn computed(
    started: &Started,
    view: &ViewState,
    passes: &[impl Borrow<Readings>],
) -> (Vec<BandCurve>, Vec<Aligned>) {
    let of = |pass: usize| passes.get(pass).map(Borrow::borrow);
    let bands = bands_needed(started, view).into_iter();
    let bands = bands.filter_map(|(measure, pass)| {
        Some(BandCurve::of(of(pass)?, pass, measure, view.population))
    });
    let lines = aligned_needed(started, view).into_iter();
    let lines =
        lines.filter_map(|pass| Some(aligned(of(pass)?, pass, view.measure, view.population)));
    (bands.collect(), lines.collect())
}
