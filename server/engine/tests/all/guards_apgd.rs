//! Guards against what makes other APGDs differ from the published one.

use crate::common::attacks::{INPUTS, Path, distance, images, labels, path_of};
use crate::common::models::Network;
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Batch, Passes};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

fn network() -> Network {
    Network::relu(INPUTS, 16, 10, Kind::Double)
}

/// All points of the first images of the set.
fn path(spec: &AttackSpec, count: i64, seed: u64) -> Path {
    let (model, x) = (network(), images(count));
    let labels = labels(&model, &x);
    path_of(spec, &model, &x, &labels, (0..count as u64).collect(), seed)
}

fn passes(spec: &AttackSpec) -> Passes {
    let (model, x) = (network(), images(3));
    let batch = Batch {
        labels: labels(&model, &x),
        truth: labels(&model, &x),
        x,
        indices: vec![0, 1, 2],
        towards: None,
        last_gradient: true,
    };
    let mut steps = attack::start(spec, &model, batch, Noise::new(1)).unwrap();
    while steps.step().unwrap().is_some() {}
    steps.passes()
}

/// G9: a hundred steps unless told otherwise, and 101 gradients for each run; the clean image is one point more.
/// Planted: ten steps as default, as in torchattacks; failed.
#[test]
fn a_run_takes_a_hundred_and_one_gradients_of_each_image() {
    let once = passes(&AttackSpec::new("apgd", []));
    assert_eq!((once.forward, once.backward), (3 * 102, 3 * 102));
    let thrice = passes(&AttackSpec::new("apgd", [("restarts", 3.into())]));
    assert_eq!(thrice.backward, 3 * (1 + 3 * 101));
    let targeted = passes(&AttackSpec::new("apgd_t", []));
    assert_eq!(
        (targeted.forward, targeted.backward),
        (3 * (1 + 9 * 101), 3 * (1 + 9 * 101))
    );
    // Averaged gradients are counted, where they move a point.
    let averaged = passes(&AttackSpec::new("apgd", [("eot", 4.into())]));
    assert_eq!(averaged.backward, 3 * (1 + 4 * 100 + 1));
}

/// Without randomness in the network an average of equal gradients is that gradient; a power of two keeps its bits.
#[test]
fn an_average_over_equal_gradients_changes_nothing() {
    let spec = AttackSpec::new("apgd", [("epsilon", 0.1.into()), ("steps", 20.into())]);
    assert_eq!(path(&spec, 3, 1), path(&spec.with("eot", 4), 3, 1));
}

/// G20: LibTorch's generator, one for the whole process, is neither set nor used.
/// Planted: `tch::manual_seed(0)` where a run starts; failed.
#[test]
fn the_generator_of_the_process_is_left_alone() {
    let spec = AttackSpec::new("apgd", [("steps", 5.into()), ("restarts", 2.into())]);
    let draw = || Vec::<f64>::try_from(Tensor::rand([4], (Kind::Double, Device::Cpu))).unwrap();
    tch::manual_seed(7);
    let first = path(&spec, 2, 1);
    let after = draw();
    tch::manual_seed(7);
    assert_eq!(after, draw());
    assert_eq!(first, path(&spec, 2, 1));
}

/// G20 and G21: each image and each run has a start of its own, as far from the image as ε allows.
/// Planted: one stream for all images, and a stream begun anew at each run; failed both times.
#[test]
fn starts_differ_and_lie_at_the_edge_of_the_ball() {
    let model = network();
    for norm in [Norm::Linf, Norm::L2] {
        let spec = AttackSpec::new(
            "apgd",
            [("norm", norm.id().into()), ("epsilon", 0.05.into())],
        );
        let spec = spec.with("steps", 4).with("restarts", 2);
        // Far from the ends of the pixel range, which would cut the start short.
        let x = Tensor::full([2, 3, 2, 2], 0.5, (Kind::Double, Device::Cpu));
        let path = path_of(&spec, &model, &x, &labels(&model, &x), vec![0, 1], 1);
        let starts = [&path[1][0], &path[1][1], &path[6][0], &path[6][1]];
        for (i, start) in starts.iter().enumerate() {
            // 0.5 + ε is rounded, and the l2 length is a square root of a sum.
            assert!(
                (distance(norm, start, &path[0][0]) - 0.05).abs() < 1e-15,
                "{norm:?}"
            );
            assert!(starts[..i].iter().all(|other| other != start), "{norm:?}");
        }
    }
}

