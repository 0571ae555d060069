//! The last layer's weights, and what a softmax makes of them.

use crate::{Softmax, length};

/// The last layer's weight in f64, and what is needed of it for every example.
#[derive(Clone, Debug)]
pub struct Weights {
    classes: usize,
    /// `[K, K]`: ‖w_j − w_k‖².
    distances: Vec<f64>,
    /// `[K]`: ‖w_k‖².
    squares: Vec<f64>,
    /// `[K, D]` less its mean row; differences of rows are all that gradients see.
    centred: Vec<f64>,
    features: usize,
    fro_sq: f64,
    centred_fro_sq: f64,
}

impl Weights {
    /// From the weight matrix, row after row: `classes x features`.
    pub fn new(weight: &[f64], classes: usize) -> Self {
        let features = weight.len().checked_div(classes).unwrap_or(0);
        let row = |k: usize| &weight[k * features..(k + 1) * features];
        let mut mean = vec![0.0; features];
        for k in 0..classes {
            for (mean, w) in mean.iter_mut().zip(row(k)) {
                *mean += w / classes as f64;
            }
        }
        let centred: Vec<f64> = (0..classes)
            .flat_map(|k| row(k).iter().zip(&mean).map(|(w, mean)| w - mean))
            .collect();
        let distance = |j: usize, k: usize| {
            row(j)
                .iter()
                .zip(row(k))
                .map(|(a, b)| (a - b) * (a - b))
                .sum::<f64>()
        };
        let mut distances = vec![0.0; classes * classes];
        for j in 0..classes {
            for k in 0..j {
                let value = distance(j, k);
                distances[j * classes + k] = value;
                distances[k * classes + j] = value;
            }
        }
        let squares: Vec<f64> = (0..classes)
            .map(|k| row(k).iter().map(|w| w * w).sum())
            .collect();
        Self {
            classes,
            distances,
            fro_sq: squares.iter().sum(),
            squares,
            centred_fro_sq: centred.iter().map(|w| w * w).sum(),
            centred,
            features,
        }
    }

    /// The number of classes K.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// ‖W‖_F².
    pub fn fro_sq(&self) -> f64 {
        self.fro_sq
    }

    /// ‖W − 1·mean row‖_F².
    pub fn centred_fro_sq(&self) -> f64 {
        self.centred_fro_sq
    }
}

impl Weights {
    /// Var_p(w) = Σ_k p_k ‖w_k − w̄‖² = ½ Σ_jk p_j p_k ‖w_j − w_k‖²: a sum of terms that are never negative,
    /// so it keeps its digits where p is all but one class. κ_tr = ‖φ‖² times this.
    pub fn variance(&self, softmax: &Softmax) -> f64 {
        let p = &softmax.p;
        let mut sum = 0.0;
        for j in 1..self.classes {
            let row = &self.distances[j * self.classes..j * self.classes + j];
            sum += p[j]
                * row
                    .iter()
                    .zip(p)
                    .map(|(distance, p)| distance * p)
                    .sum::<f64>();
        }
        sum
    }

    /// Σ_k p_k (1 − p_k) ‖w_k‖². κ_max = ‖φ‖² times this.
    pub fn weighted_gini(&self, softmax: &Softmax) -> f64 {
        self.squares
            .iter()
            .enumerate()
            .map(|(k, square)| softmax.p[k] * softmax.complement(k) * square)
            .sum()
    }

    /// ‖w̄ − w_y‖ = ‖Σ_k (p − e_y)_k w_k‖, the length of the loss gradient in the features.
    pub fn gradient_length(&self, gradient: &[f64]) -> f64 {
        let mut sum = vec![0.0; self.features];
        for (k, g) in gradient.iter().enumerate().filter(|(_, g)| **g != 0.0) {
            let row = &self.centred[k * self.features..(k + 1) * self.features];
            for (sum, w) in sum.iter_mut().zip(row) {
                *sum += g * w;
            }
        }
        length(&sum)
    }

    /// ‖w_j − w_k‖.
    pub fn distance(&self, j: usize, k: usize) -> f64 {
        self.distances[j * self.classes + k].sqrt()
    }

    /// max_jk ‖w_j − w_k‖.
    pub fn diameter(&self) -> f64 {
        self.distances.iter().copied().fold(0.0, f64::max).sqrt()
    }

    /// The number of features m.
    pub fn features(&self) -> usize {
        self.features
    }

    /// w_k − w̄ for every class, one after another: `classes x features`. The mean is taken of differences from the likeliest row,
    /// so that those of unlikely classes keep their digits.
    pub fn deviations(&self, softmax: &Softmax) -> Vec<f64> {
        let row = |k: usize| &self.centred[k * self.features..(k + 1) * self.features];
        let top = row(softmax.top);
        let mut mean = vec![0.0; self.features];
        for k in (0..self.classes).filter(|k| *k != softmax.top) {
            for (mean, (w, top)) in mean.iter_mut().zip(row(k).iter().zip(top)) {
                *mean += softmax.p[k] * (w - top);
            }
        }
        let of = |k: usize| {
            let differences = row(k).iter().zip(top).zip(&mean);
            differences.map(|((w, top), mean)| (w - top) - mean)
        };
        (0..self.classes).flat_map(of).collect()
    }

    /// ‖w_k‖ p_k (1 − p_k) of every class: times ‖φ‖² the vector that the authors save of corrupted images.
    pub fn per_class(&self, softmax: &Softmax) -> Vec<f64> {
        let squares = self.squares.iter().enumerate();
        squares
            .map(|(k, square)| square.sqrt() * softmax.p[k] * softmax.complement(k))
            .collect()
    }
}
