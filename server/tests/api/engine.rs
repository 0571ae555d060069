//! An engine for tests: it computes plain formulas instead of tensors, and can be told to wait, to fail and to panic.
//!
//! The readings follow a textbook path: sharpness climbs, peaks at the flip, falls.

mod demand;
mod varied;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use valleyscope::engine::{CleanImage, Engine};
use valleyscope_shared::catalog::{Catalog, DataInfo, LayerInfo, ModelInfo};
use valleyscope_shared::curvature::{
    CurvatureLayer, CurvatureNeeds, CurvatureOutput, CurvatureSpec, Place, Plan,
};
use valleyscope_shared::data::{DataChecks, Sample};
use valleyscope_shared::event::{Compact, Event, Point, Started, Summary, Warning};
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::origin::{Current, Origin};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::{Block, Example, Readings};
use valleyscope_shared::runner::{Cancel, Kept, Output, Runner};
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::valley::{Interval, Population, band_at};
use varied::Varied;

/// The models of the test engine, by what they do.
/// `varied` has a pass for each epsilon, in which other attacks break other images; DeepFool has a size for each.
/// `unsteady` reads something else of an image that is attacked alone, `shy` cannot attack one alone.
const MODELS: [&str; 9] = [
    "plain", "slow", "panics", "fails", "lost", "broken", "varied", "unsteady", "shy",
];

/// The words of a fault that names a folder of the machine: the model `lost` fails with it, the model `broken` is listed with it.
pub const FAULT: &str = "/srv/lab/secret place/models/a/model.json: No such file or directory";

/// See the module.
#[derive(Clone, Default)]
pub struct TestEngine {
    /// How long one step of the model `slow` takes.
    pub pause: Duration,
    /// What lies under the names of all models and of the data set.
    pub now: Arc<Mutex<Current>>,
    /// How many runs were begun.
    pub begun: Arc<AtomicUsize>,
    /// Whether the model `unsteady` reads something else of every image.
    pub drift: Arc<AtomicBool>,
    /// At how many places measures on demand were computed.
    pub computed: Arc<AtomicUsize>,
}

impl TestEngine {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            pause: Duration::from_millis(20),
            now: Arc::new(Mutex::new(Current {
                model: Some(("w1".to_owned(), "c1".to_owned())),
                data: Some("d1".to_owned()),
            })),
            begun: Arc::default(),
            drift: Arc::default(),
            computed: Arc::default(),
        })
    }
}

impl Engine for TestEngine {
    fn catalog(&self) -> Result<Catalog, Problem> {
        let classes: Vec<String> = (0..10).map(|class| format!("class {class}")).collect();
        let model = |id: &str| ModelInfo {
            id: id.to_owned(),
            title: format!("Test model \"{id}\""),
            architecture: "formulas".to_owned(),
            input_shape: vec![3, 4, 4],
            classes: classes.clone(),
            problem: (id == "broken").then(|| FAULT.to_owned()),
            ..ModelInfo::default()
        };
        let set = DataInfo {
            id: "numbers".to_owned(),
            title: "Numbers".to_owned(),
            count: 1000,
            shape: vec![3, 4, 4],
            classes: classes.clone(),
            ..DataInfo::default()
        };
        let letters = DataInfo {
            id: "letters".to_owned(),
            title: "Letters".to_owned(),
            classes: ["a", "b", "c"].map(str::to_owned).to_vec(),
            ..set.clone()
        };
        Ok(Catalog::new(
            "test",
            MODELS.map(model).to_vec(),
            vec![set, letters],
            &["cpu".to_owned()],
        ))
    }

    fn layers(&self, _model: &str) -> Result<Vec<LayerInfo>, Problem> {
        Ok(vec![LayerInfo {
            name: "head".to_owned(),
            kind: "linear".to_owned(),
            shape: vec![10],
            parameters: 490,
            multiply_adds: 480,
        }])
    }

    fn runner(&self) -> Box<dyn Runner> {
        Box::new(TestRunner(self.clone()))
    }

    fn current(&self, _model: &str, _set: &str) -> Current {
        self.now.lock().unwrap().clone()
    }

    fn clean_image(&self, _set: &str, index: u64) -> Result<CleanImage, Problem> {
        let first = index % 100;
        Ok(CleanImage {
            shape: [3, 4, 4],
            bytes: (0..48).map(|i| ((i + first) % 200) as u8).collect(),
        })
    }

