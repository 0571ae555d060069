//! Guards against defects that other libraries had (G-numbers): each of these tests was seen to fail with its defect planted.
//!
//! Elsewhere: the steepest direction on whole walks (G12, `gradients.rs`), logits that saturate (G19, `golden_closed_form.rs`),
//! a last layer that is not the model's (G29, the head check's own tests), and pictures of 8 bits (G16, the server's pictures).

use crate::common::attacks::{batch, distance, images, labels, network, path_of, rows, steps};
use crate::common::models::Network;
use crate::common::subject::{Subject, on_both};
use safetensors::tensor::{SafeTensors, TensorView};
use tch::{Device, Kind, Tensor};
use valleyscope_engine::attack::{self, Step};
use valleyscope_engine::check::{BatchMarks, Checker, Guidance};
use valleyscope_engine::error::Result;
use valleyscope_engine::measure::{LastLayer, Reader};
use valleyscope_engine::model::{Forward, Head, LoadedModel, Model, Normalisation};
use valleyscope_engine::noise::Noise;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Precision};

/// G12: one step gains α‖g‖_q, with q the dual norm. Planted: the sign for every norm, which walks too far; failed.
#[test]
fn g12_one_step_gains_what_the_dual_norm_says() {
    let weight = [0.9, -0.4, 0.3, 0.05, -0.5, 0.8, 0.2, -0.6];
    let model = Network::linear(&weight, 2);
    let x = Tensor::full([1, 4], 0.5, (Kind::Double, Device::Cpu));
    let difference: Vec<f64> = (0..4).map(|i| weight[4 + i] - weight[i]).collect();
    for norm in [Norm::Linf, Norm::L2, Norm::L1] {
        let dual = match norm {
            Norm::Linf => difference.iter().map(|d| d.abs()).sum::<f64>(),
            Norm::L2 => difference.iter().map(|d| d * d).sum::<f64>().sqrt(),
            Norm::L1 => difference.iter().fold(0.0, |a: f64, d| a.max(d.abs())),
        };
        let spec = AttackSpec::new(
            "pgd",
            [
                ("norm", norm.id().into()),
                ("loss", "margin".into()),
                ("epsilon", 1.0.into()),
                ("step_size", 0.05.into()),
                ("steps", 1.into()),
            ],
        );
        let steps = steps(&spec, &model, &x, &Tensor::from_slice(&[0_i64]));
        let loss =
            |step: &Step| step.logits.double_value(&[0, 1]) - step.logits.double_value(&[0, 0]);
        let gain = loss(&steps[1]) - loss(&steps[0]);
        // Sums of four numbers below one.
        assert!(
            (gain - 0.05 * dual).abs() < 1e-15,
            "{norm:?}: {gain}, not {}",
            0.05 * dual
        );
    }
}

/// The adversarially trained ResNet-20 in f64 with a normalisation of its own, its first layer changed.
fn resnet(
    subject: &Subject,
    normalisation: Normalisation,
    change: impl Fn(usize) -> f32,
) -> LoadedModel {
    let bytes = subject.weights();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let tensors: Vec<_> = (tensors.iter())
        .map(|(name, view)| {
            let mut data = view.data().to_vec();
            // The first layer: a weight for each output, input channel and place of 3 × 3.
            if matches!(view.shape(), [_, 3, 3, 3]) {
                for (i, weight) in data.chunks_exact_mut(4).enumerate() {
                    let old = f32::from_le_bytes([weight[0], weight[1], weight[2], weight[3]]);
                    weight.copy_from_slice(&(old * change(i / 9 % 3)).to_le_bytes());
                }
            }
            (name, view.dtype(), view.shape().to_vec(), data)
        })
        .collect();
    let views = (tensors.iter()).map(|(name, dtype, shape, data)| {
        (*name, TensorView::new(*dtype, shape.clone(), data).unwrap())
    });
    let weights = safetensors::serialize(views, None).unwrap();
    subject.resnet(&weights, normalisation, Kind::Double)
}

/// A model behind a normalisation by hand.
struct Behind {
    inner: Box<dyn Model>,
    mean: f64,
    std: f64,
}

