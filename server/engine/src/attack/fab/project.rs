//! The nearest point of a hyperplane within the box of pixels, in linf and l2.
//!
//! For an image x and the plane {y : w·(y − x) + c = 0} this finds the shortest d with w·d = −c and 0 ≤ x + d ≤ 1.
//! Where the plane misses the box, d leads to the corner nearest to it.
//!
//! Every pixel moves against c·w. Let m be the room it has there. In linf d = min(λ, m) for every pixel with w ≠ 0;
//! in l2 it is min(λ|w|, m), which is |w| · min(λ, m / |w|). So both solve the same equation for one λ, [`level`].

use crate::error::Result;
use tch::{Kind, Tensor};
use valleyscope_shared::field::Norm;

/// Entries of w below this share of its largest are taken for zero, so that m / |w| stays finite in f32.
const NEGLIGIBLE: f64 = 1e-12;

/// d as `[N, D]` for images `x` and normals `w`, both `[N, D]`, and values `c` `[N]` of the linear function at `x`.
pub(in crate::attack) fn to_plane(
    norm: Norm,
    x: &Tensor,
    w: &Tensor,
    c: &Tensor,
) -> Result<Tensor> {
    let largest = w.f_abs()?.f_amax([1], true)?;
    let largest = largest.f_masked_fill(&largest.f_eq(0.0)?, 1.0)?;
    let w = w.f_div(&largest)?;
    let c = c.f_unsqueeze(1)?.f_div(&largest)?;

    let size = w.f_abs()?;
    let counts = size.f_gt(NEGLIGIBLE)?.f_to_kind(w.f_kind()?)?;
    let (size, way) = (
        size.f_mul(&counts)?,
        w.f_sign()?.f_mul(&counts)?.f_mul(&c.f_sign()?)?.f_neg()?,
    );
    // Upwards there is room to 1, downwards to 0.
    let room = x.f_rsub_scalar(1.0)?.f_where_self(&way.f_gt(0.0)?, x)?;
    let room = room.f_clamp_min(0.0)?.f_mul(&counts)?;
    let amount = size.f_mul(&room)?;
    let distance = match norm {
        Norm::Linf => level(&room, &size, &amount, &c.f_abs()?)?.f_minimum(&room)?,
        Norm::L2 | Norm::L1 => {
            let reached = room.f_div(&size.f_masked_fill(&size.f_eq(0.0)?, 1.0)?)?;
            let level = level(&reached, &size.f_square()?, &amount, &c.f_abs()?)?;
            level.f_mul(&size)?.f_minimum(&room)?
        }
    };
    Ok(way.f_mul(&distance)?)
}

/// λ `[N, 1]` with Σ weight · min(λ, knot) = total, and the largest knot where even that is too little.
///
/// `knots`, `weights` and `amounts` = weight · knot are `[N, D]`, `total` is `[N, 1]`; none is negative.
/// The sum grows with λ along straight pieces between the sorted knots: the piece is counted out, and λ solved for on it.
fn level(knots: &Tensor, weights: &Tensor, amounts: &Tensor, total: &Tensor) -> Result<Tensor> {
    let (sorted, order) = knots.f_sort(1, false)?;
    let along = |x: &Tensor| -> Result<Tensor> {
        Ok(x.f_gather(1, &order, false)?.f_cumsum(1, None::<Kind>)?)
    };
    let (filled, passed) = (along(amounts)?, along(weights)?);
    let whole = passed.f_narrow(1, -1, 1)?;
    let at_knots = filled.f_add(&sorted.f_mul(&whole.f_sub(&passed)?)?)?;
    // How many knots lie below λ.
    let below =
        at_knots
            .f_lt_tensor(total)?
            .f_sum_dim_intlist([1].as_slice(), true, Kind::Int64)?;
    let last = (sorted.size()[1] - 1).max(0);
    let before = below.f_sub_scalar(1)?.f_clamp_min(0)?;
    let none = below.f_eq(0)?;
    let at = |x: &Tensor| -> Result<Tensor> {
        Ok(x.f_gather(1, &before, false)?.f_masked_fill(&none, 0.0)?)
    };
    let rest = whole.f_sub(&at(&passed)?)?;
    let rest = rest.f_masked_fill(&rest.f_le(0.0)?, 1.0)?;
    let level = total.f_sub(&at(&filled)?)?.f_div(&rest)?;
    // Rounding must not lead λ out of its piece; past the last knot there is no more.
    let upper = sorted.f_gather(1, &below.f_clamp_max(last)?, false)?;
    let level = level.f_maximum(&at(&sorted)?)?.f_minimum(&upper)?;
    Ok(level)
}

#[cfg(test)]
mod tests;
