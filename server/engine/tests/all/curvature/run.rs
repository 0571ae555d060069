//! Measures on demand of a whole run, against what the run itself read in closed form.

use crate::common::assert_close;
use crate::common::run::{readings, runner, spec};
use std::collections::BTreeMap;
use valleyscope_engine::run::{EngineRunner, curvature_layers, curvature_needs};
use valleyscope_shared::curvature::{
    ALL, CurvatureMeasure, CurvatureOutput, CurvatureSpec, CurvatureValue, Layers, Mark, NETWORK,
    Place, Plan, PlannedRow,
};
use valleyscope_shared::event::Started;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::runner::{Cancel, Runner};
use valleyscope_shared::spec::RunSpec;

/// A run in f64.
struct Done {
    engine: EngineRunner,
    spec: RunSpec,
    started: Started,
    readings: Readings,
}

fn done() -> Done {
    let spec = spec(
        r#"{"pgd": {"epsilon": "64/255", "step_size": "8/255", "steps": 6}}"#,
        r#", "precision": "f64", "device": "cpu""#,
    );
    let outputs = crate::common::run::outputs(&spec);
    let started = crate::common::run::fold(&outputs).started.unwrap();
    let readings = readings(&outputs).remove(0);
    Done {
        engine: runner(),
        spec,
        started,
        readings,
    }
}

impl Done {
    fn ask(&self, text: &str) -> CurvatureSpec {
        let layers = curvature_layers(&self.engine.data_dir, &self.spec.model).unwrap();
        let wanted = CurvatureSpec::from_json(text).unwrap();
        assert_eq!(wanted.check(&layers, &self.started), []);
        wanted.resolved(&layers, &self.started)
    }

    fn plan(&self, ask: &CurvatureSpec) -> Plan {
        let rows = 0..ask.examples as usize;
        Plan {
            again: self.spec.clone(),
            pass: 0,
            seed: self.started.seeds[0],
            rows: rows
                .map(|row| PlannedRow::of(ask, &self.readings, row).unwrap())
                .collect(),
        }
    }

    fn curvature(
        &mut self,
        ask: &CurvatureSpec,
        known: &dyn Fn(Place) -> bool,
    ) -> Vec<CurvatureOutput> {
        let plan = self.plan(ask);
        let mut outputs = Vec::new();
        let emit = &mut |output| outputs.push(output);
        let spec = self.spec.clone();
        let cancel = Cancel::default();
        self.engine
            .curvature(&spec, ask, &plan, known, &cancel, emit)
            .unwrap();
        outputs
    }
}

/// Every value by row, point, layer and measure.
type Values = BTreeMap<(usize, usize, String, CurvatureMeasure), CurvatureValue>;

fn values(ask: &CurvatureSpec, outputs: &[CurvatureOutput]) -> Values {
    let blocks = outputs.iter().filter_map(|output| match output {
        CurvatureOutput::Values(block) => Some(block),
        _ => None,
    });
    let named = |block: &valleyscope_shared::curvature::CurvatureBlock| {
        let columns = ask.columns();
        assert_eq!(block.values.len(), columns.len());
        let (row, point) = (block.row, block.point);
        let pairs = columns.into_iter().zip(block.values.clone());
        pairs
            .map(|(column, value)| ((row, point, column.layer, column.measure), value))
            .collect::<Vec<_>>()
    };
    blocks.flat_map(named).collect()
}

