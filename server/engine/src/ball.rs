//! Norm balls: where to start, which way is steepest, how to come back.
//!
//! All tensors are `[N, ...]`; every example is treated by itself.

use crate::error::Result;
use crate::noise::Stream;
use tch::{Kind, Tensor};
use valleyscope_shared::field::Norm;

/// The steepest direction of length one in the norm: the sign for linf, the unit vector for l2,
/// the largest entry (of equals the first) alone for l1.
///
/// Each is where the dual norm ‖g‖_q = max {g·d : ‖d‖_p = 1} is reached, so a step of length α gains α‖g‖_q of a linear loss.
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
        Norm::L1 => {
            let flat = per_example(gradient)?;
            let place = flat.f_abs()?.f_argmax(1, true)?;
            let sign = flat.f_gather(1, &place, false)?.f_sign()?;
            let direction = flat.f_zeros_like()?.f_scatter(1, &place, &sign)?;
            Ok(direction.f_view_as(gradient)?)
        }
    }
}

/// The gradient with zeros where it would lead out of [0, 1] at once.
///
/// A step in l1 moves one value, so it must not be spent on a value that is at the end of its range.
pub fn movable(gradient: &Tensor, x: &Tensor) -> Result<Tensor> {
    let below = x.f_le(0.0)?.f_logical_and(&gradient.f_lt(0.0)?)?;
    let above = x.f_ge(1.0)?.f_logical_and(&gradient.f_gt(0.0)?)?;
    Ok(gradient.f_masked_fill(&below.f_logical_or(&above)?, 0.0)?)
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
        Norm::L1 => {
            let change = project_l1(&per_example(&x.f_sub(centre)?)?, epsilon)?;
            centre.f_add(&change.f_view_as(x)?)?
        }
    };
    Ok(inside.f_clamp(0.0, 1.0)?)
}

/// The nearest point of the l1 ball around 0, `[N, values]` (Duchi, Shalev-Shwartz, Singer and Chandra, ICML 2008):
/// every value shrinks by the same θ and stops at 0, where θ makes the sum of what is left ε.
///
/// With u the sizes in falling order, θ = (Σ_{j≤k} u_j − ε)/k for the largest k at which u_k still exceeds it.
fn project_l1(change: &Tensor, epsilon: f64) -> Result<Tensor> {
    let size = change.f_abs()?;
    let (sorted, _) = size.f_sort(1, true)?;
    let excess = sorted.f_cumsum(1, None::<Kind>)?.f_sub_scalar(epsilon)?;
    let counts =
        Tensor::f_arange_start(1, change.size()[1] + 1, (change.f_kind()?, change.device()))?;
    let kept = sorted
        .f_mul(&counts)?
        .f_gt_tensor(&excess)?
        .f_sum_dim_intlist([1].as_slice(), true, Kind::Int64)?
        // In a ball of radius 0 nothing is kept; the largest value alone gives the θ that leaves nothing.
        .f_clamp_min(1)?;
    let theta = excess
        .f_gather(1, &kept.f_sub_scalar(1)?, false)?
        .f_div(&kept.f_to_kind(change.f_kind()?)?)?
        // Inside the ball θ would be negative: such a point stays where it is.
        .f_clamp_min(0.0)?;
    let left = size.f_sub(&theta)?.f_clamp_min(0.0)?;
    Ok(left.f_mul(&change.f_sign()?)?)
}

/// A random point of the ball around 0 with `values` values: uniform in the cube for linf, uniform in the ball for l2 and l1.
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
        // Of n + 1 exponential numbers, n divided by the sum of all are uniform in the simplex; signs make it the ball.
        Norm::L1 => {
            let sizes: Vec<f64> = (0..=values).map(|_| stream.exponential()).collect();
            let sum = sizes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
            sizes[..values]
                .iter()
                .map(|size| size * epsilon / sum * stream.sign())
                .collect()
        }
    }
}

