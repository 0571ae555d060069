//! Softmax-head algebra in f64: every closed form of cross-entropy over a linear last layer.
//!
//! Notation as in `docs/definitions/sharpness.md`: logits z = W φ + b, p = softmax(z), y* = argmax z.
//! Everything rests on s = Σ_{j≠y*} exp(z_j − z_y*), from which 1 − p_y* = s / (1 + s) comes without a subtraction;
//! the naive Σ p (1 − p) loses half its digits at a logit gap of 20 and everything at 37.
//! Sources: Petzka et al. 2021 (relative flatness), Walter et al., arXiv 2405.16918.

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

/// The root between two numbers of what is above it where `above` says so; not a number where one of them is not.
pub(crate) fn bisect([mut low, mut high]: [f64; 2], above: impl Fn(f64) -> bool) -> f64 {
    if low.is_nan() || high.is_nan() {
        return f64::NAN;
    }
    while low < high {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if above(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high.max(low)
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
}

/// ‖v‖₂.
pub fn length(v: &[f64]) -> f64 {
    v.iter().map(|x| x * x).sum::<f64>().sqrt()
}
