//! What a change of the logits does to the loss, term by term.

use crate::Softmax;
use crate::grow::{beyond_line, log1p_product, psi};

/// The loss after the logits move by `u`, written around where they were.
///
/// With p the softmax before, ū = Σ_k p_k u_k, v = u − ū and σ² = Σ_k p_k v_k², exactly
///
/// l(z + u) − l(z) = (p − e_y)ᵀ u + σ²/2 + R₃, where R₃ = log Σ_k p_k exp(v_k) − σ²/2.
///
/// With a linear last layer u = W (φ' − φ): the first term is the loss's slope in the features, σ² its curvature along the way,
/// and μ₃ = Σ_k p_k v_k³ its third derivative D³l[φ' − φ, φ' − φ, φ' − φ]. Nothing else enters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Displacement {
    /// (p − e_y)ᵀ u = ū − u_y.
    pub first: f64,
    /// σ².
    pub spread: f64,
    /// μ₃.
    pub third: f64,
    /// R₃.
    pub remainder: f64,
    /// R = max u − min u.
    pub range: f64,
    /// max v.
    pub highest: f64,
}

/// What log Σ_k p_k exp(v_k) lies between, by σ², R and max v alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// σ² (e⁻ᴿ + R − 1)/R² and σ² (eᴿ − R − 1)/R²: self-concordance (Bach 2010).
    pub concordant: [f64; 2],
    /// log(1 + σ² (e^max v − max v − 1)/(max v)²): Bennett.
    pub bennett: f64,
    /// R²/8: Hoeffding.
    pub hoeffding: f64,
}

impl Displacement {
    /// Of logits that were those of `softmax`, of an example with this label.
    pub fn of(softmax: &Softmax, u: &[f64], label: usize) -> Self {
        let p = &softmax.p;
        let top = u.get(softmax.top).copied().unwrap_or(f64::NAN);
        // Against the likeliest class: its own term then vanishes, and with it the cancellation where p is nearly all there.
        let others = || {
            p.iter()
                .zip(u)
                .enumerate()
                .filter(|(k, _)| *k != softmax.top)
        };
        let mean: f64 = others().map(|(_, (p, u))| p * (u - top)).sum();
        let v: Vec<f64> = u.iter().map(|u| (u - top) - mean).collect();
        let moment = |power: i32| -> f64 { p.iter().zip(&v).map(|(p, v)| p * v.powi(power)).sum() };
        let spread = moment(2);
        let own = u.get(label).copied().unwrap_or(f64::NAN);
        let [low, high] = [f64::min, f64::max].map(|pick| u.iter().copied().reduce(pick));
        Self {
            first: mean - (own - top),
            spread,
            third: moment(3),
            remainder: log_mean_exp(p, &v) - spread / 2.0,
            range: high.unwrap_or(f64::NAN) - low.unwrap_or(f64::NAN),
            highest: v.iter().copied().fold(0.0, f64::max),
        }
    }

    /// What σ²/2 + R₃ lies between.
    pub fn growth(&self) -> Growth {
        let [up, down] = [self.range, -self.range].map(psi);
        Growth {
            concordant: [self.spread * down, self.spread * up],
            bennett: log1p_product(self.spread, self.highest),
            hoeffding: self.range * self.range / 8.0,
        }
    }

    /// (p − e_y)ᵀ u + σ²/2: what slope and curvature predict.
    pub fn second(&self) -> f64 {
        self.first + self.spread / 2.0
    }

    /// The whole: l(z + u) − l(z).
    pub fn rise(&self) -> f64 {
        self.second() + self.remainder
    }

    /// σ² √(R² − 4 σ²), which |μ₃| does not exceed; attained by two classes.
    pub fn third_bound(&self) -> f64 {
        let inside = self.range * self.range - 4.0 * self.spread;
        self.spread * inside.max(0.0).sqrt()
    }

    /// R³ / (36 √3), which |R₃| does not exceed: R₃ = ∫₀¹ (1 − t)²/2 μ₃(p_t) dt, and |μ₃| ≤ R³ / (6 √3).
    pub fn remainder_bound(&self) -> f64 {
        cubic(self.range)
    }
}

/// r³ / (36 √3).
pub(crate) fn cubic(r: f64) -> f64 {
    r.powi(3) / (36.0 * 3.0_f64.sqrt())
}

/// log Σ_k p_k exp(v_k), where Σ_k p_k v_k = 0: log1p(Σ_k p_k (exp(v_k) − 1 − v_k)), whose terms are none of them negative;
/// where these overflow the largest v comes out first.
fn log_mean_exp(p: &[f64], v: &[f64]) -> f64 {
    let highest = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if highest <= 600.0 {
        let terms = p.iter().zip(v).map(|(p, v)| p * beyond_line(*v));
        return terms.sum::<f64>().ln_1p();
    }
    let sum: f64 = p.iter().zip(v).map(|(p, v)| p * (v - highest).exp()).sum();
    highest + sum.ln()
}
