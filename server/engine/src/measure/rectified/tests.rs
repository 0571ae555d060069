use super::*;
use crate::attack::{Place, Step};
use crate::measure::{LastLayer, Reader, Reading};
use crate::model::Form;
use tch::Device;

const CLASSES: i64 = 4;
const CHANNELS: i64 = 3;
const SIDES: [i64; 2] = [2, 3];
const F64: (Kind, Device) = (Kind::Double, Device::Cpu);

/// Numbers from −1 to 1 that look drawn.
fn drawn(shape: &[i64], from: f64) -> Tensor {
    let count: i64 = shape.iter().product();
    let places = Tensor::arange(count, F64) * 0.754_877_666 + from;
    (places * 43.758_545).sin().view(shape)
}

struct Layer {
    weight: Tensor,
    bias: Tensor,
}

impl Layer {
    /// With biases around `bias`: far above zero every pixel counts for every class.
    fn new(bias: f64) -> Self {
        Self {
            weight: drawn(&[CLASSES, CHANNELS], 1.0),
            bias: drawn(&[CLASSES], 2.0) * 0.2 + bias,
        }
    }

    fn head(&self, form: Form) -> Head<'_> {
        Head {
            weight: &self.weight,
            bias: &self.bias,
            form,
        }
    }

    fn read(&self, form: Form, features: &Tensor, labels: &[usize]) -> Reading {
        let logits = form.logits(features, &self.weight, &self.bias).unwrap();
        let last = LastLayer::of(&self.head(form)).unwrap();
        let rows: Vec<usize> = (0..labels.len()).collect();
        let step = Step {
            place: Place::Clean,
            x: features.shallow_clone(),
            logits,
            features: features.shallow_clone(),
            rows,
            gradient: None,
        };
        let mut reader = Reader::new(&last, labels.to_vec());
        reader.read(&step).unwrap()
    }
}

fn pictures(count: i64) -> Tensor {
    drawn(&[count, CHANNELS, SIDES[0], SIDES[1]], 3.0)
}

/// The Hessian of one image's loss in the weights, `[K D, K D]`, and the lengths of its gradients in the weights and in the picture, by autograd.
fn by_autograd(layer: &Layer, picture: &Tensor, label: i64) -> (Tensor, f64, f64) {
    let weight = layer.weight.copy().set_requires_grad(true);
    let picture = picture.unsqueeze(0).set_requires_grad(true);
    let logits = Form::RectifiedScores
        .logits(&picture, &weight, &layer.bias)
        .unwrap();
    let loss = -logits.log_softmax(1, Kind::Double).get(0).get(label);
    let gradients = Tensor::run_backward(&[&loss], &[&weight, &picture], true, true);
    let flat = gradients[0].view([-1]);
    let rows: Vec<Tensor> = (0..CLASSES * CHANNELS)
        .map(|place| Tensor::run_backward(&[flat.get(place)], &[&weight], true, false))
        .map(|mut row| row.swap_remove(0).view([-1]))
        .collect();
    let length = |gradient: &Tensor| gradient.detach().norm().double_value(&[]);
    (
        Tensor::stack(&rows, 0),
        length(&gradients[0]),
        length(&gradients[1]),
    )
}

/// Sums of a few dozen products in f64, once by autograd and once in closed form.
fn close(what: &str, got: f64, want: f64) {
    assert!(
        (got - want).abs() <= 1e-11 * want.abs().max(1e-3),
        "{what}: {got} and {want}"
    );
}

