//! Norm balls: where to start, which way is steepest, how to come back.
//!
//! All tensors are `[N, ...]`; every example is treated by itself.

use crate::error::Result;
use crate::noise::Stream;
use tch::{Kind, Tensor};
use valleyscope_shared::field::Norm;

/// The steepest direction of length one in the norm: the sign for linf, the unit vector for l2.
///
/// A zero gradient gives a zero direction. The l2 direction divides by the largest entry first,
/// so that a gradient of 1e-30 does not underflow when it is squared.
pub fn direction(norm: Norm, gradient: &Tensor) -> Result<Tensor> {
    match norm {
        Norm::Linf => Ok(gradient.f_sign()?),
        Norm::L2 => {
            let largest = per_example(&gradient.f_abs()?)?.f_amax([1], true)?;
            let scaled = gradient.f_div(&as_factor(&guard_zero(&largest)?, gradient)?)?;
            let length = euclidean(&scaled)?;
            Ok(scaled.f_div(&as_factor(&guard_zero(&length)?, gradient)?)?)
        }
    }
}

/// The point of the ball around `centre` and of [0, 1] to which `x` is projected: first the ball, then the range.
pub fn project(norm: Norm, x: &Tensor, centre: &Tensor, epsilon: f64) -> Result<Tensor> {
    let inside = match norm {
        Norm::Linf => x
            .f_maximum(&centre.f_sub_scalar(epsilon)?)?
            .f_minimum(&centre.f_add_scalar(epsilon)?)?,
        Norm::L2 => {
            let change = x.f_sub(centre)?;
            let length = euclidean(&change)?;
            let factor = guard_zero(&length)?
                .f_reciprocal()?
                .f_mul_scalar(epsilon)?
                .f_clamp_max(1.0)?;
            centre.f_add(&change.f_mul(&as_factor(&factor, x)?)?)?
        }
    };
    Ok(inside.f_clamp(0.0, 1.0)?)
}

/// A random point of the ball around 0 with `values` values: uniform in the cube for linf, uniform in the ball for l2.
pub fn random_point(norm: Norm, epsilon: f64, values: usize, stream: &mut Stream) -> Vec<f64> {
    match norm {
        Norm::Linf => (0..values)
            .map(|_| epsilon * stream.signed_unit())
            .collect(),
        Norm::L2 => {
            let normal: Vec<f64> = (0..values).map(|_| stream.normal()).collect();
            let length = crate::head::length(&normal).max(f64::MIN_POSITIVE);
            let radius = epsilon * stream.unit().powf(1.0 / values as f64);
            normal
                .into_iter()
                .map(|value| value * radius / length)
                .collect()
        }
    }
}

/// A random point as far from 0 as `epsilon` allows: the largest entry's size (linf) or the length (l2) is epsilon.
pub fn outermost_point(norm: Norm, epsilon: f64, values: usize, stream: &mut Stream) -> Vec<f64> {
    let draw = |stream: &mut Stream| match norm {
        Norm::Linf => stream.signed_unit(),
        Norm::L2 => stream.normal(),
    };
    let point: Vec<f64> = (0..values).map(|_| draw(stream)).collect();
    let size = match norm {
        Norm::Linf => point
            .iter()
            .fold(0.0, |largest: f64, value| largest.max(value.abs())),
        Norm::L2 => crate::head::length(&point),
    };
    let size = size.max(f64::MIN_POSITIVE);
    // The division first: the largest entry becomes exactly one, and then exactly epsilon.
    point
        .into_iter()
        .map(|value| epsilon * (value / size))
        .collect()
}

/// `[N, ...]` as `[N, values]`.
pub fn per_example(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_flatten(1, -1)?)
}

/// ‖x‖₂ per example, `[N, 1]`, in the tensor's own precision.
pub fn euclidean(x: &Tensor) -> Result<Tensor> {
    let flat = per_example(x)?;
    Ok(flat
        .f_square()?
        .f_sum_dim_intlist([1].as_slice(), true, None::<Kind>)?
        .f_sqrt()?)
}

/// Zeros replaced by ones, so that they can be divided by.
pub(crate) fn guard_zero(x: &Tensor) -> Result<Tensor> {
    Ok(x.f_masked_fill(&x.f_eq(0.0)?, 1.0)?)
}

/// `[N, 1]` as `[N, 1, 1, ...]`, to multiply `[N, ...]` with.
pub(crate) fn as_factor(x: &Tensor, like: &Tensor) -> Result<Tensor> {
    let mut shape = vec![1; like.dim()];
    shape[0] = -1;
    Ok(x.f_view(shape.as_slice())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensor(values: &[f64]) -> Tensor {
        Tensor::from_slice(values).view([1, -1])
    }

    fn values(x: &Tensor) -> Vec<f64> {
        Vec::try_from(x.flatten(0, -1)).unwrap()
    }

    #[test]
    fn the_l2_direction_has_length_one_even_for_tiny_gradients() {
        let direction = direction(Norm::L2, &tensor(&[3e-300, -4e-300])).unwrap();
        let got = values(&direction);
        // Two divisions and a square root: a few units in the last place.
        assert!(
            (got[0] - 0.6).abs() < 1e-15 && (got[1] + 0.8).abs() < 1e-15,
            "{got:?}"
        );
    }

    #[test]
    fn a_zero_gradient_has_no_direction() {
        for norm in [Norm::Linf, Norm::L2] {
            assert_eq!(
                values(&direction(norm, &tensor(&[0.0, 0.0])).unwrap()),
                [0.0, 0.0]
            );
        }
    }

    #[test]
    fn projection_keeps_inner_points_and_moves_outer_ones_to_the_ball() {
        let centre = tensor(&[0.5, 0.5]);
        let inner = tensor(&[0.55, 0.5]);
        assert_eq!(
            values(&project(Norm::L2, &inner, &centre, 0.1).unwrap()),
            values(&inner)
        );
        let outer = values(&project(Norm::L2, &tensor(&[0.8, 0.9]), &centre, 0.1).unwrap());
        assert!(
            (outer[0] - 0.56).abs() < 1e-15 && (outer[1] - 0.58).abs() < 1e-15,
            "{outer:?}"
        );
        let cube = values(&project(Norm::Linf, &tensor(&[0.8, 0.45]), &centre, 0.1).unwrap());
        assert_eq!(cube, [0.6, 0.45]);
    }
}
