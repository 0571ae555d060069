//! What an attack climbs, and the gradient of it in the input.

mod dlr;

use crate::error::{Error, Result};
use crate::{ball, prediction};
use tch::{Device, Kind, Reduction, Tensor};
use valleyscope_shared::spec::{Gradient, Loss};

/// The objective of an attack: a loss, a direction (towards a target or away from the label) and a way to its gradient.
#[derive(Clone, Copy, Debug)]
pub struct Objective {
    /// The loss.
    pub loss: Loss,
    /// Whether `labels` are targets to reach rather than labels to leave.
    pub targeted: bool,
    /// How the gradient at the logits is made.
    pub gradient: Gradient,
}

/// The gradient of the objective in the input.
#[derive(Debug)]
pub struct InputGradient {
    /// `[N, ...]`, of the loss times the reciprocal of `scale`; always finite, see [`InputGradient::of`].
    pub direction: Tensor,
    /// `[N]` in f64: what `direction` is to be multiplied with, where that is not one.
    ///
    /// The stable gradient goes through the network with length about one, so that nothing underflows on the way.
    pub scale: Option<Tensor>,
    /// `[N]`: whether the gradient itself is finite, so that it has a length.
    pub finite: Tensor,
}

impl InputGradient {
    /// Of a gradient `[N, ...]` as it came out of the network, and its scale.
    ///
    /// An image that overflows on the way has none. Where some values are infinite they alone lead, each as far as the others;
    /// where one is not a number, nothing leads anywhere: the image stays, and what an attack remembers of it stays finite.
    pub fn of(raw: Tensor, scale: Option<Tensor>) -> Result<Self> {
        let rows = ball::per_example(&raw)?;
        let finite = rows.f_isfinite()?.f_all_dim(1, false)?;
        // On the processor looking is free and nearly always enough; on a GPU it would wait for the pass to end.
        if raw.device() == Device::Cpu && finite.f_all()?.f_int64_value(&[])? != 0 {
            return Ok(Self {
                direction: raw,
                scale,
                finite,
            });
        }
        let kind = rows.f_kind()?;
        let infinite = |value: f64| -> Result<Tensor> { Ok(rows.f_eq(value)?.f_to_kind(kind)?) };
        let leading = infinite(f64::INFINITY)?.f_sub(&infinite(f64::NEG_INFINITY)?)?;
        let known = rows.f_isnan()?.f_any_dim(1, true)?.f_logical_not()?;
        let leading = leading.f_mul(&known.f_to_kind(kind)?)?;
        let direction = rows.f_where_self(&finite.f_unsqueeze(1)?, &leading)?;
        let scale = match scale {
            Some(scale) => Some(scale.f_masked_fill(&finite.f_logical_not()?, 1.0)?),
            None => None,
        };
        Ok(Self {
            direction: direction.f_view_as(&raw)?,
            scale,
            finite,
        })
    }

    /// The gradients of these examples.
    pub fn select(&self, index: &Tensor) -> Result<Self> {
        let some = |tensor: &Tensor| tensor.f_index_select(0, index);
        Ok(Self {
            direction: some(&self.direction)?,
            scale: self.scale.as_ref().map(some).transpose()?,
            finite: some(&self.finite)?,
        })
    }
}

impl Objective {
    /// The gradient at `x` (which requires one) from its `logits` `[N, K]` and `labels` `[N]`.
    ///
    /// # Errors
    ///
    /// [`Error::Detached`] when the model's output does not depend on `x` as far as differentiation can see.
    pub fn gradient(&self, x: &Tensor, logits: &Tensor, labels: &Tensor) -> Result<InputGradient> {
        let (sum, scale) = match (self.loss, self.gradient) {
            (Loss::CrossEntropy, Gradient::Autograd) => {
                (self.signed(cross_entropy(logits, labels)?)?, None)
            }
            (Loss::CrossEntropy, Gradient::Stable) => {
                let (direction, scale) = stable_direction(logits, labels)?;
                let direction = direction.f_to_kind(logits.f_kind()?)?;
                (
                    self.signed(logits.f_mul(&direction)?.f_sum(None::<Kind>)?)?,
                    Some(scale),
                )
            }
            (Loss::Dlr, _) => {
                let losses = self.losses(logits, labels, None)?;
                (losses.f_sum(None::<Kind>)?, None)
            }
            // The margin's gradient at the logits is plus and minus one; there is nothing to stabilise.
            (Loss::Margin, _) => (
                self.signed(margin(logits, labels)?.f_sum(None::<Kind>)?.f_neg()?)?,
                None,
            ),
        };
        InputGradient::of(gradient(&sum, x)?, scale)
    }

