//! Random starts around the image.

use crate::attack::Batch;
use crate::error::Result;
use crate::noise::Stream;
use tch::Tensor;
use valleyscope_shared::field::Norm;

/// A point of norm `radius` (`[N]`) around each image, in the range of pixels.
///
/// As in AutoAttack a cube's point (linf) or a normal one (l2), scaled to that norm.
pub(super) fn random(
    norm: Norm,
    batch: &Batch,
    radius: &Tensor,
    streams: &mut [Stream],
) -> Result<Tensor> {
    let values = batch.values();
    let mut points = Vec::with_capacity(values * streams.len());
    for stream in streams {
        let point: Vec<f64> = match norm {
            Norm::Linf => (0..values).map(|_| stream.signed_unit()).collect(),
            Norm::L2 | Norm::L1 => (0..values).map(|_| stream.normal()).collect(),
        };
        let length = match norm {
            Norm::Linf => point
                .iter()
                .fold(0.0_f64, |most, value| most.max(value.abs())),
            Norm::L2 | Norm::L1 => crate::head::length(&point),
        };
        let length = length.max(f64::MIN_POSITIVE);
        points.extend(point.into_iter().map(|value| value / length));
    }
    let mut shape = vec![1; batch.x.dim()];
    shape[0] = -1;
    let shift = batch
        .like(&points)?
        .f_mul(&radius.f_view(shape.as_slice())?)?;
    Ok(batch.x.f_add(&shift)?.f_clamp(0.0, 1.0)?)
}
