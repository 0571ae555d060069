//! Square within an l2 ball: each query takes the length from one window and gives it to another.

use super::draw::{Draws, window};
use crate::ball;
use crate::error::Result;
use tch::{Kind, Tensor};
use valleyscope_shared::field::Norm;

/// Tiles of a fifth of the image, each with a bump whose halves are of opposite sign, together of length ε.
pub(super) fn start(clean: &Tensor, epsilon: f64, draws: &mut Draws) -> Result<Tensor> {
    let (count, channels, height, width) = clean.size4()?;
    let side = (height.min(width) / 5).max(1);
    let (rows, columns) = (height / side, width / side);
    let (above, before) = ((height - side * rows) / 2, (width - side * columns) / 2);
    let change = Tensor::f_zeros_like(clean)?;
    let fill = Tensor::f_zeros([count, 1, 1, 1], (Kind::Int64, clean.device()))?;
    for tile in 0..rows * columns {
        let top = fill.f_add_scalar(above + tile / columns * side)?;
        let left = fill.f_add_scalar(before + tile % columns * side)?;
        let bump = bump_at(&top, &left, side, clean, draws)?;
        let _ = change
            .shallow_clone()
            .f_add_(&bump.f_mul(&draws.signs([channels, 1, 1], clean)?)?)?;
    }
    at_length(clean, &change, epsilon)
}

/// The best image, with the length of two windows and what is left to ε in the first of them, as a bump added to what was there.
///
/// As in AutoAttack the length of both windows is taken over all channels and given to each; the whole is then scaled to ε.
pub(super) fn candidate(
    clean: &Tensor,
    best: &Tensor,
    epsilon: f64,
    side: i64,
    draws: &mut Draws,
) -> Result<Tensor> {
    let (_, channels, height, width) = clean.size4()?;
    let kind = clean.f_kind()?;
    let change = best.f_sub(clean)?;
    let mut place = || -> Result<(Tensor, Tensor)> {
        let top = draws.places(height - side, clean)?;
        Ok((top, draws.places(width - side, clean)?))
    };
    let ((top, left), (other_top, other_left)) = (place()?, place()?);
    let first = window(&top, &left, side, height, width)?;
    let second = window(&other_top, &other_left, side, height, width)?;
    let both = first.f_logical_or(&second)?;

    let old = change.f_mul(&first.f_to_kind(kind)?)?;
    let bump =
        bump_at(&top, &left, side, clean, draws)?.f_mul(&draws.signs([channels, 1, 1], clean)?)?;
    let new = unit(&bump.f_add(&unit(&old, &[2, 3])?)?, &[2, 3])?;
    let windows = squares(&change.f_mul(&both.f_to_kind(kind)?)?, &[1, 2, 3])?;
    let unused = squares(&change, &[1, 2, 3])?
        .f_neg()?
        .f_add_scalar(epsilon * epsilon)?
        .f_clamp_min(0.0)?
        .f_div_scalar(channels as f64)?;
    let new = new.f_mul(&unused.f_add(&windows)?.f_sqrt()?)?;

    let kept = change.f_mul(&both.f_logical_not()?.f_to_kind(kind)?)?;
    at_length(clean, &kept.f_add(&new)?, epsilon)
}

/// The image at distance ε in the direction of this change, in the range of pixels.
fn at_length(clean: &Tensor, change: &Tensor, epsilon: f64) -> Result<Tensor> {
    let change = ball::direction(Norm::L2, change)?.f_mul_scalar(epsilon)?;
    ball::project(Norm::L2, &clean.f_add(&change)?, clean, epsilon)
}

/// A bump in the window at (`top`, `left`), its halves above one another or, by a coin, beside one another: `[N, 1, height, width]`.
fn bump_at(
    top: &Tensor,
    left: &Tensor,
    side: i64,
    clean: &Tensor,
    draws: &mut Draws,
) -> Result<Tensor> {
    let (_, _, height, width) = clean.size4()?;
    let (kind, device) = (clean.f_kind()?, clean.device());
    let along = |from: &Tensor, shape: [i64; 4], length| -> Result<Tensor> {
        Ok(Tensor::f_arange(length, (Kind::Int64, device))?
            .f_view(shape)?
            .f_sub(from)?
            .f_clamp(0, side - 1)?)
    };
    let row = along(top, [1, 1, -1, 1], height)?;
    let column = along(left, [1, 1, 1, -1], width)?;
    let upright = row.f_mul_scalar(side)?.f_add(&column)?;
    let turned = column.f_mul_scalar(side)?.f_add(&row)?;
    let index = turned.f_where_self(&draws.coins(clean)?, &upright)?;
    let values = Tensor::f_from_slice(&bump(side))?
        .f_to_device(device)?
        .f_to_kind(kind)?;
    let inside = window(top, left, side, height, width)?.f_to_kind(kind)?;
    Ok(values.f_take(&index)?.f_mul(&inside)?)
}

