//! The softmax of one example and what follows from it alone.

use crate::bisect;

/// The softmax of one example, with 1 − p_y* kept to full relative precision.
#[derive(Clone, Debug)]
pub struct Softmax {
    logits: Vec<f64>,
    /// The predicted class y*, the first of equals.
    pub top: usize,
    /// p_k.
    pub p: Vec<f64>,
    /// 1 − p_y*.
    pub q: f64,
    log1p_s: f64,
}

impl Softmax {
    /// Of these logits; not a number throughout when one of them is.
    pub fn new(logits: &[f64]) -> Self {
        let mut top = 0;
        for (k, z) in logits.iter().enumerate() {
            if *z > logits[top] {
                top = k;
            }
        }
        let highest = logits.get(top).copied().unwrap_or(f64::NAN);
        let mut p: Vec<f64> = logits.iter().map(|z| (z - highest).exp()).collect();
        let s: f64 = p
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != top)
            .map(|(_, e)| e)
            .sum();
        for e in &mut p {
            *e /= 1.0 + s;
        }
        Self {
            logits: logits.to_vec(),
            top,
            p,
            q: s / (1.0 + s),
            log1p_s: s.ln_1p(),
        }
    }

    /// 1 − p_k without cancellation.
    pub fn complement(&self, k: usize) -> f64 {
        if k == self.top {
            self.q
        } else {
            1.0 - self.p[k]
        }
    }

    /// −log p_y. The parentheses keep log1p(s), which left-to-right addition would lose.
    pub fn loss(&self, label: usize) -> f64 {
        self.log1p_s + (self.logits[self.top] - self.logits[label])
    }

    /// Σ_k p_k (1 − p_k) = 1 − ‖p‖².
    pub fn gini(&self) -> f64 {
        (0..self.p.len())
            .map(|k| self.p[k] * self.complement(k))
            .sum()
    }

    /// −Σ_k p_k log p_k in nats.
    pub fn entropy(&self) -> f64 {
        let highest = self.logits[self.top];
        self.p
            .iter()
            .zip(&self.logits)
            .map(|(p, z)| {
                if *p == 0.0 {
                    0.0
                } else {
                    p * (self.log1p_s + (highest - z))
                }
            })
            .sum()
    }

    /// z_y − max_{k≠y} z_k.
    pub fn margin(&self, label: usize) -> f64 {
        let other = self
            .logits
            .iter()
            .enumerate()
            .filter(|(k, _)| *k != label)
            .map(|(_, z)| *z);
        self.logits[label] - other.fold(f64::NEG_INFINITY, f64::max)
    }

    /// z_j − z_k.
    pub fn lead(&self, j: usize, k: usize) -> f64 {
        self.logits[j] - self.logits[k]
    }

    /// The logits.
    pub fn logits(&self) -> &[f64] {
        &self.logits
    }

    /// The gradient of the loss in the logits, p − e_y; its own entry is −(1 − p_y).
    pub fn gradient(&self, label: usize) -> Vec<f64> {
        let mut gradient = self.p.clone();
        gradient[label] = -self.complement(label);
        gradient
    }

    /// The largest eigenvalue of diag(p) − p pᵀ.
    ///
    /// The root of q − λ p₁/(p₁ − λ) + Σ_{j≠1} p_j²/(λ − p_j) in (p₂, p₁), by bisection between
    /// max(p₂, max_k p_k (1 − p_k)) and min(1/2, p₁, 2 max_k p_k (1 − p_k), gini), which are at most a factor of two apart.
    /// The textbook form 1 = Σ p_k²/(p_k − λ) has the same root but loses it in floating point.
    pub fn lambda_max(&self) -> f64 {
        let p1 = self.p[self.top];
        let others = || {
            self.p
                .iter()
                .enumerate()
                .filter(|(k, _)| *k != self.top)
                .map(|(_, p)| *p)
        };
        let p2 = others().fold(0.0, f64::max);
        if p1 == p2 {
            return p2;
        }
        let spread = (0..self.p.len())
            .map(|k| self.p[k] * self.complement(k))
            .fold(0.0, f64::max);
        let low = p2.max(spread);
        let high = 0.5_f64.min(p1).min(2.0 * spread).min(self.gini());
        let above_root = |lambda: f64| {
            let rest: f64 = others().map(|p| p * p / (lambda - p)).sum();
            self.q - lambda * p1 / (p1 - lambda) + rest < 0.0
        };
        bisect([low, high], above_root)
    }
}
