//! Programs of TorchScript as models, in a process that is there for nothing else: this one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use tch::{Device, Kind, Tensor};
use valleyscope_engine::error::Error;
use valleyscope_engine::model::{Found, LoadedModel, ModelCard, library, script};

const INPUT: [i64; 3] = [3, 32, 32];

fn file(name: &str) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/script");
    golden.join(format!("{name}.pt"))
}

fn look(name: &str, head: Option<&str>) -> Result<Found, Error> {
    script::alone();
    script::look(&file(name), INPUT, head)
}

fn refused(name: &str) -> String {
    look(name, None).unwrap_err().to_string()
}

/// A program as a model of a data directory, with the normalisation of the embedded models.
fn loaded(name: &str, kind: Kind) -> LoadedModel {
    let found = look(name, None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let normalisation = "0.5,0.5,0.5/0.07,0.07,0.07".parse().unwrap();
    let card: ModelCard = found.card(name, normalisation);
    library::add_program(folder.path(), name, &file(name), &card).unwrap();
    library::open(folder.path(), name, Device::Cpu, kind).unwrap()
}

fn pictures(kind: Kind) -> Tensor {
    let shape = [25, 3, 32, 32];
    let count: i64 = shape.iter().product();
    let waves = (Tensor::arange(count, (Kind::Double, Device::Cpu)) * 0.37).sin();
    (waves * 0.1 + 0.5).view(shape).to_kind(kind)
}

fn apart(one: &Tensor, other: &Tensor) -> f64 {
    let both = [one, other].map(|tensor| tensor.to_kind(Kind::Double));
    (&both[0] - &both[1]).abs().max().double_value(&[])
}

/// 25 images of ten classes: three gradients of the last layer, the last of them for five.
#[test]
fn logits_features_and_gradients_are_those_of_the_same_network_as_data() {
    for (kind, most) in [(Kind::Float, 1e-4), (Kind::Double, 1e-10)] {
        let data = library::open(Path::new("nowhere"), "shapes-standard", Device::Cpu, kind);
        let (data, program) = (data.unwrap(), loaded("shapes", kind));
        let found = [&data, &program].map(|loaded| {
            let x = pictures(kind).set_requires_grad(true);
            let forward = loaded.model.forward(&x).unwrap();
            let labels = Tensor::arange(25, (Kind::Int64, Device::Cpu)).remainder(10);
            let loss = forward.logits.cross_entropy_for_logits(&labels) * 25.0;
            let gradient = valleyscope_engine::loss::gradient(&loss, &x).unwrap();
            (forward.logits.detach(), forward.features.detach(), gradient)
        });
        let [one, other] = &found;
        let scale = one.2.abs().max().double_value(&[]).max(1.0);
        assert!(apart(&one.0, &other.0) < most, "{kind:?}: logits");
        assert!(apart(&one.1, &other.1) < most, "{kind:?}: features");
        assert!(apart(&one.2, &other.2) < most * scale, "{kind:?}: gradient");
        assert_eq!(
            apart(data.model.head().weight, program.model.head().weight),
            0.0
        );
        assert_eq!(
            apart(data.model.head().bias, program.model.head().bias),
            0.0
        );
    }
}

/// Without a gradient of the image too, which measures and counts of successes do without.
#[test]
fn features_are_there_where_nobody_wants_a_gradient() {
    let program = loaded("shapes", Kind::Double);
    let x = pictures(Kind::Double);
    let bare = tch::no_grad(|| program.model.forward(&x)).unwrap();
    assert!(!bare.logits.requires_grad() && !bare.features.requires_grad());
    let forward = program.model.forward(&x.set_requires_grad(true)).unwrap();
    assert_eq!(apart(&bare.logits, &forward.logits), 0.0);
    assert_eq!(apart(&bare.features, &forward.features), 0.0);
}

#[test]
fn the_last_layer_is_found_whatever_it_is_called() {
    for (name, weight, bias) in [
        ("shapes", "head.weight", Some("head.bias")),
        ("mean", "last.weight", Some("last.bias")),
        ("small", "fc.weight", Some("fc.bias")),
        ("traced", "fc.weight", Some("fc.bias")),
        ("plain", "matrix", Some("offset")),
    ] {
        let found = look(name, None).unwrap();
        let card = found.card(name, Default::default());
        let options = card.program().unwrap();
        assert_eq!(
            (found.classes, options.weight.as_str()),
            (10, weight),
            "{name}"
        );
        assert_eq!(options.bias.as_deref(), bias, "{name}");
    }
}

/// What is not finite of one image is not so of another, as in every network.
#[test]
fn an_image_without_finite_features_leaves_the_others_theirs() {
    let program = loaded("small", Kind::Double);
    let x = pictures(Kind::Double);
    let expected = program.model.forward(&x).unwrap().features;
    let _ = x.get(3).fill_(f64::NAN);
    let features = program.model.forward(&x).unwrap().features;
    for row in 0..25 {
        let own = features.get(row);
        match row {
            3 => assert!(bool::try_from(own.isnan().any()).unwrap()),
            _ => assert!(apart(&own, &expected.get(row)) < 1e-12, "{row}"),
        }
    }
}

#[test]
fn a_program_cannot_write_into_the_images() {
    let program = look("writes", None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let card = program.card("writes", Default::default());
    library::add_program(folder.path(), "writes", &file("writes"), &card).unwrap();
    let loaded = library::open(folder.path(), "writes", Device::Cpu, Kind::Float).unwrap();
    let x = pictures(Kind::Float);
    let before = x.copy();
    loaded.model.forward(&x).unwrap();
    assert_eq!(apart(&x, &before), 0.0);
}

#[test]
fn what_is_no_classifier_with_a_linear_end_is_refused_with_what_to_do() {
    let words = refused("frozen");
    assert!(
        words.contains("torch.jit.freeze") && words.contains("export_model.py"),
        "{words}"
    );
    let words = refused("bent");
    assert!(
        words.contains("fc.weight [10, 10]") && words.contains("no parameter"),
        "{words}"
    );
    let words = refused("twice");
    assert!(
        words.contains("2 parameters") && words.contains("--head NAME"),
        "{words}"
    );
    assert!(matches!(look("cut", None), Err(Error::Detached)));
    let words = look("small", Some("square")).unwrap_err().to_string();
    assert!(words.contains("with the parameter square"), "{words}");
    assert_eq!(look("twice", Some("fc")).unwrap().classes, 10);
    script::alone();
    let words = script::look(&file("small"), [1, 28, 28], None)
        .unwrap_err()
        .to_string();
    assert!(
        words.contains("stopped: ") && words.contains("Error"),
        "{words}"
    );
}

#[test]
fn another_file_than_the_one_that_was_added_is_not_run() {
    let found = look("small", None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let card = found.card("small", Default::default());
    let words = library::add_program(folder.path(), "small", &file("plain"), &card);
    assert!(
        words
            .unwrap_err()
            .to_string()
            .contains("another one by now")
    );
    library::add_program(folder.path(), "small", &file("small"), &card).unwrap();
    let place = folder.path().join("models/small").join(library::PROGRAM);
    std::fs::copy(file("plain"), place).unwrap();
    let words = library::open(folder.path(), "small", Device::Cpu, Kind::Float);
    let words = words.err().unwrap().to_string();
    assert!(words.contains("another one by now"), "{words}");
}
