//! Whole runs on a made network and made images, where a run's own models have nothing to show.

mod not_finite;

use super::*;
use crate::data::{Dataset, DatasetInfo};
use crate::model::{
    Architecture, Form, Forward, Head, Layer, LoadedModel, Model, ModelCard, Normalisation,
    SmallCnnOptions,
};
use std::collections::BTreeMap;
use tch::Tensor;
use valleyscope_shared::event::Frame;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::run::RunState;

/// Pictures of 3 x 2 x 2 pixels, of which the first two are given and the others are grey.
pub(super) struct Pictures {
    info: DatasetInfo,
    pixels: Vec<[u8; 2]>,
    labels: Vec<usize>,
}

impl Pictures {
    pub(super) fn new(of: &[(f64, f64, usize)], classes: &[&str]) -> Self {
        let byte = |value: f64| (value * 255.0).round() as u8;
        Self {
            info: DatasetInfo {
                id: "pictures".to_owned(),
                title: String::new(),
                count: of.len(),
                shape: [3, 2, 2],
                classes: classes.iter().map(|name| (*name).to_owned()).collect(),
                source: String::new(),
                notes: Vec::new(),
            },
            pixels: of.iter().map(|of| [byte(of.0), byte(of.1)]).collect(),
            labels: of.iter().map(|of| of.2).collect(),
        }
    }
}

impl Dataset for Pictures {
    fn digest(&self) -> Result<String> {
        crate::origin::of_set(self)
    }

    fn info(&self) -> &DatasetInfo {
        &self.info
    }

    fn label(&self, index: usize) -> Result<usize> {
        self.info.check_index(index)?;
        Ok(self.labels[index])
    }

    fn bytes_into(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        self.info.check_index(index)?;
        bytes.fill(127);
        bytes[..2].copy_from_slice(&self.pixels[index]);
        Ok(())
    }
}

/// z_1 = 4 (a + b − 1.2) and z_0 = 0 for the first two pixels a and b; where a is above 0.75 the logits overflow.
pub(super) struct Pixels {
    weight: Tensor,
    bias: Tensor,
}

/// Above it the square of it is infinite.
const HUGE: f64 = 1e160;

impl Pixels {
    /// With more rows in its last layer, which are never the largest.
    pub(super) fn with_classes(classes: usize) -> Self {
        let mut rows = vec![0.0, 0.0, HUGE, 4.0, 4.0, -HUGE];
        let mut bias = vec![0.0, -4.8];
        for _ in 2..classes {
            rows.extend([0.5, -0.5, HUGE]);
            bias.push(-20.0);
        }
        Self {
            weight: Tensor::from_slice(&rows).view([-1, 3]),
            bias: Tensor::from_slice(&bias),
        }
    }
}

