//! The loss of one example over a plane of the last layer's weights.
//!
//! The logits of an example whose features are φ move by ΔW φ, so a plane through W in the directions `g φᵀ/‖φ‖` and `s φᵀ/‖φ‖`,
//! both of Frobenius length 1, is z + (a g + b s) ‖φ‖: nothing but the logits and ‖φ‖ is needed, and no pass of the network.

use crate::route::{Direction, PlaneView};
use serde::{Deserialize, Serialize};

/// Every random direction is drawn anew from it, so that planes along a path and of different examples can be compared.
const SEED: u64 = 1;

/// An example at one point of its path, as its last layer sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Its logits; a constant added to all of them changes nothing.
    pub logits: Vec<f64>,
    /// ‖φ‖.
    pub length: f64,
    /// Its label.
    pub label: usize,
}

/// A plane in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plane {
    /// The places along each axis, from −radius to radius, in units of ‖W‖_F.
    pub places: Vec<f64>,
    /// The loss, row after row from the bottom; in each row from left to right.
    pub loss: Vec<Vec<f64>>,
    /// z_y − max z of the others, likewise: 0 at the border of the decision.
    pub margin: Vec<Vec<f64>>,
}

impl Seen {
    /// Of probabilities, which say the logits up to a constant.
    pub fn of(probabilities: impl IntoIterator<Item = f64>, length: f64, label: usize) -> Self {
        // A probability that is 0 in floating point is at most this.
        let log = |p: f64| p.max(f64::MIN_POSITIVE).ln();
        Self {
            logits: probabilities.into_iter().map(log).collect(),
            length,
            label,
        }
    }

    fn softmax(&self) -> Vec<f64> {
        let highest = self
            .logits
            .iter()
            .copied()
            .fold(f64::NEG_INFINITY, f64::max);
        let e: Vec<f64> = self.logits.iter().map(|z| (z - highest).exp()).collect();
        let sum: f64 = e.iter().sum();
        e.iter().map(|e| e / sum).collect()
    }

    /// p − e_y of length 1: where the loss rises most. Nothing where there is no such direction.
    fn gradient(&self) -> Option<Vec<f64>> {
        let mut gradient = self.softmax();
        // 1 − p_y as a sum, which keeps it where p_y is nearly 1.
        let others = gradient
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != self.label);
        let rest: f64 = others.map(|(_, p)| p).sum();
        *gradient.get_mut(self.label)? = -rest;
        unit(gradient)
    }

    /// The plane through the gradient and another direction, in units of the weights' length `norm`, ‖W‖_F.
    /// Nothing where a direction is not there.
    pub fn plane(&self, view: PlaneView, norm: f64) -> Option<Plane> {
        let PlaneView {
            direction,
            radius,
            count,
        } = view;
        let first = self.gradient()?;
        let second = self.other(direction, &first)?;
        let place = |i: usize| radius * (2.0 * i as f64 / (count.max(2) - 1) as f64 - 1.0);
        let places: Vec<f64> = (0..count.max(2)).map(place).collect();
        let reach = norm * self.length;
        let at = |a: f64, b: f64| {
            let parts = self.logits.iter().zip(first.iter().zip(&second));
            let logits: Vec<f64> = parts
                .map(|(z, (g, s))| z + (a * g + b * s) * reach)
                .collect();
            told(&logits, self.label)
        };
        let rows: Vec<Vec<(f64, f64)>> = places
            .iter()
            .map(|b| places.iter().map(|a| at(*a, *b)).collect())
            .collect();
        let part = |of: fn(&(f64, f64)) -> f64| {
            rows.iter()
                .map(|row| row.iter().map(of).collect())
                .collect()
        };
        Some(Plane {
            loss: part(|told| told.0),
            margin: part(|told| told.1),
            places,
        })
    }

    /// The other direction, at right angles to the first.
    fn other(&self, kind: Direction, first: &[f64]) -> Option<Vec<f64>> {
        let classes = self.logits.len();
        let start: Vec<f64> = match kind {
            Direction::Eigenvector => self.eigenvector(first)?,
            Direction::Random => {
                let mut draw = fastrand::Rng::with_seed(SEED);
                (0..classes).map(|_| normal(&mut draw)).collect()
            }
        };
        // A constant added to all logits changes nothing: without it the direction is all there is to see.
        let mean = start.iter().sum::<f64>() / classes as f64;
        let centred: Vec<f64> = start.iter().map(|s| s - mean).collect();
        unit(orthogonal(&centred, first)).or_else(|| {
            // With two classes there is one direction in all; the plane's second axis is the constant.
            unit(orthogonal(&vec![1.0; classes], first))
        })
    }

    /// The direction at right angles to the first in which diag(p) − p pᵀ is largest, by power iteration.
    fn eigenvector(&self, first: &[f64]) -> Option<Vec<f64>> {
        let p = self.softmax();
        let mut v: Vec<f64> = (0..p.len()).map(|k| 1.0 + (k as f64 * 1.7).sin()).collect();
        for _ in 0..200 {
            let mean: f64 = p.iter().zip(&v).map(|(p, v)| p * v).sum();
            let next = p
                .iter()
                .zip(&v)
                .map(|(p, v)| p * (v - mean))
                .collect::<Vec<_>>();
            match unit(orthogonal(&next, first)) {
                Some(next) => v = next,
                // There is no curvature left: any direction is as good.
                None => return unit(orthogonal(&v, first)),
            }
        }
        Some(v)
    }
}