    fn samples(&self, _set: &str, _most: usize) -> Result<Vec<Sample>, Problem> {
        Ok([3, 5].map(|label| Sample { index: 1, label }).to_vec())
    }

    fn checks(&self, _set: &str, _other: Option<&str>) -> Result<DataChecks, Problem> {
        Ok(DataChecks::default())
    }

    fn curvature_layers(&self, model: &str) -> Result<Vec<CurvatureLayer>, Problem> {
        demand::layers(model)
    }

    fn curvature_needs(
        &self,
        run: &RunSpec,
        ask: &CurvatureSpec,
        places: u64,
    ) -> Result<CurvatureNeeds, Problem> {
        demand::needs(run, ask, places)
    }

    fn memory(&self, spec: &RunSpec) -> Option<u64> {
        Some(1000 * spec.data.most())
    }
}

struct TestRunner(TestEngine);

impl TestRunner {
    fn origin(&self) -> Origin {
        let now = self.0.now.lock().unwrap().clone();
        let (weights, card) = now.model.unwrap_or_default();
        Origin {
            weights,
            card,
            data: now.data.unwrap_or_default(),
            images: "i1".to_owned(),
            spec: "s1".to_owned(),
        }
    }
}

impl Runner for TestRunner {
    fn curvature(
        &mut self,
        run: &RunSpec,
        ask: &CurvatureSpec,
        plan: &Plan,
        known: &dyn Fn(Place) -> bool,
        cancel: &Cancel,
        emit: &mut dyn FnMut(CurvatureOutput),
    ) -> Result<(), Problem> {
        demand::compute(&self.0, (run, ask, plan), known, cancel, emit)
    }