#[test]
fn every_closed_form_is_that_of_the_whole_hessian() {
    let labels = [0, 3, 1, 2, 2];
    let layer = Layer::new(0.1);
    let pictures = pictures(labels.len() as i64);
    let reading = layer.read(Form::RectifiedScores, &pictures, &labels);
    for (row, label) in labels.iter().enumerate() {
        let picture = pictures.get(row as i64);
        let (hessian, weight, pixels) = by_autograd(&layer, &picture, *label as i64);
        let blocks = hessian.view([CLASSES, CHANNELS, CLASSES, CHANNELS]);
        let block = |j, k| blocks.get(j).narrow(1, k, 1).squeeze_dim(1);
        let rows = |k| layer.weight.get(k);
        let number = |of: &Tensor| of.double_value(&[]);
        let mut traces = 0.0;
        for j in 0..CLASSES {
            for k in 0..CLASSES {
                traces += number(&rows(j).dot(&rows(k))) * number(&block(j, k).trace());
            }
        }
        let top = |of: &Tensor| number(&of.linalg_eigvalsh("L").max());
        let largest = (0..CLASSES).map(|k| number(&rows(k).dot(&rows(k))) * top(&block(k, k)));
        let trace = number(&hessian.trace());
        let gini = reading.column(Measure::Gini)[row];
        for (measure, want) in [
            (Measure::TraceH, trace),
            (Measure::KappaTr, traces),
            (Measure::KappaMax, largest.sum()),
            (Measure::LambdaMax, top(&hessian)),
            (Measure::GradW, weight),
            (Measure::GradPhi, pixels),
            (Measure::PhiSq, trace / gini),
        ] {
            close(measure.id(), reading.column(measure)[row], want);
        }
    }
    let distinct = pictures.flatten(2, -1).transpose(1, 2);
    let positive = distinct
        .linear(&layer.weight, Some(&layer.bias))
        .gt(0.0)
        .to_kind(Kind::Double);
    let share = positive.mean(Kind::Double).double_value(&[]);
    assert!(
        (0.2..0.8).contains(&share),
        "some pixels count, some do not: {share}"
    );
}

/// Where every pixel counts for every class, the layer is linear behind the mean, up to certainties at which naive forms lose everything.
#[test]
fn with_every_pixel_it_is_the_linear_layer_behind_the_mean() {
    let labels = [0, 1, 2, 3];
    for scale in [1.0, 10.0, 60.0] {
        let layer = Layer {
            weight: drawn(&[CLASSES, CHANNELS], 1.0) * scale,
            ..Layer::new(1e3)
        };
        let pictures = pictures(labels.len() as i64);
        let means = pictures.mean_dim([2i64, 3].as_slice(), false, Kind::Double);
        let linear = layer.read(Form::Linear, &means, &labels);
        let rectified = layer.read(Form::RectifiedScores, &pictures, &labels);
        for measure in [
            Measure::TraceH,
            Measure::KappaCode,
            Measure::KappaF2,
            Measure::KappaF2c,
            Measure::KappaTr,
            Measure::KappaMax,
            Measure::LambdaMax,
            Measure::GradW,
            Measure::PhiSq,
        ] {
            let both = linear.column(measure).iter().zip(rectified.column(measure));
            for (linear, rectified) in both {
                // The logits lie at a thousand, whose last place is 1e-13, which changes small probabilities by as much.
                let apart = (linear - rectified).abs() / linear.abs();
                assert!(apart < 1e-11, "{}: {linear} and {rectified}", measure.id());
            }
        }
    }
}

/// Logits that are not finite leave no sharpness, and the other images theirs.
#[test]
fn an_overflowing_image_has_no_readings() {
    let layer = Layer::new(0.1);
    let pictures = pictures(2);
    let huge = pictures.get(0).abs() * f64::MAX;
    let both = Tensor::stack(&[huge, pictures.get(1)], 0);
    let reading = layer.read(Form::RectifiedScores, &both, &[0, 1]);
    let alone = layer.read(Form::RectifiedScores, &pictures.narrow(0, 1, 1), &[1]);
    for measure in [Measure::PhiSq, Measure::KappaTr, Measure::LambdaMax] {
        let column = reading.column(measure);
        assert!(column[0].is_nan(), "{}", measure.id());
        assert_eq!(column[1], alone.column(measure)[0], "{}", measure.id());
    }
}

/// Features of which the squares overflow, under logits that do not, have no sharpness: neither zero nor another number.
#[test]
fn features_that_overflow_have_no_sharpness() {
    let layer = Layer {
        weight: drawn(&[CLASSES, CHANNELS], 1.0) * 1e-200,
        ..Layer::new(0.1)
    };
    let reading = layer.read(Form::RectifiedScores, &(pictures(2) * 1e200), &[0, 1]);
    assert!(
        reading
            .column(Measure::Loss)
            .iter()
            .all(|loss| loss.is_finite())
    );
    for measure in [Measure::TraceH, Measure::KappaTr, Measure::LambdaMax] {
        let column = reading.column(measure);
        assert!(
            column.iter().all(|value| !value.is_finite()),
            "{}: {column:?}",
            measure.id()
        );
    }
}
