//! The bound as the authors state it.

/// What the follow-up of the paper states of an example (its Proposition 5, as it is quoted): with φ L-Lipschitz, ‖φ(x)‖ ≥ r, k classes and
/// m features, l(x') − l(x) ≤ δ² L² κ/(2 r²) + δ³ k m L⁶/(24 r³) while ‖x' − x‖ ≤ δ.
///
/// It is no certificate: the slope at the example is left out, which vanishes for the training set as a whole and not for an example, and
/// the cubic term lacks ‖W‖³. Here δ L is the length τ of the features' change and their bound, L, is r itself:
/// κ τ²/(2 r²) + k m τ³/24.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Authors {
    /// κ = ‖W‖_F² tr H, as in the paper's text.
    pub kappa: f64,
    /// r² = ‖φ(x)‖².
    pub phi_sq: f64,
    /// k m.
    pub weights: f64,
}

impl Authors {
    /// At a length of the features' change.
    pub fn at(&self, tau: f64) -> f64 {
        let second = self.kappa * tau * tau / (2.0 * self.phi_sq);
        second + self.weights * tau.powi(3) / 24.0
    }
}