impl Model for Behind {
    fn forward(&self, x: &Tensor) -> Result<Forward> {
        self.inner
            .forward(&x.f_sub_scalar(self.mean)?.f_div_scalar(self.std)?)
    }

    fn head(&self) -> Head<'_> {
        self.inner.head()
    }

    fn kind(&self) -> Kind {
        Kind::Double
    }

    fn device(&self) -> Device {
        Device::Cpu
    }
}

/// G15: a normalisation inside the model is the same as one folded into its first layer or written before it:
/// the attack's ε and steps are in pixels. Planted: normalising twice; failed.
fn g15_a_normalised_model_is_attacked_in_pixels(subject: &Subject) {
    let (x, labels) = subject.images(4);
    let spec = AttackSpec::new("pgd", [("steps", 4.into())]);
    let indices = || (0..4).collect();
    let own = |mean: [f64; 3], std: [f64; 3]| Normalisation {
        mean: mean.into(),
        std: std.into(),
    };
    let plain = resnet(subject, own([0.0; 3], [1.0; 3]), |_| 1.0);

    // Powers of two, so that folding rounds nothing.
    let std = [0.5, 0.25, 2.0];
    let inside = resnet(subject, own([0.0; 3], std), |_| 1.0);
    let folded = resnet(subject, own([0.0; 3], [1.0; 3]), |channel| {
        1.0 / std[channel] as f32
    });
    let of = |model: &dyn Model| path_of(&spec, model, &x, &labels, indices(), 1);
    let (inside, folded) = (of(inside.model.as_ref()), of(folded.model.as_ref()));
    assert_eq!(inside, folded);
    assert_ne!(inside, of(plain.model.as_ref()));

    // A mean cannot be folded past the zeros around a picture; it is written before the model instead. 0.4375 and 0.25 are exact in f32.
    let inside = resnet(subject, own([0.4375; 3], [0.25; 3]), |_| 1.0);
    let behind = Behind {
        inner: plain.model,
        mean: 0.4375,
        std: 0.25,
    };
    let inside = of(inside.model.as_ref());
    assert_eq!(inside, of(&behind));
    for (image, clean) in inside[4].iter().zip(&inside[0]) {
        // Four steps of 2/255 reach the whole of ε = 8/255.
        let moved = distance(Norm::Linf, image, clean) * 255.0;
        assert!((moved - 8.0).abs() < 1e-9, "{moved}");
    }
}

on_both!(g15_a_normalised_model_is_attacked_in_pixels);

/// G16: 8 bits are rounded. A flat picture survives JPEG of quality 100 whatever its level, so what comes back shows what was written.
/// Planted: truncation; failed.
#[test]
fn g16_levels_are_rounded_to_bytes() {
    let levels: Vec<f32> = (0..=255_u8).map(|level| f32::from(level) / 255.0).collect();
    let flat = Tensor::from_slice(&levels)
        .view([256, 1, 1, 1])
        .repeat([1, 1, 8, 8]);
    let model = Network::relu(64, 4, 3, Kind::Float);
    let labels = Tensor::zeros([256], (Kind::Int64, Device::Cpu));
    let spec = AttackSpec::new("jpeg", [("steps", 1.into())]);
    for off in [-0.4, 0.0, 0.4] {
        let x = (&flat + off / 255.0).clamp(0.0, 1.0);
        let steps = steps(&spec, &model, &x, &labels);
        assert_eq!(rows(&steps[1].x), rows(&flat), "{off}");
    }
}