impl Model for Pixels {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        let pixels = x.f_flatten(1, -1)?.f_narrow(1, 0, 2)?;
        let above = pixels.f_narrow(1, 0, 1)?.f_sub_scalar(0.75)?.f_relu()?;
        let features = Tensor::f_cat(&[pixels, above.f_mul_scalar(HUGE)?], 1)?;
        Ok(Forward {
            logits: features.f_linear(&self.weight, Some(&self.bias))?,
            features,
        })
    }

    fn head(&self) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
            form: Form::Linear,
        }
    }

    fn kind(&self) -> Kind {
        Kind::Double
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

/// The network as if it had been loaded, with these names of classes.
pub(super) fn loaded(model: Pixels, classes: &[&str]) -> LoadedModel {
    let layer = Layer {
        channels: 1,
        kernel: 1,
        stride: 1,
    };
    LoadedModel {
        weights: String::new(),
        card_digest: String::new(),
        card: ModelCard {
            title: String::new(),
            architecture: Architecture::SmallCnn(SmallCnnOptions {
                layers: vec![layer],
                hidden: None,
            }),
            epsilon: None,
            normalisation: Normalisation::default(),
            input_shape: [3, 2, 2],
            classes: classes.iter().map(|name| (*name).to_owned()).collect(),
            data: None,
            source: None,
            licence: None,
            facts: BTreeMap::new(),
            remark: None,
            accuracy: None,
            training: None,
        },
        model: Box::new(model),
        parameters: 0,
        layers: Vec::new(),
    }
}

/// What a run handed out.
pub(super) struct Outcome {
    pub(super) state: RunState,
    pub(super) readings: Readings,
}

pub(super) fn compute(loaded: &LoadedModel, set: &dyn Dataset, spec: &RunSpec) -> Result<Outcome> {
    let cancel = Cancel::default();
    let mut outputs = Vec::new();
    fit::check(loaded, set.info(), spec.data.allow_other_classes)?;
    let selection = Selection::of(spec, set, loaded.model.as_ref(), &cancel)?;
    run_on(
        loaded,
        set,
        &selection,
        spec,
        None,
        &cancel,
        &mut |output| outputs.push(output),
    )?;
    let events = outputs.iter().filter_map(|output| match output {
        Output::Event(event) => Some(event.clone()),
        _ => None,
    });
    let frames: Vec<Frame> = events
        .zip(1..)
        .map(|(event, seq)| Frame {
            seq,
            at_ms: 0,
            event,
        })
        .collect();
    let state = RunState::of(&frames);
    let examples = outputs.iter().find_map(|output| match output {
        Output::Examples(examples) => Some(examples.clone()),
        _ => None,
    });
    let started = state.started.as_ref().unwrap();
    let mut readings = started.tables(&examples.unwrap()).remove(0);
    for output in outputs {
        match output {
            Output::Block(block) => readings.put(&block),
            Output::Flip { row, step, .. } => readings.put_flip(row, step),
            Output::Ending { row, ending, .. } => readings.put_ending(row, ending),
            _ => {}
        }
    }
    Ok(Outcome { state, readings })
}

pub(super) fn spec(attack: &str, indices: &[usize]) -> RunSpec {
    let text = format!(
        r#"{{"model": "made", "data": {{"set": "pictures", "indices": {indices:?}}}, "attack": {attack}, "batch_size": 3}}"#
    );
    RunSpec::from_json(&text).unwrap()
}

#[test]
fn other_classes_and_labels_beyond_them_are_refused_before_anything_is_computed() {
    let names = ["low", "high", "none"];
    let compute = |rows: usize, of_model: &[&str], of_set: &[&str], label: usize| {
        let model = loaded(Pixels::with_classes(rows), of_model);
        let set = Pictures::new(&[(0.2, 0.2, 0), (0.2, 0.2, label)], of_set);
        let spec = spec(r#"{"pgd": {"steps": 1}}"#, &[0, 1]);
        compute(&model, &set, &spec)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(compute(3, &names, &names, 2), Ok(()));
    let error = compute(3, &names, &names[..2], 1).unwrap_err();
    assert!(
        error.contains("3 classes (low, high, none), the data set 2 (low, high)"),
        "{error}"
    );
    let error = compute(3, &names, &["high", "low", "none"], 1).unwrap_err();
    assert!(error.contains("another order, first at class 0"), "{error}");
    let error = compute(2, &names, &names, 1).unwrap_err();
    assert!(error.contains("the last layer has 2 rows"), "{error}");
    let error = compute(3, &names, &names, 3).unwrap_err();
    assert!(
        error.contains("image 1 of pictures has the label 3"),
        "{error}"
    );
}

#[test]
fn a_target_beyond_the_classes_is_refused() {
    let names = ["low", "high"];
    let model = loaded(Pixels::with_classes(2), &names);
    let set = Pictures::new(&[(0.2, 0.2, 0)], &names);
    let error = compute(&model, &set, &spec(r#"{"pgd": {"target": 2}}"#, &[0]));
    let error = error.err().unwrap().to_string();
    assert!(
        error.contains("target is 2") && error.contains("0 to 1"),
        "{error}"
    );
}
