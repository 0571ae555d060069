//! Measures on demand by plain formulas.
//!
//! The value of column `c` of image `i` at point `p` is `i + p / 100 + 1000 c`, with a standard error of a hundredth of it
//! where the measure has one. Seed 13 panics and seed 14 fails after the first place; the model `shy` has an operator without a second derivative.

use super::{TestEngine, values};
use std::sync::atomic::Ordering;
use valleyscope_shared::curvature::{
    CurvatureBlock, CurvatureLayer, CurvatureNeeds, CurvatureOutput, CurvatureSpec, CurvatureValue,
    Density, Mark, Place, Plan,
};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::num::Num;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::{Block, Example};
use valleyscope_shared::runner::Cancel;
use valleyscope_shared::spec::RunSpec;

pub fn layers(model: &str) -> Result<Vec<CurvatureLayer>, Problem> {
    if model == "varied" {
        return Err(valleyscope_shared::runner::no_curvature(model));
    }
    let layer = |(name, kind, shape): (&str, &str, &[usize])| CurvatureLayer {
        name: name.to_owned(),
        kind: kind.to_owned(),
        shape: shape.to_vec(),
        parameters: shape.iter().product::<usize>() as u64,
    };
    let all: [(&str, &str, &[usize]); 2] = [
        ("body", "conv2d", &[8, 3, 3, 3]),
        ("head", "linear", &[10, 48]),
    ];
    Ok(all.map(layer).to_vec())
}

/// A hundred million bytes a layer, and ten passes a place.
pub fn needs(run: &RunSpec, ask: &CurvatureSpec, places: u64) -> Result<CurvatureNeeds, Problem> {
    if run.model == "shy" && ask.is_second_order() {
        return Err(Problem::new(
            "no-double-backward",
            422,
            "An operator has no second derivative",
            "the operator clamp of layer body has no second derivative",
        ));
    }
    Ok(CurvatureNeeds {
        memory: 100_000_000 * ask.layers.list().len() as u64,
        passes: 10 * places,
    })
}

type Job<'a> = (&'a RunSpec, &'a CurvatureSpec, &'a Plan);

pub fn compute(
    engine: &TestEngine,
    (run, ask, plan): Job<'_>,
    known: &dyn Fn(Place) -> bool,
    cancel: &Cancel,
    emit: &mut dyn FnMut(CurvatureOutput),
) -> Result<(), Problem> {
    let indices = plan.again.data.indices.clone().unwrap_or_default();
    let example = |index: &u64| Example::new(*index, (index % 10) as u32);
    let examples: Vec<Example> = indices.iter().map(example).collect();
    let axis = plan.again.axis();
    for point in 0..axis.points() {
        let mut values = values(&examples, point, axis.points());
        if run.model == "unsteady" && point == 2 && engine.drift.load(Ordering::Relaxed) {
            values[Measure::Loss.place() * examples.len()] += 1.0;
        }
        emit(CurvatureOutput::Read(Block {
            pass: plan.pass,
            point,
            first_row: 0,
            values,
        }));
    }
    for planned in &plan.rows {
        assert_eq!(examples[planned.row], planned.example);
        for point in planned.points() {
            let row = planned.row;
            if known(Place::Example { row, point }) || ask.columns().is_empty() {
                continue;
            }
            if cancel.is_cancelled() {
                return Ok(());
            }
            if run.model == "slow" {
                std::thread::sleep(engine.pause);
            }
            engine.computed.fetch_add(1, Ordering::Relaxed);
            emit(CurvatureOutput::Values(CurvatureBlock {
                row,
                point,
                values: of(ask, &planned.example, point),
            }));
            match ask.seed {
                13 => panic!("the test job panics"),
                14 => return Err(Problem::run_failed("the test job fails")),
                _ => {}
            }
        }
    }
    let densities = Plan::places(&plan.rows, ask).into_iter();
    for place in densities.filter(|place| !known(*place)) {
        if let Place::Density { mark, layer } = place {
            engine.computed.fetch_add(1, Ordering::Relaxed);
            emit(CurvatureOutput::Density(density(mark, layer, plan)));
        }
    }
    Ok(())
}

fn of(ask: &CurvatureSpec, example: &Example, point: usize) -> Vec<CurvatureValue> {
    let columns = ask.columns().into_iter().enumerate();
    let value = |(place, column): (usize, valleyscope_shared::curvature::Column)| {
        let value = example.index as f64 + point as f64 / 100.0 + 1000.0 * place as f64;
        CurvatureValue {
            error: column.measure.has_error().then_some(Num(value / 100.0)),
            residual: column.measure.has_residual().then_some(Num(1e-4)),
            probes: 7,
            ..CurvatureValue::exact(value)
        }
    };
    columns.map(value).collect()
}

fn density(mark: Mark, layer: usize, plan: &Plan) -> Density {
    Density {
        mark,
        layer,
        examples: plan.at(mark).len(),
        nodes: vec![Num(-1.0), Num(3.0)],
        weights: vec![Num(0.25), Num(0.75)],
        grid: vec![Num(-2.0), Num(0.0), Num(2.0)],
        density: vec![Num(0.1), Num(0.2), Num(0.1)],
    }
}