/// G21: forty steps halve steps several times; torchattacks' APGD-T uses the first image's step size for all in l2.
/// Planted: the first image's step size for all, in both norms; failed.
#[test]
fn each_image_has_a_step_size_of_its_own() {
    let (model, x) = (network(), images(6));
    let labels = labels(&model, &x);
    for id in ["apgd", "apgd_t"] {
        for norm in ["linf", "l2"] {
            let spec = AttackSpec::new(id, [("norm", norm.into()), ("epsilon", 0.2.into())]);
            let mut spec = spec.with("steps", 40);
            if id == "apgd_t" {
                spec = spec.with("target_classes", 2);
            }
            let together = path_of(&spec, &model, &x, &labels, (0..6).collect(), 1);
            for row in 0..6 {
                let (x, label) = (x.narrow(0, row, 1), labels.narrow(0, row, 1));
                let alone = path_of(&spec, &model, &x, &label, vec![row as u64], 1);
                for (alone, together) in alone.iter().zip(&together) {
                    // Products of other sizes sum in another order, and forty l2 steps carry it on: 2e-9 was measured.
                    let difference = distance(Norm::Linf, &alone[0], &together[row as usize]);
                    assert!(
                        difference < 1e-6,
                        "{id} {norm}, image {row}: {difference:e}"
                    );
                }
            }
        }
    }
}

/// The ranks are those of wrong classes at the clean image, whatever the image is taken for.
#[test]
fn more_target_classes_than_the_model_has_wrong_ones_are_refused() {
    let model = Network::relu(INPUTS, 16, 4, Kind::Double);
    let x = images(1);
    let batch = Batch {
        labels: labels(&model, &x),
        truth: labels(&model, &x),
        x,
        indices: vec![0],
        towards: None,
        last_gradient: false,
    };
    let spec = AttackSpec::new("apgd_t", []);
    let error = attack::start(&spec, &model, batch, Noise::new(1))
        .err()
        .unwrap();
    assert!(
        error.to_string().contains("the model has 3 wrong classes"),
        "{error}"
    );
}

/// Each run of APGD-T makes its own class likelier than where it began: a target that is the label, or one class for all runs, would not.
/// Only a run that fools an image is its last one.
#[test]
fn each_run_of_apgd_t_nears_its_own_class() {
    let (model, x) = (network(), images(4));
    let truth = labels(&model, &x);
    let spec = AttackSpec::new("apgd_t", [("epsilon", 0.3.into()), ("steps", 30.into())]);
    let spec = spec.with("loss", "cross_entropy");
    let batch = Batch {
        labels: truth.shallow_clone(),
        truth: truth.shallow_clone(),
        x,
        indices: vec![0, 1, 2, 3],
        towards: None,
        last_gradient: false,
    };
    let mut steps = attack::start(&spec, &model, batch, Noise::new(1)).unwrap();
    let points: Vec<_> = std::iter::from_fn(|| steps.step().unwrap()).collect();
    let order = points[0].logits.argsort(1, true);
    let truth = Vec::<i64>::try_from(&truth).unwrap();
    let mut runs = 0;
    for run in points[1..].chunks(31) {
        let rows = &run[0].rows;
        assert!(run.iter().all(|point| point.rows == *rows));
        for (place, row) in rows.iter().enumerate() {
            let target = order.int64_value(&[*row as i64, runs + 1]);
            let likely = |point: &attack::Step| {
                let logits = point.logits.log_softmax(1, Kind::Double);
                logits.double_value(&[place as i64, target])
            };
            let best = run.iter().map(likely).fold(f64::MIN, f64::max);
            assert!(best > likely(&run[0]), "run {runs}, image {row}");
            let class =
                |point: &attack::Step| point.logits.argmax(1, false).int64_value(&[place as i64]);
            let fooled = run.iter().any(|point| class(point) != truth[*row]);
            let next = points.get(1 + 31 * (runs as usize + 1));
            let goes_on = next.is_some_and(|next| next.rows.contains(row));
            assert_eq!(goes_on, !fooled && runs < 8, "run {runs}, image {row}");
        }
        runs += 1;
    }
    assert!(runs > 1, "{runs}");
}
