//! PGD and every measure along it against PyTorch 2.11: small networks with drawn weights (`golden/pytorch_traces.py` made the values),
//! and public networks on real images (the public values `vectors/cifar10_*.json`).

use crate::common::{json, number, numbers};
use serde_json::Value;
use std::path::PathBuf;
use tch::{Device, Kind};
use valleyscope_engine::attack::{self, Batch};
use valleyscope_engine::data::{self, Dataset};
use valleyscope_engine::measure::{LastLayer, Reader};
use valleyscope_engine::model::{
    self, Architecture, Model, Normalisation, ResNetOptions, Shortcut,
};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::spec::AttackSpec;
use valleyscope_tests::data as files;

const IMAGENET: ([f64; 3], [f64; 3]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);

/// Per measure, `[step][image]`.
struct Trajectory(std::collections::BTreeMap<&'static str, Vec<Vec<f64>>>);

impl Trajectory {
    fn at(&self, id: &str, step: usize) -> &[f64] {
        &self.0[id][step]
    }
}

/// Networks and images of one folder.
struct Place {
    root: PathBuf,
    images: &'static str,
    /// Of its ResNets.
    depth: i64,
    width: i64,
}

impl Place {
    fn made() -> Self {
        Self {
            root: files::golden("made"),
            images: "datasets/cifar10/test_batch.first8.bin",
            depth: 14,
            width: 4,
        }
    }

    /// With golden values of that name.
    fn public(name: &str) -> Option<(Self, Value)> {
        let images = "datasets/cifar10/test_batch.first1017.bin";
        let root = files::with([
            "weights/cifar10-resnet20-akamaster/model.safetensors",
            "weights/cifar10-resnet20-pgdat-fanghenshao/model.safetensors",
            images,
            &format!("vectors/{name}"),
        ])?;
        let place = Self {
            root,
            images,
            depth: 20,
            width: 16,
        };
        Some((place, json(&files::file(&format!("vectors/{name}")))))
    }
}

fn run(
    golden: &Value,
    place: &Place,
    shortcut: Shortcut,
    normalisation: Normalisation,
    kind: Kind,
    batch: usize,
) -> Trajectory {
    let options = ResNetOptions {
        width: place.width,
        ..ResNetOptions::new(place.depth, shortcut)
    };
    let card = model::library::cifar10_card("golden", Architecture::ResNet(options), normalisation)
        .to_json()
        .unwrap();
    let weights = place
        .root
        .join("weights")
        .join(golden["weights"].as_str().unwrap())
        .join("model.safetensors");
    let loaded =
        model::load_bytes(&card, &std::fs::read(weights).unwrap(), Device::Cpu, kind).unwrap();
    let images = tempfile::tempdir().unwrap();
    data::register(
        images.path(),
        "cifar10-test",
        &[place.root.join(place.images)],
        &Default::default(),
    )
    .unwrap();
    let set = data::open(images.path(), "cifar10-test").unwrap();

    let settings = &golden["attack"];
    let pgd = AttackSpec::new(
        "pgd",
        [
            ("epsilon", number(&settings["epsilon"]).into()),
            ("step_size", number(&settings["step_size"]).into()),
            ("steps", settings["steps"].clone()),
        ],
    );
    let first = golden["images"]["first"].as_u64().unwrap() as usize;
    let count = golden["images"]["count"].as_u64().unwrap() as usize;
    let all: Vec<usize> = (first..first + count).collect();
    let mut columns = std::collections::BTreeMap::new();
    for indices in all.chunks(batch) {
        attack_batch(
            loaded.model.as_ref(),
            set.as_ref(),
            indices,
            &pgd,
            &mut columns,
        );
    }
    Trajectory(columns)
}

fn attack_batch(
    model: &dyn Model,
    set: &dyn Dataset,
    indices: &[usize],
    attack: &AttackSpec,
    columns: &mut std::collections::BTreeMap<&'static str, Vec<Vec<f64>>>,
) {
    let (x, labels) = data::batch(set, indices, Device::Cpu, model.kind()).unwrap();
    let truth: Vec<usize> = indices
        .iter()
        .map(|index| set.label(*index).unwrap())
        .collect();
    let keys = indices.iter().map(|index| *index as u64).collect();
    let last = LastLayer::of(&model.head()).unwrap();
    let mut reader = Reader::new(&last, truth);
    let mut steps = attack::start(
        attack,
        model,
        Batch {
            x,
            truth: labels.shallow_clone(),
            labels,
            indices: keys,
            towards: None,
            last_gradient: true,
        },
        Noise::new(1),
    )
    .unwrap();
    let mut t = 0;
    while let Some(step) = steps.step().unwrap() {
        let reading = reader.read(&step).unwrap();
        for measure in valleyscope_shared::measure::ALL {
            let rows = columns.entry(measure.id()).or_default();
            if rows.len() <= t {
                rows.resize(t + 1, Vec::new());
            }
            rows[t].extend_from_slice(reading.column(*measure));
        }
        t += 1;
    }
}

/// The golden file's id and ours; the measures that the files hold.
const IDS: [(&str, &str); 13] = [
    ("loss", "loss"),
    ("margin", "margin"),
    ("gini", "gini"),
    ("phi_sq", "phi_sq"),
    ("trace_h", "trace_h"),
    ("kappa_code", "kappa_code"),
    ("kappa_f2", "kappa_f2"),
    ("kappa_tr", "kappa_tr"),
    ("kappa_max", "kappa_max"),
    ("linf", "linf"),
    ("l2", "l2"),
    ("grad_l1", "grad_x_l1"),
    ("zero_grad", "zero_grad"),
];

/// f64: to `tolerance` of each image's own peak at every step, and every prediction.
fn assert_follows(golden: &Value, got: &Trajectory, tolerance: f64) {
    for (theirs, ours) in IDS {
        let want: Vec<Vec<f64>> = golden["trajectory"][theirs]
            .as_array()
            .unwrap()
            .iter()
            .map(numbers)
            .collect();
        for image in 0..want[0].len() {
            let peak = want.iter().map(|row| row[image].abs()).fold(0.0, f64::max);
            for (step, row) in want.iter().enumerate() {
                let off = (got.at(ours, step)[image] - row[image]).abs();
                assert!(
                    off <= tolerance * peak,
                    "{ours}, image {image}, step {step}: off by {off:e} of a peak of {peak:e}"
                );
            }
        }
    }
    assert_same_predictions(golden, got);
}

fn assert_same_predictions(golden: &Value, got: &Trajectory) {
    for (step, row) in golden["trajectory"]["pred"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        assert_eq!(
            got.at("pred", step),
            numbers(row),
            "predictions at step {step}"
        );
    }
}

fn imagenet() -> Normalisation {
    Normalisation {
        mean: IMAGENET.0.to_vec(),
        std: IMAGENET.1.to_vec(),
    }
}

/// One pads with zero channels on both sides, and one behind.
#[test]
fn small_resnets_follow_pytorch_in_f64() {
    let golden = json(&files::golden("made/pytorch_traces.json"));
    for (golden, shortcut, normalisation) in [
        (&golden[0], Shortcut::Both, imagenet()),
        (&golden[1], Shortcut::After, Normalisation::default()),
    ] {
        let got = run(
            golden,
            &Place::made(),
            shortcut,
            normalisation,
            Kind::Double,
            8,
        );
        assert_follows(golden, &got, 1e-6);
    }
}

#[test]
fn the_standard_resnet20_follows_pytorch_in_f64() {
    let Some((place, golden)) = Place::public("cifar10_resnet20_pgd10_f64.json") else {
        return;
    };
    let got = run(
        &golden,
        &place,
        Shortcut::Both,
        imagenet(),
        Kind::Double,
        16,
    );
    // As the data's README says: 1e-6 of each image's own peak.
    assert_follows(&golden, &got, 1e-6);
}

#[test]
fn on_a_small_resnet_a_batch_of_one_equals_a_batch_of_many_over_the_whole_path_in_f64() {
    let golden = json(&files::golden("made/pytorch_traces.json"));
    a_batch_of_one_equals_a_batch_of_many(&golden[0], &Place::made());
}

#[test]
fn a_batch_of_one_equals_a_batch_of_many_over_the_whole_path_in_f64() {
    if let Some((place, golden)) = Place::public("cifar10_resnet20_pgd10_f64.json") {
        a_batch_of_one_equals_a_batch_of_many(&golden, &place);
    }
}

fn a_batch_of_one_equals_a_batch_of_many(golden: &Value, place: &Place) {
    let mut golden_few = golden.clone();
    golden_few["images"]["count"] = 4.into();
    let many = run(golden, place, Shortcut::Both, imagenet(), Kind::Double, 16);
    let one = run(
        &golden_few,
        place,
        Shortcut::Both,
        imagenet(),
        Kind::Double,
        1,
    );
    // What an attack has spent is the runner's to say, not to be read from a step.
    for (id, rows) in one.0.iter().filter(|(id, _)| id.to_string() != "passes") {
        for image in 0..4 {
            let peak = rows.iter().map(|row| row[image].abs()).fold(0.0, f64::max);
            for (step, row) in rows.iter().enumerate() {
                let off = (row[image] - many.at(id, step)[image]).abs();
                // PyTorch against itself agrees to 8e-15 of the peak; kernels for other batch sizes may differ by as much
                // again at each of ten steps.
                assert!(
                    off <= 1e-12 * peak,
                    "{id}, image {image}, step {step}: {off:e} of {peak:e}"
                );
            }
        }
    }
}

#[test]
fn the_adversarially_trained_resnet20_follows_pytorch_in_f64() {
    let name = "cifar10_resnet20_adversarially_trained_pgd40_f64.json";
    let Some((place, golden)) = Place::public(name) else {
        return;
    };
    let got = run(
        &golden,
        &place,
        Shortcut::After,
        Normalisation::default(),
        Kind::Double,
        16,
    );
    assert_follows(&golden, &got, 1e-6);
}

#[test]
fn the_standard_resnet20_follows_pytorch_in_f32_as_far_as_f32_goes() {
    let Some((place, golden)) = Place::public("cifar10_resnet20_pgd10_f32.json") else {
        return;
    };
    let got = run(&golden, &place, Shortcut::Both, imagenet(), Kind::Float, 16);
    assert_same_predictions(&golden, &got);
    let rows = |id: &str| -> Vec<Vec<f64>> {
        golden["trajectory"][id]
            .as_array()
            .unwrap()
            .iter()
            .map(numbers)
            .collect()
    };
    let (losses, kappas) = (rows("loss"), rows("kappa_tr"));
    let mut astray = std::collections::BTreeMap::<usize, f64>::new();
    for image in 0..losses[0].len() {
        let peak = kappas.iter().map(|row| row[image]).fold(0.0, f64::max);
        for step in 0..losses.len() {
            // Ten times what two convolution back ends of one PyTorch differ by (data README): losses 1e-4 up to step 5 and
            // 3e-2 at step 10, sharpness 5e-5 of the image's own peak. Losses below 1e-4 are the tail of a saturated softmax.
            let relative = if step <= 5 { 1e-3 } else { 0.3 };
            let (got_loss, want_loss) = (got.at("loss", step)[image], losses[step][image]);
            let loss = (got_loss - want_loss).abs() / want_loss.max(1e-4);
            let off = (got.at("kappa_tr", step)[image] - kappas[step][image]).abs();
            if loss > relative || off > 5e-4 * peak {
                let most = astray.entry(image).or_default();
                *most = most.max(off / peak);
            }
        }
    }
    // Another processor rounds a gradient that is nearly zero to the other sign, and the step after it shows that: PyTorch 2.11 itself,
    // with each of four convolution back ends on an AVX2 machine, is off by 0.103 of the peak on image 7 at step 1, as we are there.
    // So one image may stray, and twice as far at most; predictions are the same for all.
    println!("astray, by how much of the peak: {astray:?}");
    assert!(astray.len() <= 1, "{astray:?}");
    assert!(astray.values().all(|most| *most < 0.2), "{astray:?}");
}