    /// `[N]`: what is climbed, example by example, with the framework's own gradient.
    ///
    /// The targeted difference of logits ratio compares the targets in `labels` with the true labels `truth`.
    /// An example without a prediction has no loss: it is not a number there.
    ///
    /// # Errors
    ///
    /// Fewer classes than the loss needs, and true labels that it needs and lacks.
    pub fn losses(
        &self,
        logits: &Tensor,
        labels: &Tensor,
        truth: Option<&Tensor>,
    ) -> Result<Tensor> {
        let losses = match (self.loss, self.targeted) {
            (Loss::CrossEntropy, _) => {
                let reduction = Reduction::None;
                let loss =
                    logits.f_cross_entropy_loss(labels, None::<&Tensor>, reduction, -100, 0.0)?;
                self.signed(loss)
            }
            (Loss::Margin, _) => self.signed(margin(logits, labels)?.f_neg()?),
            (Loss::Dlr, false) => dlr::untargeted(logits, labels),
            (Loss::Dlr, true) => {
                let truth = truth.ok_or_else(|| Error::Setting {
                    field: "loss",
                    value: "dlr".to_owned(),
                    expected: "with a target it needs the true labels too".to_owned(),
                })?;
                dlr::targeted(logits, labels, truth)
            }
        }?;
        absent_without_prediction(&losses, logits)
    }

    fn signed(&self, loss: Tensor) -> Result<Tensor> {
        Ok(if self.targeted { loss.f_neg()? } else { loss })
    }
}

/// Σ −log p_y in the logits' own precision: the sum, so that an example's gradient does not depend on its batch.
fn cross_entropy(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    Ok(logits.f_cross_entropy_loss(labels, None::<&Tensor>, Reduction::Sum, -100, 0.0)?)
}

/// These losses `[N]`, not a number where there is no prediction.
fn absent_without_prediction(losses: &Tensor, logits: &Tensor) -> Result<Tensor> {
    let absent = prediction::exists(logits)?.f_logical_not()?;
    Ok(losses.f_masked_fill(&absent, f64::NAN)?)
}

/// z_y − max_{k≠y} z_k, `[N]`; not a number where there is no prediction.
///
/// The label is masked with −∞: multiplying by a one-hot mask would read negative logits as zero.
/// A class with exactly the label's logit is passed over as long as there is another: where two rows of the last layer are the same,
/// the margin to such a twin is zero everywhere and leads nowhere.
pub fn margin(logits: &Tensor, labels: &Tensor) -> Result<Tensor> {
    let column = labels.f_unsqueeze(1)?;
    let own = logits.f_gather(1, &column, false)?;
    let same = logits.f_eq_tensor(&own)?;
    let differ = same.f_all_dim(1, true)?.f_logical_not()?;
    let hidden = same
        .f_logical_and(&differ)?
        .f_scatter_value(1, &column, 1)?;
    let other = logits
        .f_masked_fill(&hidden, f64::NEG_INFINITY)?
        .f_amax([1], true)?;
    absent_without_prediction(&own.f_sub(&other)?.f_squeeze_dim(1)?, logits)
}

/// p − e_y divided by its scale max_{j≠y} p_j, `[N, K]`, and that scale `[N]`, both in f64.
///
/// With m = max_{j≠y} z_j the entries are exp(z_j − m) for j ≠ y and minus their sum for y:
/// none of them can underflow to zero all at once, however certain the model is.
fn stable_direction(logits: &Tensor, labels: &Tensor) -> Result<(Tensor, Tensor)> {
    let _guard = tch::no_grad_guard();
    let z = logits.f_detach()?.f_to_kind(Kind::Double)?;
    let column = labels.f_unsqueeze(1)?;
    let others = z.f_scatter_value(1, &column, f64::NEG_INFINITY)?;
    let highest = others.f_amax([1], true)?;
    let entries = others.f_sub(&highest)?.f_exp()?;
    let sum = entries.f_sum_dim_intlist([1].as_slice(), true, None::<Kind>)?;
    let direction = entries.f_scatter(1, &column, &sum.f_neg()?)?;
    let scale = highest
        .f_sub(&z.f_logsumexp([1], true)?)?
        .f_exp()?
        .f_squeeze_dim(1)?;
    Ok((direction, scale))
}

/// ∂ loss / ∂ x.
///
/// # Errors
///
/// [`Error::Detached`] where LibTorch would crash (the loss has no graph) or answer with an undefined tensor (no path to `x`).
pub fn gradient(loss: &Tensor, x: &Tensor) -> Result<Tensor> {
    differentiate(loss, x, false)
}

/// As [`gradient`], and the graph is kept for further losses of the same forward pass.
///
/// # Errors
///
/// As [`gradient`].
pub fn gradient_keeping_graph(loss: &Tensor, x: &Tensor) -> Result<Tensor> {
    differentiate(loss, x, true)
}

/// ∂ loss / ∂ x for each of these losses of one forward pass, one after another; the graph is kept until the last.
///
/// # Errors
///
/// As [`gradient`].
pub fn gradients<'a>(
    losses: &'a [Tensor],
    x: &'a Tensor,
) -> impl Iterator<Item = Result<Tensor>> + 'a {
    let numbered = losses.iter().enumerate();
    numbered.map(move |(place, loss)| differentiate(loss, x, place + 1 < losses.len()))
}

/// The one place where LibTorch differentiates for an attack.
fn differentiate(loss: &Tensor, x: &Tensor, keep_graph: bool) -> Result<Tensor> {
    if !loss.requires_grad() {
        return Err(Error::Detached);
    }
    let gradient = Tensor::f_run_backward(&[loss], &[x], keep_graph, false)?
        .pop()
        .ok_or(Error::Detached)?;
    if !gradient.defined() {
        return Err(Error::Detached);
    }
    // A network may work with channels last; what follows looks at each image as one row.
    Ok(gradient.f_contiguous()?)
}
