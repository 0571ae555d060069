//! The check that logits are those of the last layer.

use super::Model;
use crate::error::{Error, Result};
use tch::{Kind, Tensor};

/// Compares the logits of two probe pictures with those that the last layer makes of their features, computed in f64.
///
/// # Errors
/// [`Error::Head`] when they differ by more than rounding, [`Error::NotFinite`] when a logit is
/// infinite or not a number.
pub(super) fn check(model: &dyn Model, [channels, height, width]: [i64; 3]) -> Result<()> {
    let _guard = tch::no_grad_guard();
    let forward = model.forward(&probe(model, [2, channels, height, width])?)?;
    let head = model.head();
    let double = |tensor: &Tensor| tensor.f_to_kind(Kind::Double);
    let features = double(&forward.features)?;
    let (weight, bias) = (double(head.weight)?, double(head.bias)?);
    let expected = head.form.logits(&features, &weight, &bias)?;
    let difference = double(&forward.logits)?
        .f_sub(&expected)?
        .f_abs()?
        .f_max()?
        .f_double_value(&[])?;
    // A sum of D products carries an error of at most about D units in the last place of the
    // sum of the products' absolute values; the bias adds one more, and a mean over pixels as many as these are.
    let magnitude = head
        .form
        .logits(&features.f_abs()?, &weight.f_abs()?, &bias.f_abs()?)?;
    let unit = if model.kind() == Kind::Double {
        f64::EPSILON
    } else {
        f64::from(f32::EPSILON)
    };
    let pixels: i64 = features.size().iter().skip(2).product();
    let terms = (weight.size()[1] + pixels) as f64 + 2.0;
    let tolerance = unit * terms * magnitude.f_max()?.f_double_value(&[])?;
    if !difference.is_finite() {
        return Err(Error::NotFinite {
            what: "a logit",
            place: Some("head check".into()),
        });
    }
    if difference > tolerance {
        return Err(Error::Head {
            difference,
            tolerance,
        });
    }
    Ok(())
}

/// Two pictures: grey values that rise over the pixels, and the same reversed.
fn probe(model: &dyn Model, shape: [i64; 4]) -> Result<Tensor> {
    let pixels: i64 = shape[1..].iter().product();
    let rising =
        Tensor::f_arange(pixels, (Kind::Double, model.device()))?.f_div_scalar(pixels as f64)?;
    let falling = rising.f_flip([0])?;
    Ok(Tensor::f_stack(&[rising, falling], 0)?
        .f_view(shape)?
        .f_to_kind(model.kind())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Form, Forward, Head};
    use tch::{Device, Kind};

    /// Two layers of the same size, of which one is taken for the last.
    struct Two {
        first: Tensor,
        last: Tensor,
        bias: Tensor,
        taken: usize,
    }

    impl Model for Two {
        fn forward(&self, x: &Tensor) -> Result<Forward> {
            let features = x.f_flatten(1, -1)?.f_linear(&self.first, None::<Tensor>)?;
            Ok(Forward {
                logits: features.f_linear(&self.last, Some(&self.bias))?,
                features,
            })
        }

        fn head(&self) -> Head<'_> {
            Head {
                weight: [&self.last, &self.first][self.taken],
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

    /// G29: logits must be W·features + b of the layer that is taken for the last. Planted: no comparison; failed.
    #[test]
    fn g29_another_layer_of_the_right_size_is_refused() {
        let square = |from: i64| {
            let values = Tensor::arange(16, (Kind::Double, Device::Cpu)) * 0.37 + from as f64;
            values.sin().view([4, 4])
        };
        let of = |taken| Two {
            first: square(1),
            last: square(5),
            bias: Tensor::ones([4], (Kind::Double, Device::Cpu)),
            taken,
        };
        check(&of(0), [1, 2, 2]).unwrap();
        let error = check(&of(1), [1, 2, 2]).unwrap_err();
        assert!(matches!(error, Error::Head { .. }), "{error}");
    }
}