/// G17: also in f32, and after many steps, no change is greater than ε + 1e-7. Planted: no projection after the step; failed.
#[test]
fn g17_the_ball_holds_in_single_precision() {
    let model = Network::relu(192, 16, 4, Kind::Float);
    let mut stream = Noise::new(8).stream(0, valleyscope_engine::noise::Purpose::Start);
    let pixels: Vec<f64> = (0..6 * 192)
        .map(|_| (stream.unit() * 255.0).round() / 255.0)
        .collect();
    let x = Tensor::from_slice(&pixels)
        .view([6, 3, 8, 8])
        .to_kind(Kind::Float);
    let labels = labels(&model, &x);
    for (norm, epsilon) in [
        ("linf", "8/255"),
        ("linf", "0.3"),
        ("l2", "0.5"),
        ("l2", "2"),
        ("l1", "1"),
        ("l1", "12"),
    ] {
        let spec = AttackSpec::new(
            "pgd",
            [
                ("norm", norm.into()),
                ("epsilon", epsilon.into()),
                ("step_size", "0.09".into()),
                ("steps", 60.into()),
                ("random_start", true.into()),
            ],
        );
        // Where 192 changes are summed, each is off by half a unit in the last place of a number up to one: 2⁻²⁵.
        let rounding = match spec.norm() {
            Norm::L1 => 192.0 * 2f64.powi(-25),
            Norm::Linf | Norm::L2 => 0.0,
        };
        let path = path_of(&spec, &model, &x, &labels, (0..6).collect(), 1);
        let lengths = (path.iter()).flat_map(|point| point.iter().zip(&path[0]));
        let longest = lengths
            .map(|(image, clean)| distance(spec.norm(), image, clean))
            .fold(0.0, f64::max);
        println!("{norm} {epsilon}: over by {:.1e}", longest - spec.epsilon());
        assert!(
            longest <= spec.epsilon() + 1e-7 + rounding,
            "{norm} {epsilon}: {longest}"
        );
        assert!(
            longest > 0.9 * spec.epsilon(),
            "{norm} {epsilon}: {longest}"
        );
    }
}

/// G19: a gradient of exactly zero is counted, and the stable recipe has none.
/// Planted: a zero gradient not counted (`marks[0]` left as it is); failed.
#[test]
fn g19_zero_gradients_are_counted_and_the_stable_recipe_moves_on() {
    let mut model = network();
    model.weight = &model.weight * 1e4;
    model.bias = &model.bias * 1e4;
    let x = images(6);
    let labels = labels(&model, &x);
    let last = LastLayer::of(&model.head()).unwrap();
    let counted = |gradient: &str| {
        let spec = AttackSpec::new("pgd", [("gradient", gradient.into()), ("steps", 2.into())]);
        let mut reader = Reader::new(
            &last,
            Vec::<i64>::try_from(&labels)
                .unwrap()
                .iter()
                .map(|y| *y as usize)
                .collect(),
        );
        let guidance = Guidance::of(&spec, Precision::F64).unwrap();
        let mut marks = BatchMarks::new(6, guidance);
        let steps = steps(&spec, &model, &x, &labels);
        for step in &steps {
            let reading = reader.read(step).unwrap();
            marks.look(|measure| reading.column(measure), &step.rows, true);
        }
        let mut checker = Checker::new(guidance);
        checker.add(&marks);
        let warnings = checker.take(6);
        let zero = warnings
            .iter()
            .find(|warning| warning.id == "zero-gradient");
        let ends = rows(&steps[2].x);
        let stood = ends
            .iter()
            .zip(rows(&x))
            .filter(|(end, clean)| *end == clean)
            .count();
        (zero.map_or(0, |warning| warning.examples), stood)
    };
    let (zero, stood) = counted("autograd");
    assert!(zero > 0 && zero == stood, "{zero} {stood}");
    assert_eq!(counted("stable"), (0, 0));
}

/// G24: gradients leave nothing behind. Each call's graph and gradient hold 2.5 MB, so 100 that stayed would be 250.
/// Planted: a gradient that is never freed; failed.
#[test]
#[cfg(target_os = "linux")]
fn g24_memory_stays_level_over_a_hundred_gradients() {
    let model = Network::relu(3072, 64, 10, Kind::Double);
    let x = Tensor::rand([64, 3, 32, 32], (Kind::Double, Device::Cpu));
    let labels = labels(&model, &x);
    let run = |calls: u64| {
        let spec = AttackSpec::new("pgd", [("steps", calls.into())]);
        let mut steps = attack::start(&spec, &model, batch(&x, &labels), Noise::new(1)).unwrap();
        while steps.step().unwrap().is_some() {}
    };
    // The second field of statm is what is resident, in pages of 4 KiB.
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
        let pages: f64 = statm.split(' ').nth(1).unwrap().parse().unwrap();
        pages * 4096.0 / 1e6
    };
    run(20);
    let before = resident();
    run(100);
    let grown = resident() - before;
    println!("{grown:.1} MB");
    assert!(grown < 25.0, "{grown:.1} MB");
}
