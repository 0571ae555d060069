//! The theory beside a run: bounds and radii, from its stored readings.
//!
//! What a bound needs of an example is its logits at the clean point and the last layer's weights; what happened is in the readings.
//! So nothing is computed by the network again.

mod constants;
mod example;
mod table;

pub use constants::{Constants, Standing, ask};
pub use table::write_csv;

use example::Example;
use valleyscope_engine::head::Weights;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::num::Num;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::theory::{Curve, Line, Sensitivity, Theory};
use valleyscope_shared::valley::{BandPoint, Interval, Population};

/// What the theory is made of.
pub struct Inputs<'a> {
    /// The tables of all passes; the first has the clean logits.
    pub passes: &'a [Readings],
    /// The pass that is looked at.
    pub pass: usize,
    /// Over which examples.
    pub population: Population,
    /// The one example that it is about, where it is about one.
    pub row: Option<usize>,
    /// The last layer, where it is linear and as it was.
    pub weights: Option<&'a Weights>,
    /// Why it is not there.
    pub missing: Option<String>,
    /// Lipschitz constants, once they are known.
    pub sensitivity: Option<Sensitivity>,
}

impl Inputs<'_> {
    /// The examples that count.
    fn rows(&self) -> Vec<usize> {
        let Some(readings) = self.passes.get(self.pass) else {
            return Vec::new();
        };
        let all = 0..readings.examples().len();
        match self.row {
            Some(row) => all.filter(|each| *each == row).collect(),
            None => all
                .filter(|row| self.population.holds(readings, *row))
                .collect(),
        }
    }

    fn example(&self, row: usize) -> Option<Example<'_>> {
        Example::of(self, row)
    }
}

/// The theory of these readings.
pub fn theory(inputs: &Inputs<'_>) -> Theory {
    let rows = inputs.rows();
    let examples: Vec<Example<'_>> = rows.iter().filter_map(|row| inputs.example(*row)).collect();
    let points = inputs
        .passes
        .get(inputs.pass)
        .map_or(0, |readings| readings.axis().points());
    let values: Vec<Vec<Vec<f64>>> = examples.iter().map(Example::lines).collect();
    let curve = |(place, line): (usize, &Line)| {
        let at = |point: usize| {
            let column = values
                .iter()
                .filter_map(|lines| lines[place].get(point).copied());
            // What is not a number was never there: a bound without weights, a step that was not reached.
            BandPoint::of(column.filter(|value| !value.is_nan()), Interval::Normal)
        };
        let points: Vec<BandPoint> = (0..points).map(at).collect();
        let some = points.iter().any(|point| point.n + point.not_finite > 0);
        some.then_some(Curve {
            line: *line,
            points,
        })
    };
    let unknown = examples.iter().all(|example| example.around.is_none());
    let missing = inputs.missing.clone().or_else(|| {
        let older = !rows.is_empty() && unknown;
        older.then(|| "the logits of the clean images were not recorded: the run was computed by an earlier version; repeat it to see the bounds".to_owned())
    });
    Theory {
        pass: inputs.pass,
        population: inputs.population,
        examples: rows.len(),
        row: inputs.row,
        classes: inputs.weights.map_or(0, Weights::classes),
        curves: Line::ALL.iter().enumerate().filter_map(curve).collect(),
        radii: examples.iter().filter_map(Example::radii).collect(),
        sensitivity: inputs.sensitivity.clone(),
        broken: examples.iter().map(|example| example.broken()).sum(),
        missing,
        missing_constant: None,
        computing: None,
    }
}

/// The ℓ2 length of the smallest perturbation on any path that changes the prediction.
fn smallest(passes: &[Readings], row: usize) -> Option<Num> {
    let label = f64::from(passes.first()?.examples().get(row)?.label);
    let of = |readings: &Readings| {
        let on_the_way = (0..readings.reached(row)).filter_map(|point| {
            let class = readings.get(Measure::Pred, point, row)?;
            let wrong = !class.is_nan() && class != label;
            readings
                .get(Measure::L2, point, row)
                .filter(|size| wrong && !size.is_nan())
        });
        // Between recorded points the best iterate is known too; of a targeted attack it need not be the first that is wrong.
        let best = readings.ending(row).filter(|ending| ending.best_success);
        on_the_way
            .chain(best.map(|ending| ending.l2))
            .fold(f64::INFINITY, f64::min)
    };
    let least = passes.iter().map(of).fold(f64::INFINITY, f64::min);
    least.is_finite().then_some(Num(least))
}

#[cfg(test)]
mod tests;
