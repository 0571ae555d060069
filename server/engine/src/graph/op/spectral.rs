//! Largest singular values: what linear operators do to lengths.

use super::window::Side;
use super::{Conv2d, Pair};
use crate::error::Result;
use tch::{Kind, Tensor};

/// Larger spectra are not computed; a bound that costs nothing takes their place. In f64 with both parts this is 2 GiB.
const MOST_NUMBERS: i64 = 1 << 27;

/// The largest absolute value.
pub(super) fn largest(tensor: &Tensor) -> Result<f64> {
    Ok(tensor.f_abs()?.f_max()?.f_double_value(&[])?)
}

/// The largest singular value of a matrix `[out, in]`, in f64.
pub(super) fn of_matrix(weight: &Tensor) -> Result<f64> {
    of_groups(&weight.f_to_kind(Kind::Double)?)
}

/// At least the largest singular value of a convolution of a picture of this height and width.
///
/// On the picture with its zeros, rounded up to whole strides, a convolution that wraps around takes at least as much apart. It is
/// diagonal in frequencies, of which strides of s and t lay s t over each other: the bound is the largest singular value of the blocks
/// `[K̂(f + (a m/s, b n/t))]ₐ,ᵦ / √(s t)`.
pub(super) fn of_convolution(
    conv: &Conv2d,
    [height, width]: [i64; 2],
    weight: &Tensor,
) -> Result<f64> {
    let weight = weight.f_to_kind(Kind::Double)?;
    let (out, each, _, _) = weight.size4()?;
    let groups = conv.groups.max(1);
    if conv.kernel.is_one() && conv.padding == Pair::both(0) {
        return of_groups(&weight.f_view([groups, out / groups, each])?);
    }
    let sides = conv.window().sides();
    let strides = sides.map(|side| side.stride.max(1));
    let padded = |along: usize, pixels: i64| {
        let side = sides[along];
        let pixels = (pixels + 2 * side.padding).max(side.reach());
        (pixels + strides[along] - 1) / strides[along] * strides[along]
    };
    let grid = [padded(0, height), padded(1, width)];
    let numbers = [2, out, each, grid[0], grid[1]].into_iter();
    if numbers.fold(1, i64::saturating_mul) > MOST_NUMBERS {
        return of_sums(&weight);
    }
    let spread = match sides.map(|side| side.dilation) {
        [1, 1] => weight,
        [down, across] => {
            let [rows, columns] = sides.map(Side::reach);
            let size = [out, each, rows, columns];
            let spread = Tensor::f_zeros(size, (Kind::Double, weight.device()))?;
            let mut places = spread
                .f_slice(2, None, None, down)?
                .f_slice(3, None, None, across)?;
            places.f_copy_(&weight)?;
            spread
        }
    };
    // [out, in, rows, columns], complex.
    let spectrum = spread.f_fft_fft2(Some(grid.as_slice()), [-2i64, -1].as_slice(), "backward")?;
    let [down, across] = strides;
    let (rows, columns) = (grid[0] / down, grid[1] / across);
    let blocks = spectrum
        .f_view([groups, out / groups, each, down, rows, across, columns].as_slice())?
        .f_permute([4, 6, 0, 1, 2, 3, 5].as_slice())?
        .f_reshape([rows * columns * groups, out / groups, each * down * across])?;
    Ok(of_groups(&blocks)? / ((down * across) as f64).sqrt())
}

/// The largest of several matrices `[n, out, in]`, which act on numbers of their own.
fn of_groups(matrices: &Tensor) -> Result<f64> {
    let (_, values, _) = matrices.f_svd(true, false)?;
    largest(&values)
}

/// √(‖A‖₁ ‖A‖∞) of any convolution with these kernels, whatever the picture.
fn of_sums(weight: &Tensor) -> Result<f64> {
    let sums = weight
        .f_abs()?
        .f_sum_dim_intlist([2i64, 3].as_slice(), false, None::<Kind>)?;
    let by = |dimension: i64| -> Result<f64> {
        largest(&sums.f_sum_dim_intlist([dimension].as_slice(), false, None::<Kind>)?)
    };
    Ok((by(0)? * by(1)?).sqrt())
}
