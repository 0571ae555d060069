//! Square within a cube: every pixel it touches is moved by ±ε.

use super::draw::{Draws, window};
use crate::ball;
use crate::error::Result;
use tch::Tensor;
use valleyscope_shared::field::Norm;

/// Vertical stripes one pixel wide, each channel of each by ε or −ε.
pub(super) fn start(clean: &Tensor, epsilon: f64, draws: &mut Draws) -> Result<Tensor> {
    let (_, channels, _, width) = clean.size4()?;
    let stripes = draws.signs([channels, 1, width], clean)?;
    let moved = clean.f_add(&stripes.f_mul_scalar(epsilon)?)?;
    ball::project(Norm::Linf, &moved, clean, epsilon)
}

/// The best image with one square moved by 2ε or −2ε in each channel and brought back into the cube.
pub(super) fn candidate(
    clean: &Tensor,
    best: &Tensor,
    epsilon: f64,
    side: i64,
    draws: &mut Draws,
) -> Result<Tensor> {
    let (_, channels, height, width) = clean.size4()?;
    let top = draws.places(height - side, clean)?;
    let left = draws.places(width - side, clean)?;
    let colours = draws.colours(channels, clean)?;
    let inside = window(&top, &left, side, height, width)?.f_to_kind(clean.f_kind()?)?;
    let change = inside.f_mul(&colours)?.f_mul_scalar(2.0 * epsilon)?;
    ball::project(Norm::Linf, &best.f_add(&change)?, clean, epsilon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::{Noise, Purpose};

    /// Grey images, whose pixels have room on both sides.
    fn drawn() -> (Tensor, Draws) {
        let clean = Tensor::full([2, 3, 5, 7], 0.5, (tch::Kind::Double, tch::Device::Cpu));
        let stream = |index| Noise::new(4).stream(index, Purpose::Square);
        (clean, Draws::new(vec![stream(0), stream(1)], None))
    }

    #[test]
    fn stripes_run_from_top_to_bottom_at_plus_or_minus_epsilon() {
        let (clean, mut draws) = drawn();
        let change = start(&clean, 0.1, &mut draws).unwrap() - &clean;
        let far = (change.abs() - 0.1).abs().max().double_value(&[]);
        // 0.5 ± 0.1 and the difference back are each rounded once.
        assert!(far < 1e-15, "{far:e}");
        assert_eq!(change, change.narrow(2, 0, 1).expand_as(&change));
        assert_ne!(change.get(0), change.get(1));
    }

    #[test]
    fn a_candidate_differs_in_one_square_at_plus_or_minus_epsilon() {
        let (clean, mut draws) = drawn();
        let best = start(&clean, 0.1, &mut draws).unwrap();
        for _ in 0..50 {
            let next = candidate(&clean, &best, 0.1, 3, &mut draws).unwrap();
            let far = ((&next - &clean).abs() - 0.1).abs().max().double_value(&[]);
            assert!(far < 1e-15, "{far:e}");
            let changed = (&next - &best).abs().amax([0, 1], false).gt(1e-12);
            let places = changed.nonzero();
            if places.size()[0] > 0 {
                let (low, high) = (places.amin([0], false), places.amax([0], false));
                // Each of the two images has a square of its own, so together they span at most two.
                assert!((high - low).max().int64_value(&[]) <= 6);
            }
            for row in 0..2 {
                let places = (&next - &best).get(row).abs().amax([0], false).nonzero();
                if places.size()[0] > 0 {
                    let span = places.amax([0], false) - places.amin([0], false);
                    assert!(span.max().int64_value(&[]) <= 2, "{span:?}");
                }
            }
        }
    }
}
