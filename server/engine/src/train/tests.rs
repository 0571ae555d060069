//! Training is repeatable, stops when asked, and refuses what cannot be.

use super::*;
use crate::model::{Hidden, Layer, SmallCnnOptions};
use tempfile::TempDir;

fn tiny() -> TrainSpec {
    let layer = |channels, stride| Layer {
        channels,
        kernel: 3,
        stride,
    };
    TrainSpec {
        title: "tiny".into(),
        architecture: Architecture::SmallCnn(SmallCnnOptions {
            layers: vec![layer(4, 2), layer(8, 2)],
            hidden: Some(Hidden {
                units: 8,
                bound: 1.0,
            }),
        }),
        normalisation: Default::default(),
        data: "shapes-train".into(),
        train_count: Some(200),
        test: "shapes-test".into(),
        test_count: Some(50),
        epochs: 2,
        batch_size: 50,
        learning_rate: 0.01,
        weight_decay: 0.01,
        label_smoothing: 0.0,
        seed: 7,
        adversarial: Some(Adversarial {
            epsilon: "4/255".parse().unwrap(),
            step_size: "2/255".parse().unwrap(),
            steps: 2,
            ramp_epochs: 1.0,
        }),
    }
}

fn run(spec: &TrainSpec) -> Result<Trained> {
    let nowhere = Path::new("no such folder");
    train(spec, nowhere, &Cancel::default(), &mut |_| ())
}

#[test]
fn equal_seeds_give_equal_weights_and_others_do_not() {
    let first = run(&tiny()).unwrap();
    let second = run(&tiny()).unwrap();
    assert!(first.weights == second.weights);
    assert_eq!(first.card.accuracy, second.card.accuracy);
    let other = run(&TrainSpec { seed: 8, ..tiny() }).unwrap();
    assert!(first.weights != other.weights);
}

#[test]
fn training_lowers_the_loss() {
    let spec = TrainSpec {
        adversarial: None,
        epochs: 8,
        ..tiny()
    };
    let losses = run(&spec).unwrap().card.training.unwrap().epoch_losses;
    assert!(losses[7] < losses[0] - 0.05, "{losses:?}");
}

#[test]
fn progress_counts_every_batch_and_can_stop_the_training() {
    let mut seen = Vec::new();
    let cancel = Cancel::default();
    let stopped = train(&tiny(), Path::new("."), &cancel, &mut |progress| {
        seen.push((progress.epoch, progress.batch));
        if seen.len() == 5 {
            cancel.cancel();
        }
    });
    assert_eq!(seen, [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]);
    let card = stopped.unwrap().card;
    let record = card.training.unwrap();
    assert_eq!(
        (record.stopped.as_deref(), record.epoch_losses.len()),
        (Some("after epoch 2 of 2, batch 1 of 4"), 1)
    );
    assert_eq!(card.accuracy, None);
}

#[test]
fn a_training_that_is_stopped_while_it_is_measured_is_complete_but_for_that() {
    let cancel = Cancel::default();
    let stopped = train(&tiny(), Path::new("."), &cancel, &mut |progress| {
        if (progress.epoch, progress.batch) == (2, 4) {
            cancel.cancel();
        }
    });
    let stopped = stopped.unwrap();
    assert_eq!(stopped.weights, run(&tiny()).unwrap().weights);
    let record = stopped.card.training.unwrap();
    assert_eq!(record.epoch_losses.len(), 2);
    assert!(record.stopped.unwrap().contains("while it was measured"));
}

#[test]
fn a_saved_model_loads_and_can_be_made_again_from_its_own_folder() {
    let folder = TempDir::new().unwrap();
    let trained = run(&tiny()).unwrap();
    trained.save(folder.path()).unwrap();
    let loaded = crate::model::load(folder.path(), Device::Cpu, Kind::Double).unwrap();
    assert_eq!(loaded.card, trained.card);
    let spec = std::fs::read_to_string(folder.path().join("train.json")).unwrap();
    assert_eq!(TrainSpec::parse(&spec).unwrap(), tiny());
}

#[test]
fn an_explosion_is_reported_where_it_happens() {
    let spec = TrainSpec {
        learning_rate: 10.0,
        weight_decay: 10.0,
        epochs: 20,
        adversarial: None,
        ..tiny()
    };
    let text = run(&spec).unwrap_err().to_string();
    assert!(
        text.contains("training loss is not finite (epoch"),
        "{text}"
    );
}

#[test]
fn settings_outside_their_limits_are_refused_by_name() {
    let adversarial = |epsilon: f64, steps| {
        Some(Adversarial {
            epsilon: epsilon.into(),
            steps,
            ..tiny().adversarial.unwrap()
        })
    };
    let cases = [
        (
            "epochs",
            TrainSpec {
                epochs: 0,
                ..tiny()
            },
        ),
        (
            "batch_size",
            TrainSpec {
                batch_size: 0,
                ..tiny()
            },
        ),
        (
            "learning_rate",
            TrainSpec {
                learning_rate: f64::NAN,
                ..tiny()
            },
        ),
        (
            "weight_decay",
            TrainSpec {
                weight_decay: -1.0,
                ..tiny()
            },
        ),
        (
            "label_smoothing",
            TrainSpec {
                label_smoothing: 1.0,
                ..tiny()
            },
        ),
        (
            "adversarial.epsilon",
            TrainSpec {
                adversarial: adversarial(-0.1, 2),
                ..tiny()
            },
        ),
        (
            "adversarial.steps",
            TrainSpec {
                adversarial: adversarial(0.1, 0),
                ..tiny()
            },
        ),
        (
            "train_count",
            TrainSpec {
                train_count: Some(20_001),
                ..tiny()
            },
        ),
    ];
    for (field, spec) in cases {
        let text = run(&spec).unwrap_err().to_string();
        assert!(text.starts_with(field), "{field}: {text}");
    }
    assert!(matches!(
        run(&TrainSpec {
            data: "no-such".into(),
            ..tiny()
        }),
        Err(Error::Unknown { .. })
    ));
}
