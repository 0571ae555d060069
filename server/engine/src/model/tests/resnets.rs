//! ResNets give the logits that PyTorch gives: small ones with drawn weights, and six public ones.

use super::known::{
    Known, golden_logits_are_met, largest, one, public_resnets, small_resnets, wanted,
};
use tch::{Kind, Tensor};
use valleyscope_tests::data;

/// Their logits are of f64 networks, with fifteen digits; in f32, logits of order ten are rounded in steps of 1e-6 in many places.
#[test]
fn golden_logits_of_small_resnets_are_met() {
    golden_logits_are_met(&small_resnets(), 1e-10, 1e-4);
}

/// Their logits carry five decimals and come from unfolded f32 networks; ten times the rounding of logits around 30 is below this.
#[test]
fn golden_logits_of_six_public_resnets_are_met() {
    if let Some(networks) = public_resnets() {
        golden_logits_are_met(&networks, 1e-3, 1e-3);
    }
}

/// What a parameter-free shortcut is leaves no trace in a file.
fn the_wrong_shortcut_misses(known: &Known) {
    let wrong = match known.wanted.assumed[0].1.as_str() {
        "both" => "after",
        _ => "both",
    };
    let wrong = wanted(&[["shortcut", wrong]]);
    let difference = known.golden_difference(&known.open_as(&wrong, Kind::Float));
    assert!(difference > 1.0, "{}: {difference}", known.name());
}

#[test]
fn the_wrong_parameter_free_shortcut_loads_and_misses_the_golden_logits() {
    for name in ["resnet14-both", "resnet14-after"] {
        the_wrong_shortcut_misses(&one(name));
    }
}

#[test]
fn of_public_resnets_the_wrong_shortcut_misses_the_golden_logits() {
    let parameter_free = |known: &Known| !known.name().contains("chenyaofo");
    for known in public_resnets().unwrap_or_default() {
        if parameter_free(&known) && known.name().contains("20") {
            the_wrong_shortcut_misses(&known);
        }
    }
}

#[test]
fn clean_accuracy_on_the_lossless_test_images_is_the_published_one() {
    let Some(networks) = public_resnets() else {
        return;
    };
    let (x, labels) = networks[0].images(1017, Kind::Float);
    let loaded = networks[0].open(Kind::Float);
    let _guard = tch::no_grad_guard();
    let mut right = 0;
    for first in (0..1017).step_by(113) {
        let rows = |tensor: &Tensor| tensor.narrow(0, first, 113);
        let logits = loaded.model.forward(&rows(&x)).unwrap().logits;
        let hits = logits.argmax(1, false).eq_tensor(&rows(&labels));
        right += hits.sum(Kind::Int64).int64_value(&[]);
    }
    // expected.json: 0.9164 of 1017 images.
    assert_eq!(right, 932);
}

fn logits_are_the_head_applied_to_the_features_of(known: &Known, width: i64) {
    let loaded = known.open(Kind::Double);
    let (x, _) = known.images(5, Kind::Double);
    let forward = loaded.model.forward(&x).unwrap();
    assert_eq!(forward.features.size(), [5, width]);
    let head = loaded.model.head();
    let again = forward.features.matmul(&head.weight.tr()) + head.bias;
    // Sums of 64 products in f64 at most.
    assert!(largest(&(again - forward.logits)) < 1e-12);
}

#[test]
fn logits_are_the_head_applied_to_the_features() {
    for known in small_resnets() {
        logits_are_the_head_applied_to_the_features_of(&known, 16);
    }
}

#[test]
fn logits_of_public_resnets_are_the_head_applied_to_the_features() {
    for known in public_resnets().unwrap_or_default() {
        logits_are_the_head_applied_to_the_features_of(&known, 64);
    }
}

#[test]
fn losses_in_f64_are_pytorchs_to_all_printed_digits() {
    let (Some(file), Some(networks)) = (
        data::vector("cifar10_resnet20_pgd10_f64.json"),
        public_resnets(),
    ) else {
        return;
    };
    let golden: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let golden: Vec<f64> = serde_json::from_value(golden["trajectory"]["loss"][0].clone()).unwrap();
    let loaded = networks[0].open(Kind::Double);
    let (x, labels) = networks[0].images(golden.len(), Kind::Double);
    let logits = loaded.model.forward(&x).unwrap().logits;
    let losses =
        logits.cross_entropy_loss::<Tensor>(&labels, None, tch::Reduction::None, -100, 0.0);
    let losses = Vec::<f64>::try_from(losses).unwrap();
    for (loss, golden) in losses.into_iter().zip(golden) {
        // Twelve digits are printed, and log-softmax loses an absolute 1e-15 where the loss is small.
        assert!(
            (loss - golden).abs() <= 1e-11 * golden + 1e-14,
            "{loss} {golden}"
        );
    }
}