/// A random point as far from 0 as `epsilon` allows: the largest entry's size (linf), the length (l2) or the sum of sizes (l1) is epsilon.
pub fn outermost_point(norm: Norm, epsilon: f64, values: usize, stream: &mut Stream) -> Vec<f64> {
    let draw = |stream: &mut Stream| match norm {
        Norm::Linf => stream.signed_unit(),
        Norm::L2 | Norm::L1 => stream.normal(),
    };
    let point: Vec<f64> = (0..values).map(|_| draw(stream)).collect();
    let size = match norm {
        Norm::Linf => point
            .iter()
            .fold(0.0, |largest: f64, value| largest.max(value.abs())),
        Norm::L2 => crate::head::length(&point),
        Norm::L1 => point.iter().map(|value| value.abs()).sum(),
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
        for norm in [Norm::Linf, Norm::L2, Norm::L1] {
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

    #[test]
    fn the_l1_direction_is_the_first_of_the_largest_entries() {
        let direction = direction(Norm::L1, &tensor(&[0.1, -0.4, 0.4, 0.2])).unwrap();
        assert_eq!(values(&direction), [0.0, -1.0, 0.0, 0.0]);
    }

    #[test]
    fn what_leads_out_of_the_range_does_not_move() {
        let gradient = tensor(&[-3.0, 2.0, 1.0, -1.0]);
        let at = tensor(&[0.0, 1.0, 0.0, 0.5]);
        assert_eq!(
            values(&movable(&gradient, &at).unwrap()),
            [0.0, 0.0, 1.0, -1.0]
        );
    }

    /// θ by bisection, which the sorted formula must meet.
    fn by_bisection(change: &[f64], epsilon: f64) -> Vec<f64> {
        let shrunk = |theta: f64| {
            change
                .iter()
                .map(move |v| (v.abs() - theta).max(0.0) * v.signum())
        };
        let (mut low, mut high) = (0.0, change.iter().fold(0.0, |a: f64, b| a.max(b.abs())));
        if change.iter().map(|v| v.abs()).sum::<f64>() <= epsilon {
            return change.to_vec();
        }
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            match shrunk(middle).map(f64::abs).sum::<f64>() > epsilon {
                true => low = middle,
                false => high = middle,
            }
        }
        shrunk(high).collect()
    }

    #[test]
    fn the_l1_projection_is_the_one_that_bisection_finds() {
        let mut stream = crate::noise::Noise::new(3).stream(0, crate::noise::Purpose::Start);
        for case in 0..200 {
            let epsilon = [0.0, 0.05, 0.5, 3.0][case % 4];
            // Every fifth has ties and zeros.
            let change: Vec<f64> = (0..9)
                .map(|_| match case % 5 {
                    0 => (stream.signed_unit() * 4.0).round() / 4.0,
                    _ => stream.signed_unit(),
                })
                .collect();
            let got = values(&project_l1(&tensor(&change), epsilon).unwrap());
            for (got, want) in got.iter().zip(by_bisection(&change, epsilon)) {
                // Sums of nine numbers below one.
                assert!(
                    (got - want).abs() < 4e-15,
                    "{change:?}, {epsilon}: {got} {want}"
                );
            }
        }
    }

    #[test]
    fn l1_random_points_fill_the_ball_evenly() {
        let mut stream = crate::noise::Noise::new(4).stream(0, crate::noise::Purpose::Start);
        let (count, values) = (20_000, 3);
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..count {
            let point = random_point(Norm::L1, 2.0, values, &mut stream);
            let length = point.iter().map(|v| v.abs()).sum::<f64>();
            assert!(length <= 2.0 * (1.0 + 1e-15), "{length}");
            sum += length / 2.0;
            square += point[0] * point[0];
        }
        let n = f64::from(count);
        // The share r of the radius has density 3 r²: mean 3/4, deviation 0.19. A coordinate's second moment is ε²·2/((n+1)(n+2)) = 0.4,
        // with deviation 0.62. Four standard errors each.
        assert!(
            (sum / n - 0.75).abs() < 4.0 * 0.194 / n.sqrt(),
            "{}",
            sum / n
        );
        assert!(
            (square / n - 0.4).abs() < 4.0 * 0.62 / n.sqrt(),
            "{}",
            square / n
        );
    }
}
