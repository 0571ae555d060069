//! The built-in models do what their cards say.

use super::*;
use crate::data::{Dataset, batch, shapes};
use crate::model::LoadedModel;
use crate::train::evaluate;
use tch::{Device, Kind};

/// What lists say of the layers adds up to what the weights hold.
#[test]
fn layers_have_the_parameters_of_the_whole() {
    for name in ["shapes-standard", "shapes-robust"] {
        let loaded = builtin(name);
        let sum: u64 = loaded.layers.iter().map(|layer| layer.parameters).sum();
        assert_eq!(sum, loaded.parameters as u64, "{name}");
        let last = loaded.layers.last().unwrap();
        assert_eq!((last.name.as_str(), last.kind), ("head", "linear"));
        assert_eq!(last.shape, [loaded.card.class_count()]);
    }
}

fn builtin(name: &str) -> LoadedModel {
    library::open(Path::new("no such folder"), name, Device::Cpu, Kind::Float).unwrap()
}

/// The share of the test pictures that are classified right.
fn clean_accuracy(loaded: &LoadedModel) -> f64 {
    let _guard = tch::no_grad_guard();
    let set = shapes::Shapes::new(shapes::Split::Test);
    let indices: Vec<usize> = (0..set.info().count).collect();
    let mut right = 0;
    for rows in indices.chunks(200) {
        let (x, labels) = batch(&set, rows, Device::Cpu, Kind::Float).unwrap();
        right += evaluate::right(&loaded.model.forward(&x).unwrap().logits, &labels).unwrap();
    }
    right as f64 / indices.len() as f64
}

#[test]
fn recorded_clean_accuracies_are_met_and_high_enough() {
    for (name, least) in [("shapes-standard", 0.97), ("shapes-robust", 0.90)] {
        let loaded = builtin(name);
        let recorded = loaded.card.accuracy.clone().unwrap();
        let found = clean_accuracy(&loaded);
        // Another machine's kernels may round the one or other tie differently: four of 2,000.
        assert!(
            (found - recorded.clean).abs() <= 0.002,
            "{name}: {found} {}",
            recorded.clean
        );
        assert!(found >= least, "{name}: {found}");
    }
}

#[test]
fn the_robust_model_withstands_what_fells_the_standard_one() {
    let set = shapes::Shapes::new(shapes::Split::Test);
    let attacked = |name: &str| {
        let loaded = builtin(name);
        let spec = loaded.card.training.clone().unwrap().spec;
        let spec = crate::train::TrainSpec {
            test_count: Some(400),
            ..spec
        };
        let found = evaluate::evaluate(
            &spec,
            loaded.model.as_ref(),
            &set,
            &valleyscope_shared::runner::Cancel::default(),
        )
        .unwrap()
        .unwrap();
        found.pgd.unwrap().accuracy
    };
    let (standard, robust) = (attacked("shapes-standard"), attacked("shapes-robust"));
    assert!(standard < 0.20, "{standard}");
    assert!(robust >= standard + 0.40, "{standard} {robust}");
}

#[test]
fn built_in_models_are_small_and_carry_their_training_spec() {
    for name in ["shapes-standard", "shapes-robust"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../static/models")
            .join(name);
        assert!(
            std::fs::metadata(folder.join("model.safetensors"))
                .unwrap()
                .len()
                <= 1 << 20
        );
        let spec = std::fs::read_to_string(folder.join("train.json")).unwrap();
        let record = builtin(name).card.training.unwrap();
        assert_eq!(crate::train::TrainSpec::parse(&spec).unwrap(), record.spec);
        assert!(record.command.starts_with("valleyscope train "));
    }
}
