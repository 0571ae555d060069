//! What the loss cannot exceed while the features move by no more than a length.

use crate::displacement::cubic;
use crate::grow::{log1p_product, psi};
use crate::{Softmax, Weights, bisect, eigen};

/// The last layer as it looks from one example, with everything that the bounds need of it.
///
/// With w̄ = Σ_k p_k w_k, all lengths Euclidean and all differences of rows, so that a common row of W changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Around {
    /// G = ‖w̄ − w_y‖: the loss's slope in the features.
    pub slope: f64,
    /// C = λ_max(Wᵀ S W), the largest curvature of the loss in the features, or a little more: never less.
    pub curvature: f64,
    /// M = max_k ‖w_k − w̄‖.
    pub deviation: f64,
    /// D = max_ij ‖w_i − w_j‖.
    pub diameter: f64,
    /// d_k = ‖w_k − w_y‖.
    distances: Vec<f64>,
    p: Vec<f64>,
    label: usize,
    /// z_y − z_j.
    leads: Vec<f64>,
    /// log 2 − l(x): what the loss may rise without a change of the prediction.
    room: f64,
}

/// Upper bounds of l(x') − l(x) while ‖φ(x') − φ(x)‖ ≤ τ; each holds by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// B1 = G τ + C τ²/2 + (D τ)³/(36 √3): slope, flatness, and the largest third derivative.
    pub cubic: f64,
    /// B2 = G τ + C τ² ψ(D τ) with ψ(t) = (eᵗ − t − 1)/t²: by self-concordance (Bach 2010).
    pub concordant: f64,
    /// B3 = G τ + D² τ²/8: by Hoeffding, whatever the curvature.
    pub hoeffding: f64,
    /// B4 = max_k d_k · τ: the loss's Lipschitz constant in the features.
    pub lipschitz: f64,
    /// B5 = G τ + log(1 + C τ² ψ(M τ)): by Bennett, the best use of flatness.
    pub flat: f64,
    /// B6 = log Σ_k p_k exp(d_k τ): without the curvature; of two classes exact.
    pub free: f64,
}

impl Bounds {
    /// The smallest, which is the one that counts.
    pub fn least(&self) -> f64 {
        let all = [
            self.cubic,
            self.concordant,
            self.hoeffding,
            self.lipschitz,
            self.flat,
            self.free,
        ];
        all.into_iter().fold(f64::INFINITY, f64::min)
    }
}

impl Around {
    /// Of an example with this label and these logits' softmax.
    pub fn of(weights: &Weights, softmax: &Softmax, label: usize) -> Self {
        let classes = weights.classes();
        let deviations = weights.deviations(softmax);
        let width = deviations.len().checked_div(classes).unwrap_or(0);
        let lengths = deviations.chunks(width.max(1)).map(crate::length);
        Self {
            slope: weights.gradient_length(&softmax.gradient(label)),
            curvature: eigen::largest(&softmax.p, &deviations),
            deviation: lengths.fold(0.0, f64::max),
            diameter: weights.diameter(),
            distances: (0..classes).map(|k| weights.distance(k, label)).collect(),
            p: softmax.p.clone(),
            label,
            leads: (0..classes).map(|k| softmax.lead(label, k)).collect(),
            room: 2.0_f64.ln() - softmax.loss(label),
        }
    }

    /// The bounds at a length of the features' change.
    pub fn at(&self, tau: f64) -> Bounds {
        let first = self.slope * tau;
        let second = self.curvature * tau * tau;
        Bounds {
            cubic: first + second / 2.0 + cubic(self.diameter * tau),
            concordant: first + second * psi(self.diameter * tau),
            hoeffding: first + (self.diameter * tau).powi(2) / 8.0,
            lipschitz: self.distances.iter().copied().fold(0.0, f64::max) * tau,
            flat: first + log1p_product(second, self.deviation * tau),
            free: self.free(tau),
        }
    }

    /// log Σ_k p_k exp(d_k τ) = log1p(Σ_k p_k (exp(d_k τ) − 1)), as Σ_k p_k = 1.
    fn free(&self, tau: f64) -> f64 {
        let longest = self.distances.iter().copied().fold(0.0, f64::max) * tau;
        let pairs = || self.p.iter().zip(&self.distances);
        if longest < 600.0 {
            let sum: f64 = pairs().map(|(p, d)| p * (d * tau).exp_m1()).sum();
            return sum.ln_1p();
        }
        let sum: f64 = pairs().map(|(p, d)| p * (d * tau - longest).exp()).sum();
        longest + sum.ln()
    }

    /// τ_m = min_{j≠y} (z_y − z_j)/‖w_y − w_j‖: within it the prediction is the label, and a step beyond it can change it (Tsuzuku et al. 2018).
    /// 0 where the prediction is not the label; infinite where no row differs.
    pub fn margin_radius(&self) -> f64 {
        let others = (0..self.leads.len()).filter(|k| *k != self.label);
        let radii = others.map(|k| match (self.leads[k], self.distances[k]) {
            (lead, _) if lead <= 0.0 => 0.0,
            (_, 0.0) => f64::INFINITY,
            (lead, distance) => lead / distance,
        });
        radii.fold(f64::INFINITY, f64::min)
    }

    /// τ_l = the largest τ at which the least bound leaves the loss below log 2, so that flatness itself shows that the prediction holds;
    /// 0 where p_y ≤ 1/2. Never more than [`Self::margin_radius`].
    pub fn loss_radius(&self) -> f64 {
        self.radius(self.room)
    }

    /// The largest τ at which the least bound is at most `rise`, within the margin radius; 0 where `rise` is not positive.
    pub fn radius(&self, rise: f64) -> f64 {
        let most = self.margin_radius();
        if rise.is_nan() || rise <= 0.0 || most == 0.0 {
            return 0.0;
        }
        if most.is_infinite() {
            return most;
        }
        let exceeds = |tau: f64| self.at(tau).least() > rise;
        match exceeds(most) {
            true => bisect([0.0, most], exceeds),
            false => most,
        }
    }

    /// The size of D³l along a unit direction of the features is at most this, D C (and D³/(6 √3)): |μ₃| ≤ R σ² with R ≤ D and σ² ≤ C.
    pub fn third(&self) -> f64 {
        let most = self.diameter.powi(3) / (6.0 * 3.0_f64.sqrt());
        (self.diameter * self.curvature).min(most)
    }
}
