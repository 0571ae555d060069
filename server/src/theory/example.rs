//! What is promised of one example, and what happened to it.

use super::{Inputs, smallest};
use valleyscope_engine::head::{Around, Authors, Bounds, Displacement, Softmax};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::num::Num;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::theory::{Line, Radii};

/// Features in single precision move by as much as this of what they are without having moved, and so do logits.
const ROUNDING: f64 = 1e-5;

/// One example of the pass that is looked at.
pub(super) struct Example<'a> {
    readings: &'a Readings,
    row: usize,
    /// The last layer as it looks from the clean point; none where logits or weights are not known.
    pub(super) around: Option<Around>,
    authors: Option<Authors>,
    constant: Option<f64>,
    smallest: Option<Num>,
}

impl<'a> Example<'a> {
    pub(super) fn of(inputs: &Inputs<'a>, row: usize) -> Option<Self> {
        let readings = inputs.passes.get(inputs.pass)?;
        let label = readings.examples().get(row)?.label as usize;
        let logits = inputs.passes.first()?.clean(row);
        let fits = |logits: &&[f64]| label < logits.len() && logits.iter().all(|z| z.is_finite());
        let weights = inputs.weights;
        let around = logits
            .filter(fits)
            .zip(weights)
            .and_then(|(logits, weights)| {
                let same = weights.classes() == logits.len();
                same.then(|| Around::of(weights, &Softmax::new(logits), label))
            });
        let at_clean = |measure| readings.get(measure, 0, row);
        let authors = weights.and_then(|weights| {
            Some(Authors {
                kappa: at_clean(Measure::KappaF2)?,
                phi_sq: at_clean(Measure::PhiSq)?,
                weights: (weights.classes() * weights.features()) as f64,
            })
        });
        Some(Self {
            readings,
            row,
            around,
            authors,
            constant: inputs.sensitivity.as_ref().and_then(|known| known.features),
            smallest: smallest(inputs.passes, row),
        })
    }

    fn get(&self, measure: Measure, point: usize) -> f64 {
        self.readings
            .get(measure, point, self.row)
            .unwrap_or(f64::NAN)
    }

    /// How much the loss has risen.
    fn rise(&self, point: usize) -> f64 {
        self.get(Measure::Loss, point) - self.get(Measure::Loss, 0)
    }

    /// The largest ratio of the features' displacement to the perturbation up to a point.
    fn secant(&self, point: usize) -> f64 {
        let ratio = |point: usize| {
            let size = self.get(Measure::L2, point);
            (size > 0.0).then(|| self.get(Measure::PhiShift, point) / size)
        };
        (0..=point).filter_map(ratio).fold(f64::NAN, f64::max)
    }

    /// The bounds while the features move by no more than this; not a number where they are not known.
    fn bounds(&self, tau: f64) -> Bounds {
        let nothing = f64::NAN;
        let unknown = Bounds {
            cubic: nothing,
            concordant: nothing,
            hoeffding: nothing,
            lipschitz: nothing,
            flat: nothing,
            free: nothing,
        };
        match (&self.around, tau.is_nan()) {
            (Some(around), false) => around.at(tau),
            _ => unknown,
        }
    }

    /// Every curve in the order of [`Line::ALL`], each with a value for every point that the example has reached.
    pub(super) fn lines(&self) -> Vec<Vec<f64>> {
        let points = self.readings.reached(self.row);
        let mut lines = vec![Vec::with_capacity(points); Line::ALL.len()];
        let mut secant = f64::NAN;
        for point in 0..points {
            let size = self.get(Measure::L2, point);
            let shift = self.get(Measure::PhiShift, point);
            if size > 0.0 {
                secant = secant.max(shift / size);
            }
            // At the clean point nothing has moved, whatever the constant.
            let reach = |constant: f64| if size == 0.0 { 0.0 } else { constant * size };
            let here = self.bounds(shift);
            let global = self.constant.map_or(f64::NAN, reach);
            let [global, local] = [global, reach(secant)].map(|tau| self.bounds(tau));
            let moved = Displacement {
                first: self.get(Measure::RiseFirst, point),
                spread: self.get(Measure::Spread, point),
                third: self.get(Measure::Third, point),
                remainder: self.get(Measure::Remainder, point),
                range: self.get(Measure::Range, point),
                highest: f64::NAN,
            };
            let least = self.around.as_ref().map_or(f64::NAN, |_| here.least());
            let rise = self.rise(point);
            for (line, values) in Line::ALL.iter().zip(&mut lines) {
                values.push(match line {
                    Line::Rise => rise,
                    Line::Second => moved.second(),
                    Line::Cubic => here.cubic,
                    Line::Flat => here.flat,
                    Line::Free => here.free,
                    Line::Least => least,
                    Line::Authors => self.authors.map_or(f64::NAN, |bound| bound.at(shift)),
                    Line::Tightness if least > 0.0 => rise / least,
                    Line::Tightness => f64::NAN,
                    Line::GlobalCubic => global.cubic,
                    Line::GlobalFlat => global.flat,
                    Line::GlobalFree => global.free,
                    Line::LocalCubic => local.cubic,
                    Line::LocalFlat => local.flat,
                    Line::LocalFree => local.free,
                    Line::Third => moved.third.abs(),
                    Line::ThirdBound => moved.third_bound(),
                    Line::Remainder => moved.remainder.abs(),
                    Line::RemainderBound => moved.remainder_bound(),
                });
            }
        }
        lines
    }

    /// At how many points the loss has risen by more than the least bound, beyond what rounding in the network explains.
    pub(super) fn broken(&self) -> usize {
        let Some(around) = &self.around else {
            return 0;
        };
        let is = |point: &usize| {
            let shift = self.get(Measure::PhiShift, *point);
            // What is rounded of the features is rounded at their own size.
            let slack = ROUNDING
                * (self.get(Measure::PhiSq, *point).sqrt() + self.get(Measure::PhiSq, 0).sqrt());
            let rise = self.rise(*point);
            rise > around.at(shift + slack).least() + ROUNDING * rise.abs().max(1.0)
        };
        (0..self.readings.reached(self.row)).filter(is).count()
    }

    /// Its radii.
    pub(super) fn radii(&self) -> Option<Radii> {
        let around = self.around.as_ref()?;
        let last = self.readings.reached(self.row).checked_sub(1)?;
        Some(Radii {
            row: self.row,
            index: self.readings.examples().get(self.row)?.index,
            margin: Num(around.margin_radius()),
            loss: Num(around.loss_radius()),
            secant: Num(self.secant(last)),
            smallest: self.smallest,
        })
    }
}