/// A standard normal number (Box and Muller 1958).
fn normal(draw: &mut fastrand::Rng) -> f64 {
    // 1 − u is never 0.
    let [u, v] = [(); 2].map(|()| draw.f64());
    (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Loss and margin of logits.
fn told(logits: &[f64], label: usize) -> (f64, f64) {
    let others = || {
        logits
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != label)
            .map(|(_, z)| *z)
    };
    let highest = others().fold(f64::NEG_INFINITY, f64::max);
    let own = logits.get(label).copied().unwrap_or(f64::NAN);
    let (mut place, mut top) = (0, f64::NEG_INFINITY);
    for (k, z) in logits.iter().enumerate() {
        if *z > top {
            (place, top) = (k, *z);
        }
    }
    // Every term but the largest, which is 1: so it keeps its digits where the others are tiny.
    let rest = logits.iter().enumerate().filter(|(k, _)| *k != place);
    let rest: f64 = rest.map(|(_, z)| (z - top).exp()).sum();
    (rest.ln_1p() + (top - own), own - highest)
}

fn orthogonal(v: &[f64], to: &[f64]) -> Vec<f64> {
    let along: f64 = v.iter().zip(to).map(|(v, to)| v * to).sum();
    v.iter().zip(to).map(|(v, to)| v - along * to).collect()
}

/// The same direction with length 1; nothing where there is none.
fn unit(v: Vec<f64>) -> Option<Vec<f64>> {
    let largest = v.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
    if !(largest > 0.0 && largest.is_finite()) {
        return None;
    }
    // Divided by the largest first: the squares of 1e-200 are nothing.
    let scaled: Vec<f64> = v.iter().map(|v| v / largest).collect();
    let length = scaled.iter().map(|v| v * v).sum::<f64>().sqrt();
    // What is left of a direction that was all taken out is rounding.
    (largest * length > 1e-300).then(|| scaled.iter().map(|v| v / length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(direction: Direction, radius: f64, count: usize) -> PlaneView {
        PlaneView {
            direction,
            radius,
            count,
        }
    }

    fn seen() -> Seen {
        Seen {
            logits: vec![1.4, -0.8, -1.35],
            length: 1.0,
            label: 0,
        }
    }

    #[test]
    fn the_middle_is_the_example_itself_and_the_first_axis_is_the_gradient() {
        let (norm, radius) = (2.0, 1e-3);
        let plane = seen()
            .plane(view(Direction::Eigenvector, radius, 5), norm)
            .unwrap();
        // 40-digit arithmetic says 0.161039201874341 (golden values, V1).
        assert!((plane.loss[2][2] - 0.161_039_201_874_341).abs() < 1e-14);
        assert!((plane.margin[2][2] - 2.2).abs() < 1e-14);
        // ‖p − e_y‖ ‖φ‖ is the length of the gradient in the weights; central differences are exact to (norm · step)²/6.
        let slope = (plane.loss[2][3] - plane.loss[2][1]) / (norm * radius);
        assert!((slope - 0.184_342_308_188_346).abs() < 1e-6, "{slope}");
        let across = (plane.loss[3][2] - plane.loss[1][2]) / (norm * radius);
        assert!(across.abs() < 1e-6, "{across}");
    }

    #[test]
    fn the_border_of_the_decision_is_where_the_margin_changes_its_sign() {
        let plane = seen().plane(view(Direction::Random, 1.0, 21), 4.0).unwrap();
        let margins = plane.margin.iter().flatten();
        let (wrong, right): (Vec<f64>, Vec<f64>) = margins.partition(|margin| **margin < 0.0);
        assert!(!wrong.is_empty() && !right.is_empty());
        // Below log 2 no prediction has changed.
        for (loss, margin) in plane
            .loss
            .iter()
            .flatten()
            .zip(plane.margin.iter().flatten())
        {
            assert!(*margin >= 0.0 || *loss >= 2.0_f64.ln() - 1e-12);
        }
    }

    #[test]
    fn a_saturated_example_still_has_its_gradient() {
        let saturated = Seen::of([1.0, 1e-200, 1e-250], 3.0, 0);
        let plane = saturated
            .plane(view(Direction::Eigenvector, 1.0, 3), 1.0)
            .unwrap();
        assert!(plane.loss.iter().flatten().all(|loss| loss.is_finite()));
        let two = Seen::of([0.7, 0.3], 1.0, 1);
        assert!(
            two.plane(view(Direction::Eigenvector, 1.0, 3), 1.0)
                .is_some()
        );
    }
}
