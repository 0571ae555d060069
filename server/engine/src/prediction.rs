//! Which class a network predicts for an image, where it predicts one.
//!
//! An image of whose logits one is infinite or not a number has no prediction: it is neither right nor wrong.
//! LibTorch's argmax would take what is not a number for the largest, and so for a class.

use crate::error::Result;
use tch::{Kind, Tensor};

/// `[N]`: whether all of the logits `[N, K]` are finite, so that there is a prediction.
pub fn exists(logits: &Tensor) -> Result<Tensor> {
    Ok(logits.f_isfinite()?.f_all_dim(1, false)?)
}

/// `[N]`: whether this class, `[N]`, is predicted; of equal logits the first is.
pub fn is(logits: &Tensor, classes: &Tensor) -> Result<Tensor> {
    let same = logits.f_argmax(1, false)?.f_eq_tensor(classes)?;
    Ok(same.f_logical_and(&exists(logits)?)?)
}

/// `[N]`: whether another class than this, `[N]`, is predicted. Where there is no prediction, none is.
pub fn is_not(logits: &Tensor, classes: &Tensor) -> Result<Tensor> {
    let other = logits.f_argmax(1, false)?.f_ne_tensor(classes)?;
    Ok(other.f_logical_and(&exists(logits)?)?)
}

/// The class that one image's logits predict: the first of the largest.
pub fn of(logits: &[f64]) -> Option<usize> {
    if logits.iter().any(|logit| !logit.is_finite()) {
        return None;
    }
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logits.iter().position(|logit| *logit == largest)
}

/// Below every logit that is looked at, and above minus infinity.
const LAST: f64 = -1e38;

/// `[N, K − 1]`: the classes other than the label, the one with the highest logit first, of equal ones the first.
///
/// A class with exactly the label's logit comes last: where two rows of the last layer are the same, nothing leads from one class to the other.
pub(crate) fn wrong_classes(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    let (logits, label) = (logits.f_detach()?, labels.f_unsqueeze(1)?);
    let own = logits.f_gather(1, &label, false)?;
    let others = logits
        .f_masked_fill(&logits.f_eq_tensor(&own)?, LAST)?
        .f_scatter_value(1, &label, f64::NEG_INFINITY)?;
    let order = others.f_argsort_stable(true, 1, true)?;
    Ok(order.f_narrow(1, 0, (logits.size2()?.1 - 1).max(0))?)
}

/// A flag for each example, on the processor.
pub(crate) fn flags(flags: &Tensor) -> Result<Vec<bool>> {
    let flags = flags.f_to_kind(Kind::Bool)?.f_to_device(tch::Device::Cpu)?;
    Ok(Vec::<bool>::try_from(&flags)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: f64 = f64::NAN;
    const INFINITE: f64 = f64::INFINITY;

    /// Two finite images, and some whose logits are not.
    fn logits() -> Tensor {
        let rows = [
            [1.0, 3.0, 3.0],
            [-2.0, -3.0, -4.0],
            [NAN, NAN, NAN],
            [0.0, NAN, 1.0],
            [INFINITE, 0.0, 1.0],
            [0.0, 1.0, -INFINITE],
        ];
        Tensor::from_slice(&rows.concat()).view([6, 3])
    }

    #[test]
    fn what_is_not_finite_predicts_nothing() {
        let logits = logits();
        for class in 0..3 {
            let classes = Tensor::full([6], class, (Kind::Int64, tch::Device::Cpu));
            let (is, is_not) = (
                flags(&is(&logits, &classes).unwrap()).unwrap(),
                flags(&is_not(&logits, &classes).unwrap()).unwrap(),
            );
            assert_eq!(is, [class == 1, class == 0, false, false, false, false]);
            assert_eq!(is_not, [class != 1, class != 0, false, false, false, false]);
        }
        let values = Vec::<f64>::try_from(&logits.flatten(0, -1)).unwrap();
        let predictions: Vec<_> = values.chunks(3).map(of).collect();
        assert_eq!(predictions, [Some(1), Some(0), None, None, None, None]);
    }

    #[test]
    fn the_likeliest_wrong_class_comes_first_and_the_labels_twin_last() {
        let logits = Tensor::from_slice(&[5.0, 1.0, 5.0, 2.0]).view([1, 4]);
        let order = |label: i64| {
            let order = wrong_classes(&logits, &Tensor::from_slice(&[label])).unwrap();
            Vec::<i64>::try_from(&order.flatten(0, -1)).unwrap()
        };
        assert_eq!(order(0), [3, 1, 2]);
        assert_eq!(order(3), [0, 2, 1]);
    }
}
