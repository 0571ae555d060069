//! Directions in the weights, keyed by seed, layer and number, whatever else is computed.

use super::Scope;
use crate::error::Result;
use crate::noise::{Noise, Purpose};
use tch::{Kind, Tensor};

impl Scope<'_> {
    /// Signs of the shape of a chosen layer's weight.
    pub(super) fn signs(
        &self,
        place: usize,
        seed: u64,
        number: u64,
        purpose: Purpose,
    ) -> Result<Tensor> {
        let number_of_layer = self.layers[place];
        let layer = self.layer(number_of_layer);
        let mut stream = Noise::new(seed)
            .part(number_of_layer as u64)
            .stream(number, purpose);
        let signs: Vec<f32> = stream.signs(layer.parameters() as usize).collect();
        Ok(Tensor::f_from_slice(&signs)?
            .f_view(layer.shape.as_slice())?
            .f_to_kind(self.network.kind())?
            .f_to_device(self.network.device())?)
    }

    /// Signs for all chosen layers, one after another: `[1, width]`.
    pub(super) fn all_signs(&self, seed: u64, number: u64, purpose: Purpose) -> Result<Tensor> {
        let parts = (0..self.layers.len()).map(|place| {
            let signs = self.signs(place, seed, number, purpose)?;
            Ok(signs.f_view([1, -1])?)
        });
        let parts: Vec<Tensor> = parts.collect::<Result<_>>()?;
        Ok(Tensor::f_cat(&parts, 1)?)
    }
}

/// (W Wᵀ)^½ of each chosen layer, `[O, O]`.
///
/// With signs Z of the weight's shape, the rows of `V = (W Wᵀ)^½ Z` have the covariance that makes
/// `E[vec(V)ᵀ H vec(V)] = Σ_{s,s'} ⟨w_s, w_s'⟩ Tr H_{s,s'} = κ_tr`.
pub(super) fn roots(squares: &[Tensor]) -> Result<Vec<Tensor>> {
    let root = |square: &Tensor| -> Result<Tensor> {
        let (values, vectors) = square.f_to_kind(Kind::Double)?.f_linalg_eigh("L")?;
        // Rounding takes an eigenvalue of zero a little below it.
        let scaled = vectors.f_mul(&values.f_clamp_min(0.0)?.f_sqrt()?)?;
        let root = scaled.f_matmul(&vectors.f_transpose(0, 1)?)?;
        Ok(root.f_to_kind(square.f_kind()?)?)
    };
    squares.iter().map(root).collect()
}

/// A root times a direction's rows, in the direction's shape.
pub(super) fn coloured(root: &Tensor, direction: &Tensor) -> Result<Tensor> {
    let rows = direction.f_reshape([root.size()[0], -1])?;
    Ok(root.f_matmul(&rows)?.f_view_as(direction)?)
}
