//! The linearised boundary that is nearest.

use crate::ball;
use crate::error::Result;
use crate::loss::gradients;
use crate::model::Model;
use tch::{Kind, Tensor};
use valleyscope_shared::field::Norm;

/// z_k − z_y around a point, for one class k of each example.
pub(in crate::attack) struct Plane {
    /// `[N, D]`: its gradient.
    pub w: Tensor,
    /// `[N]`: its value.
    pub c: Tensor,
}

/// Of these `classes` `[N, C]` the one with the smallest |z_k − z_y| / ‖∇(z_k − z_y)‖ in the dual norm.
///
/// A class without a slope has no boundary here, as one whose row of the last layer is the label's own; nor has one whose value or slope
/// is not finite. Where no class has one, all is zero and leads nowhere.
///
/// One forward pass and C backward ones. The gradients come one after another, so there is never more than one and the nearest.
pub(super) fn nearest(
    norm: Norm,
    model: &dyn Model,
    x: &Tensor,
    labels: &Tensor,
    classes: &Tensor,
) -> Result<Plane> {
    let (x, differences) = tch::with_grad(|| -> Result<_> {
        let x = x.f_detach()?.f_set_requires_grad(true)?;
        let logits = model.forward(&x)?.logits;
        let own = logits.f_gather(1, &labels.f_unsqueeze(1)?, false)?;
        Ok((x, logits.f_gather(1, classes, false)?.f_sub(&own)?))
    })?;
    let count = differences.size()[1];
    let sums = tch::with_grad(|| -> Result<Vec<Tensor>> {
        let sum = |class| Ok(differences.f_select(1, class)?.f_sum(None::<Kind>)?);
        (0..count).map(sum).collect()
    })?;
    let mut nearest: Option<(Tensor, Plane)> = None;
    for (class, gradient) in gradients(&sums, &x).enumerate() {
        let w = ball::per_example(&gradient?)?;
        let c = differences.f_detach()?.f_select(1, class as i64)?;
        let slope = match norm {
            Norm::Linf => w
                .f_abs()?
                .f_sum_dim_intlist([1].as_slice(), false, None::<Kind>)?,
            Norm::L2 | Norm::L1 => ball::euclidean(&w)?.f_squeeze_dim(1)?,
        };
        let there = slope.f_gt(0.0)?.f_logical_and(&slope.f_isfinite()?)?;
        let there = there.f_logical_and(&c.f_isfinite()?)?;
        let absent = there.f_logical_not()?;
        let w = w.f_masked_fill(&absent.f_unsqueeze(1)?, 0.0)?;
        let c = c.f_masked_fill(&absent, 0.0)?;
        // As in AutoAttack, so that a plane with hardly any slope is far away.
        let distance = c.f_abs()?.f_div(&slope.f_add_scalar(1e-12)?)?;
        let distance = distance.f_masked_fill(&absent, f64::INFINITY)?;
        nearest = Some(match nearest {
            None => (distance, Plane { w, c }),
            Some((least, plane)) => {
                let nearer = distance.f_lt_tensor(&least)?;
                (
                    distance.f_where_self(&nearer, &least)?,
                    Plane {
                        w: w.f_where_self(&nearer.f_unsqueeze(1)?, &plane.w)?,
                        c: c.f_where_self(&nearer, &plane.c)?,
                    },
                )
            }
        });
    }
    let (_, plane) = nearest.ok_or(crate::error::Error::Detached)?;
    Ok(plane)
}