/// The last layer's numbers by autograd are those that the run has in closed form, and those of all layers follow from the layers'.
#[test]
fn curvature_of_a_runs_last_layer_is_what_the_run_read() {
    let mut done = done();
    let layers = curvature_layers(&done.engine.data_dir, &done.spec.model).unwrap();
    let mut names: Vec<String> = layers.iter().map(|layer| layer.name.clone()).collect();
    names.push(NETWORK.to_owned());
    let ask = CurvatureSpec {
        layers: Layers::Many(names.clone()),
        ..done.ask(r#"{"measures": ["trace", "kappa_tr", "lambda_max", "grad_norm"], "points": [0, 3, 6], "examples": 3, "tolerance": 1e-8, "relative_error": 1, "most_probes": 18}"#)
    };
    let outputs = done.curvature(&ask, &|_| false);
    let found = values(&ask, &outputs);
    let head = &layers.last().unwrap().name;
    assert_eq!(found.len(), 3 * 3 * ask.columns().len());
    for row in 0..3 {
        for point in [0, 3, 6] {
            let read = |measure| done.readings.get(measure, point, row).unwrap();
            let of = |layer: &str, measure| &found[&(row, point, layer.to_owned(), measure)];
            for (measure, own) in [
                (CurvatureMeasure::Trace, Measure::TraceH),
                (CurvatureMeasure::KappaTr, Measure::KappaTr),
                (CurvatureMeasure::LambdaMax, Measure::LambdaMax),
                (CurvatureMeasure::GradNorm, Measure::GradW),
            ] {
                // Images of a path are handed on in single precision: each pixel is off by up to 6e-8, which the network multiplies.
                let what = format!("{} of example {row} at {point}", measure.id());
                assert_close(of(head, measure).value.0, read(own), 1e-5, &what);
            }
            let each = |measure| {
                names[..layers.len()]
                    .iter()
                    .map(move |name| (name, measure))
            };
            let traces: f64 = each(CurvatureMeasure::Trace)
                .map(|(name, measure)| of(name, measure).value.0)
                .sum();
            assert_close(
                of(NETWORK, CurvatureMeasure::Trace).value.0,
                traces,
                1e-12,
                "all layers",
            );
            let squares: f64 = each(CurvatureMeasure::GradNorm)
                .map(|(name, measure)| of(name, measure).value.0.powi(2))
                .sum();
            let whole = of(NETWORK, CurvatureMeasure::GradNorm).value.0;
            assert_close(whole, squares.sqrt(), 1e-12, "all layers");
        }
    }
}

/// Images are computed while the attack goes on, so that no more wait than are computed together, whatever the number of steps.
#[test]
fn curvature_is_computed_along_the_path_and_after_what_was_read_there() {
    let mut done = done();
    let ask = done.ask(r#"{"measures": ["grad_norm"], "points": "all", "examples": 5}"#);
    let outputs = done.curvature(&ask, &|_| false);
    let (mut read, mut computed, mut most) = (0, 0, 0_usize);
    for output in &outputs {
        match output {
            CurvatureOutput::Read(block) => {
                read = read.max(5 * (block.point + 1));
                most = most.max(read.saturating_sub(computed));
            }
            CurvatureOutput::Values(block) => {
                computed += 1;
                assert!(5 * (block.point + 1) <= read);
            }
            CurvatureOutput::Density(_) => {}
        }
    }
    assert_eq!(computed, 5 * done.readings.axis().points());
    // Fewer than are computed together, and the five images of a step.
    assert!(most < 8 + 5, "{most}");
}

#[test]
fn curvature_that_is_known_is_not_computed_again() {
    let mut done = done();
    let ask = done.ask(r#"{"measures": ["stutz_average", "input_cure", "density"], "layers": "network", "examples": 3, "density_steps": 4, "density_starts": 2}"#);
    let plan = done.plan(&ask);
    let all = done.curvature(&ask, &|_| false);
    let count = |outputs: &[CurvatureOutput]| {
        let is = |output: &&CurvatureOutput| !matches!(output, CurvatureOutput::Read(_));
        outputs.iter().filter(is).count()
    };
    let places = Plan::places(&plan.rows, &ask);
    assert_eq!(count(&all), places.len());
    let rest = done.curvature(&ask, &|place| match place {
        Place::Example { row, .. } => row < 2,
        Place::Density { mark, .. } => mark != Mark::Peak,
    });
    assert!(values(&ask, &rest).keys().all(|key| key.0 == 2));
    let all = values(&ask, &all);
    for (key, value) in values(&ask, &rest) {
        // Beside fewer images LibTorch may add up in another order.
        assert_close(value.value.0, all[&key].value.0, 1e-12, &format!("{key:?}"));
    }
    assert_eq!(done.curvature(&ask, &|_| true).len(), 0);
}

/// Whatever is asked for, one example fits into what was said to be needed, and not into one byte less.
#[test]
fn curvature_takes_as_much_memory_as_was_said() {
    let mut done = done();
    for measure in ALL {
        for estimator in ["parted", "hutchinson", "hutch_plus_plus"] {
            let text = format!(
                r#"{{"measures": ["{}"], "estimator": "{estimator}", "examples": 1, "points": [6], "most_probes": 18, "lanczos_steps": 3, "tolerance": 0.5, "draws": 2, "density_steps": 3, "density_starts": 2}}"#,
                measure.id()
            );
            let ask = done.ask(&text);
            let needs = curvature_needs(&done.engine, &done.spec, &ask, 1).unwrap();
            assert!(needs.passes > 1, "{text}");
            let just = CurvatureSpec {
                memory: needs.memory,
                ..ask.clone()
            };
            let places = Plan::places(&done.plan(&just).rows, &just).len();
            let outputs = done.curvature(&just, &|_| false);
            let is = |output: &&CurvatureOutput| !matches!(output, CurvatureOutput::Read(_));
            assert_eq!(outputs.iter().filter(is).count(), places, "{text}");
            let less = CurvatureSpec {
                memory: needs.memory - 1,
                ..ask
            };
            let plan = done.plan(&less);
            let spec = done.spec.clone();
            let refused = done.engine.curvature(
                &spec,
                &less,
                &plan,
                &|_| false,
                &Cancel::default(),
                &mut |_| (),
            );
            let problem = refused.expect_err(&text);
            assert!(
                problem.to_string().contains("one example needs about"),
                "{problem}"
            );
        }
    }
}