    fn run(
        &mut self,
        spec: &RunSpec,
        cancel: &Cancel,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(), Problem> {
        self.0.begun.fetch_add(1, Ordering::Relaxed);
        let axis = spec.attack.axis();
        let first = spec.data.first.unwrap_or(0);
        let indices = spec
            .data
            .indices
            .clone()
            .unwrap_or_else(|| (first..first + spec.data.most()).collect());
        let examples: Vec<Example> = indices
            .iter()
            .map(|index| Example::new(*index, (index % 10) as u32))
            .collect();
        let varied = Varied::of(spec);
        let radii = varied
            .as_ref()
            .map_or_else(Vec::new, |_| spec.attack.epsilons());
        let seeds = match radii.len() {
            0 => spec.seed.list(),
            several => vec![spec.seed.list()[0]; several],
        };
        emit(Output::Event(Event::Started(Started {
            device: "cpu".to_owned(),
            precision: spec.precision,
            made_by: "Valleyscope test engine".to_owned(),
            origin: Some(self.origin()),
            axis: axis.clone(),
            seeds: seeds.clone(),
            epsilons: radii.clone(),
            norm: (!radii.is_empty()).then(|| spec.attack.norm()),
            bounded: false,
            smallest: (varied.is_some() && spec.attack.minimum_norm()).then(|| spec.attack.norm()),
            profile: None,
            examples: examples.len(),
            total: (seeds.len() * examples.len() * axis.points()) as u64,
            memory: 0,
            kept_bytes: 0,
            notes: vec![],
        })));
        emit(Output::Examples(examples.clone()));
        let mut done = 0;
        for (pass, seed) in seeds.iter().enumerate() {
            let mut readings = Readings::new(axis.clone(), examples.clone());
            for first_row in (0..examples.len()).step_by(spec.batch_size as usize) {
                let rows = (examples.len() - first_row).min(spec.batch_size as usize);
                for point in 0..axis.points() {
                    if cancel.is_cancelled() {
                        return Ok(());
                    }
                    if spec.model == "slow" {
                        std::thread::sleep(self.0.pause);
                    }
                    let these = &examples[first_row..first_row + rows];
                    let mut values = values(these, point, axis.points());
                    let alone = examples.len() == 1 && point == 2;
                    let drifts = point == 2 && self.0.drift.load(Ordering::Relaxed);
                    if (alone || drifts) && spec.model == "unsteady" {
                        let loss = Measure::Loss.place() * rows;
                        values[loss..loss + rows]
                            .iter_mut()
                            .for_each(|loss| *loss += 1.0);
                    }
                    if alone && spec.model == "shy" {
                        panic!("the test model is shy");
                    }
                    if let Some(varied) = &varied {
                        let place = Measure::Pred.place() * rows;
                        let classes = &mut values[place..place + rows];
                        for (class, example) in classes.iter_mut().zip(these) {
                            *class = varied.class(example, axis.step_at(point), radii.get(pass));
                        }
                    }
                    let block = Block {
                        pass,
                        point,
                        first_row,
                        values,
                    };
                    readings.put(&block);
                    done += rows as u64;
                    emit(Output::Block(block));
                    let kept = (spec.keep_examples as usize)
                        .saturating_sub(first_row)
                        .min(rows);
                    if kept > 0 {
                        emit(Output::Kept(iterates(
                            pass,
                            point,
                            first_row,
                            &these[..kept],
                            spec.attack.epsilon(),
                        )));
                    }
                    let bands = measure::ALL
                        .iter()
                        .map(|measure| {
                            Compact(band_at(
                                &readings,
                                *measure,
                                Population::Right,
                                point,
                                Interval::Normal,
                            ))
                        })
                        .collect();
                    emit(Output::Event(Event::Point(Point {
                        pass,
                        point,
                        done,
                        bands,
                    })));
                    if point == 2 && spec.model == "panics" {
                        panic!("the test model panics at point 2");
                    }
                    if point == 2 && spec.model == "lost" {
                        return Err(Problem::run_failed(FAULT));
                    }
                    if point == 2 && spec.model == "fails" {
                        return Err(Problem::run_failed("the test model fails at point 2"));
                    }
                }
                let these = examples.iter().enumerate().skip(first_row).take(rows);
                for (row, example) in these {
                    let Some(varied) = &varied else { break };
                    let ending = varied.ending(example, axis.steps.len() as u32 - 1);
                    readings.put_ending(row, ending.clone());
                    emit(Output::Ending { pass, row, ending });
                }
                let summary = Summary::of(&readings, pass, *seed, Population::Right);
                emit(Output::Event(Event::Summary(summary)));
            }
        }
        emit(Output::Event(Event::Warning(Warning {
            id: "test".to_owned(),
            message: "these are no real numbers".to_owned(),
            examples: examples.len(),
        })));
        Ok(())
    }
}

/// Sharpness climbs to the flip, which comes at a step that depends on the example, and falls after it.
fn values(examples: &[Example], point: usize, points: usize) -> Vec<f64> {
    let reading = |measure: Measure, example: &Example| {
        let flip = 1 + example.index as usize % points.saturating_sub(1).max(1);
        let flipped = point >= flip;
        match measure {
            Measure::Pred => f64::from(if flipped {
                (example.label + 1) % 10
            } else {
                example.label
            }),
            Measure::KappaTr => {
                10.0 * (-(point as f64 - flip as f64).powi(2)).exp()
                    + if flipped { 0.0 } else { 1e-3 }
            }
            Measure::Loss => point as f64,
            Measure::Entropy if point == 1 => f64::NAN,
            _ => example.index as f64 + point as f64 / 100.0,
        }
    };
    measure::ALL
        .iter()
        .flat_map(|measure| {
            examples
                .iter()
                .map(move |example| reading(*measure, example))
        })
        .collect()
}

/// Pixel `i` of image `100 + r` is `(i + r) / 255`, moved by epsilon upwards once the attack has begun.
fn iterates(
    pass: usize,
    point: usize,
    first_row: usize,
    examples: &[Example],
    epsilon: f64,
) -> Kept {
    let moved = if point == 0 { 0.0 } else { epsilon as f32 };
    let image = |example: &Example| {
        let first = (example.index % 100) as usize;
        (0..48).map(move |i| ((i + first) % 200) as f32 / 255.0 + moved)
    };
    let rows = examples.len();
    let logits = (0..rows * 10)
        .map(|i| if i % 10 == point % 10 { 5.0 } else { 0.0 })
        .collect();
    Kept {
        pass,
        point,
        first_row,
        rows,
        shape: vec![3, 4, 4],
        images: examples.iter().flat_map(image).collect(),
        logits,
    }
}
