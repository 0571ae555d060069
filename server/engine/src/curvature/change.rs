//! Ways of making the logits a function of the weights.

use super::Scope;
use crate::error::{Error, Result};
use crate::graph::Weighted;
use tch::Tensor;

/// What the chosen layers took and gave, for gradients in each example's weights.
pub(super) struct Taps {
    /// `[N, K]`
    pub logits: Tensor,
    /// Of each chosen layer, what it took.
    pub taken: Vec<Tensor>,
    /// Of each chosen layer, what it gave: wants a gradient.
    pub given: Vec<Tensor>,
}

impl Scope<'_> {
    /// The place of a layer's number among the chosen ones.
    fn place(&self, number: usize) -> Option<usize> {
        self.layers.binary_search(&number).ok()
    }

    /// The logits of the network as it is.
    pub(super) fn logits(&self, x: &Tensor) -> Result<Tensor> {
        self.network.logits(x, &mut |_, _, _| Ok(None))
    }

    /// The logits with `change` for each chosen layer: its place among them, the layer and what it takes.
    pub(super) fn changed(
        &self,
        x: &Tensor,
        mut change: impl FnMut(usize, &Weighted, &Tensor) -> Result<Tensor>,
    ) -> Result<Tensor> {
        self.network
            .logits(x, &mut |number, layer, taken| match self.place(number) {
                Some(place) => change(place, layer, taken).map(Some),
                None => Ok(None),
            })
    }

    /// The logits with what the chosen layers took and gave; where there is a change `[N, width]` of each example's weights, with it.
    pub(super) fn tapped(&self, x: &Tensor, change: Option<&Tensor>) -> Result<Taps> {
        let parts = self.parts();
        let empty = || self.layers.iter().map(|_| Tensor::new());
        let mut taken: Vec<Tensor> = empty().collect();
        let mut given: Vec<Tensor> = empty().collect();
        let logits = self.changed(x, |place, layer, value| {
            let mut own = layer.forward(value)?;
            if let Some(change) = change {
                let (start, count) = parts[place];
                own = own.f_add(&layer.each(value, &change.f_narrow(1, start, count)?)?)?;
            }
            if !own.requires_grad() {
                own = own.f_detach()?.f_set_requires_grad(true)?;
            }
            taken[place] = value.f_detach()?;
            given[place] = own.shallow_clone();
            Ok(own)
        })?;
        Ok(Taps {
            logits,
            taken,
            given,
        })
    }

    /// The gradient of a sum in each example's weights, `[N, O, parameters / O]` a chosen layer, handed to `take` one by one.
    pub(super) fn gradients(
        &self,
        taps: &Taps,
        sum: &Tensor,
        keep_graph: bool,
        mut take: impl FnMut(usize, Tensor) -> Result<()>,
    ) -> Result<()> {
        let slopes = Tensor::f_run_backward(&[sum], &taps.given, keep_graph, false)?;
        for (place, slope) in slopes.into_iter().enumerate() {
            let layer = self.layer(self.layers[place]);
            let slope = match slope.defined() {
                true => slope,
                // The logits do not depend on it.
                false => taps.given[place].f_zeros_like()?,
            };
            take(place, layer.gradient(&taps.taken[place], &slope)?)?;
        }
        Ok(())
    }

    /// The logits along directions that all examples share, one a chosen layer, by `amounts` `[layers, N]`.
    pub(super) fn along(
        &self,
        x: &Tensor,
        directions: &[Tensor],
        amounts: &Tensor,
    ) -> Result<Tensor> {
        self.changed(x, |place, layer, taken| {
            let step = layer.along(taken, &directions[place])?;
            let mut size = vec![1; step.dim()];
            size[0] = step.size()[0];
            let amount = amounts.f_select(0, place as i64)?.f_view(size.as_slice())?;
            Ok(layer.forward(taken)?.f_add(&step.f_mul(&amount)?)?)
        })
    }

    /// The logits where each example's weights are changed by its row of `[N, width]`.
    pub(super) fn each(&self, x: &Tensor, change: &Tensor) -> Result<Tensor> {
        let parts = self.parts();
        self.changed(x, |place, layer, taken| {
            let (start, count) = parts[place];
            let own = layer.each(taken, &change.f_narrow(1, start, count)?)?;
            Ok(layer.forward(taken)?.f_add(&own)?)
        })
    }

    /// The logits where all examples' weights are changed by `[width]`.
    pub(super) fn shared(&self, x: &Tensor, change: &Tensor) -> Result<Tensor> {
        let parts = self.parts();
        self.changed(x, |place, layer, taken| {
            let (start, count) = parts[place];
            let own = change
                .f_narrow(0, start, count)?
                .f_view(layer.shape.as_slice())?;
            layer.with_weight(taken, &layer.weight().f_add(&own)?)
        })
    }

    /// Zeros that want a gradient.
    pub(super) fn leaf(&self, size: &[i64]) -> Result<Tensor> {
        let options = (self.network.kind(), self.network.device());
        Ok(Tensor::f_zeros(size, options)?.f_set_requires_grad(true)?)
    }

    /// Numbers as the network computes with.
    pub(super) fn tensor(&self, numbers: &[f64], size: &[i64]) -> Result<Tensor> {
        Ok(Tensor::f_from_slice(numbers)?
            .f_view(size)?
            .f_to_kind(self.network.kind())?
            .f_to_device(self.network.device())?)
    }
}

/// The derivative of a sum in one tensor, zero where it does not depend on it.
pub(super) fn derivative(
    sum: &Tensor,
    by: &Tensor,
    keep_graph: bool,
    create_graph: bool,
) -> Result<Tensor> {
    if !sum.requires_grad() {
        return Ok(by.f_detach()?.f_zeros_like()?);
    }
    let slope = Tensor::f_run_backward(&[sum], &[by], keep_graph, create_graph)?
        .pop()
        .ok_or(Error::Detached)?;
    match slope.defined() {
        true => Ok(slope),
        false => Ok(by.f_detach()?.f_zeros_like()?),
    }
}