/// The published bump of `side × side` values and length one: a peak in the upper half and its negative in the lower.
fn bump(side: i64) -> Vec<f64> {
    let upper = peak(side / 2, side);
    let lower = peak(side - side / 2, side);
    let mut values = upper;
    values.extend(lower.iter().map(|value| -value));
    normalised(values)
}

/// `height × width` values of length one that fall off from the middle:
/// Σ 1/(r+1)² over all r from the larger of the distances in rows and columns up to where the longer side ends.
fn peak(height: i64, width: i64) -> Vec<f64> {
    let (middle, centre) = (height / 2, width / 2);
    let most = middle.max(centre);
    let value = |row: i64, column: i64| -> f64 {
        let from = (row - middle).abs().max((column - centre).abs());
        (from..=most).map(|r| 1.0 / ((r + 1) as f64).powi(2)).sum()
    };
    let all = (0..height).flat_map(|row| (0..width).map(move |column| (row, column)));
    normalised(all.map(|(row, column)| value(row, column)).collect())
}

fn normalised(mut values: Vec<f64>) -> Vec<f64> {
    let length = crate::head::length(&values).max(f64::MIN_POSITIVE);
    values.iter_mut().for_each(|value| *value /= length);
    values
}

/// Σ x² over these dimensions, which stay with size one.
fn squares(x: &Tensor, over: &[i64]) -> Result<Tensor> {
    Ok(x.f_square()?.f_sum_dim_intlist(over, true, None::<Kind>)?)
}

/// x divided by its length over these dimensions; zero stays zero.
fn unit(x: &Tensor, over: &[i64]) -> Result<Tensor> {
    let length = squares(x, over)?.f_sqrt()?;
    Ok(x.f_div(&length.f_masked_fill(&length.f_eq(0.0)?, 1.0)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{Noise, Purpose};

    #[test]
    fn the_bump_is_the_published_one() {
        // AutoAttack's `eta_rectangles(2, 5)` before it is scaled: rows 0 and 1, its centre at row 1 and column 2.
        let (a, b, c) = (1.0 / 9.0, 1.0 / 9.0 + 0.25, 1.0 / 9.0 + 0.25 + 1.0);
        let raw = normalised(vec![a, b, b, b, a, a, b, c, b, a]);
        for (got, want) in peak(2, 5).iter().zip(&raw) {
            assert!((got - want).abs() < 1e-15, "{got} {want}");
        }
        let bump = bump(5);
        assert!(bump[..10].iter().all(|v| *v > 0.0) && bump[10..].iter().all(|v| *v < 0.0));
        assert!((crate::head::length(&bump) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn every_candidate_has_length_epsilon_where_the_range_of_pixels_leaves_room() {
        for (height, width) in [(32, 32), (9, 20), (24, 24), (2, 2), (1, 3)] {
            let clean = Tensor::full([2, 3, height, width], 0.5, (Kind::Double, tch::Device::Cpu));
            let stream = |index| Noise::new(4).stream(index, Purpose::Square);
            let mut draws = Draws::new(vec![stream(0), stream(1)], None);
            let mut best = start(&clean, 0.1, &mut draws).unwrap();
            for side in [9, 5, 3, 3, 3] {
                let side = side.min(height).min(width);
                best = candidate(&clean, &best, 0.1, side, &mut draws).unwrap();
                let length = squares(&(&best - &clean), &[1, 2, 3]).unwrap().sqrt();
                let far = (length - 0.1).abs().max().double_value(&[]);
                // Adding 0.5 rounds each value by 1e-16.
                assert!(far < 1e-14, "{height}x{width}, {side}: {far:e}");
            }
        }
    }
}
