//! One run of APGD: from what is known at a point to the next, each example with a step size of its own.

use super::schedule::Schedule;
use crate::ball;
use crate::error::Result;
use tch::Tensor;
use valleyscope_shared::field::Norm;

/// How much of a step goes along the gradient; the rest repeats the last move. The first step has no last move.
const ALONG: f64 = 0.75;

/// The ball and the rule that halves steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    pub norm: Norm,
    pub epsilon: f64,
    pub rho: f64,
}

/// A working point with what was found there.
pub(super) struct Point<'a> {
    /// `[N, ...]`.
    pub x: &'a Tensor,
    /// `[N]`, what is climbed.
    pub losses: &'a Tensor,
    /// `[N, ...]`, its gradient.
    pub gradient: &'a Tensor,
}

/// What a run remembers.
pub(super) struct Climb {
    rules: Rules,
    schedule: Schedule,
    /// `[N, ...]`, where the last move began.
    before: Tensor,
    /// The best point so far, its loss and gradient.
    best_x: Tensor,
    best_losses: Tensor,
    best_gradient: Tensor,
    /// `[N]`, the best loss at the last look.
    looked_losses: Tensor,
    /// `[N]`, the loss of the point before. As in the reference zero before the first update, whatever the start's loss is.
    last_losses: Tensor,
    /// `[N]`, how many updates since the last look raised the loss.
    rises: Tensor,
    /// `[N]`, whether the last look halved the step; true before the first.
    halved: Tensor,
    /// `[N, 1, 1, ...]`.
    step_size: Tensor,
}

impl Climb {
    /// At the start of a run of so many updates; with the first update.
    pub fn begin(
        rules: Rules,
        steps: u32,
        start: &Point<'_>,
        clean: &Tensor,
    ) -> Result<(Self, Tensor)> {
        let zeros = start.losses.f_zeros_like()?;
        let climb = Self {
            rules,
            schedule: Schedule::new(steps),
            before: start.x.shallow_clone(),
            best_x: start.x.shallow_clone(),
            best_losses: start.losses.shallow_clone(),
            best_gradient: start.gradient.shallow_clone(),
            looked_losses: start.losses.shallow_clone(),
            last_losses: zeros.shallow_clone(),
            rises: zeros.shallow_clone(),
            halved: zeros.f_eq(0.0)?,
            step_size: as_factor(&zeros.f_add_scalar(2.0 * rules.epsilon)?, start.x)?,
        };
        let next = climb.towards(start.x, start.gradient, clean)?;
        Ok((climb, next))
    }

    /// The point after this one.
    pub fn next(&mut self, point: &Point<'_>, clean: &Tensor) -> Result<Tensor> {
        let rose = point.losses.f_gt_tensor(&self.last_losses)?;
        self.rises = self.rises.f_add(&rose.f_to_kind(self.rises.f_kind()?)?)?;
        self.last_losses = point.losses.shallow_clone();

        // A point without a loss is not better, and any other is better than it.
        let first = self.best_losses.f_isnan()?;
        let first = first.f_logical_and(&point.losses.f_isnan()?.f_logical_not()?)?;
        let better = point.losses.f_gt_tensor(&self.best_losses)?;
        let better = better.f_logical_or(&first)?;
        let wide = as_factor(&better, point.x)?;
        self.best_x = point.x.f_where_self(&wide, &self.best_x)?;
        self.best_gradient = point.gradient.f_where_self(&wide, &self.best_gradient)?;
        self.best_losses = point.losses.f_where_self(&better, &self.best_losses)?;

        let (x, gradient) = match self.schedule.pass() {
            None => (point.x.shallow_clone(), point.gradient.shallow_clone()),
            Some(window) => {
                let halves = as_factor(&self.look(window)?, point.x)?;
                let half = self.step_size.f_mul_scalar(0.5)?;
                self.step_size = half.f_where_self(&halves, &self.step_size)?;
                (
                    self.best_x.f_where_self(&halves, point.x)?,
                    self.best_gradient.f_where_self(&halves, point.gradient)?,
                )
            }
        };
        let last_move = x.f_sub(&self.before)?;
        let aim = self.towards(&x, &gradient, clean)?;
        let along = aim.f_sub(&x)?.f_mul_scalar(ALONG)?;
        let moved = x
            .f_add(&along)?
            .f_add(&last_move.f_mul_scalar(1.0 - ALONG)?)?;
        self.before = x;
        ball::project(self.rules.norm, &moved, clean, self.rules.epsilon)
    }

    /// Goes on with the examples at these places, `[M]`.
    pub fn select(&mut self, places: &Tensor) -> Result<()> {
        for own in [
            &mut self.before,
            &mut self.best_x,
            &mut self.best_losses,
            &mut self.best_gradient,
            &mut self.looked_losses,
            &mut self.last_losses,
            &mut self.rises,
            &mut self.halved,
            &mut self.step_size,
        ] {
            *own = own.f_index_select(0, places)?;
        }
        Ok(())
    }

    /// `[N]`: whose step is halved at the end of a window of updates, because too few of them raised the loss,
    /// or because none raised the best one although the step was left alone at the last look.
    fn look(&mut self, window: u32) -> Result<Tensor> {
        let few = self.rises.f_le(self.rules.rho * f64::from(window))?;
        let stuck = self.looked_losses.f_ge_tensor(&self.best_losses)?;
        let stuck = stuck.f_logical_and(&self.halved.f_logical_not()?)?;
        self.halved = few.f_logical_or(&stuck)?;
        self.looked_losses = self.best_losses.shallow_clone();
        self.rises = self.rises.f_zeros_like()?;
        Ok(self.halved.shallow_clone())
    }

    /// One step along the gradient, in the ball and the pixel range.
    fn towards(&self, x: &Tensor, gradient: &Tensor, clean: &Tensor) -> Result<Tensor> {
        let direction = direction(self.rules.norm, gradient)?;
        let moved = x.f_add(&direction.f_mul(&self.step_size)?)?;
        ball::project(self.rules.norm, &moved, clean, self.rules.epsilon)
    }
}

/// The sign, or the gradient divided by its length and 1e-12 more, as in the reference: where the logits ratio is
/// constant, as for a label of the third rank, its gradient is about 1e-12 long and the step is shorter for it.
fn direction(norm: Norm, gradient: &Tensor) -> Result<Tensor> {
    match norm {
        Norm::Linf => ball::direction(norm, gradient),
        Norm::L2 | Norm::L1 => {
            let length = ball::euclidean(gradient)?.f_add_scalar(1e-12)?;
            Ok(gradient.f_div(&as_factor(&length, gradient)?)?)
        }
    }
}

/// `[N]` as `[N, 1, 1, ...]`, to meet `[N, ...]`.
fn as_factor(x: &Tensor, like: &Tensor) -> Result<Tensor> {
    let mut shape = vec![1; like.dim()];
    shape[0] = -1;
    Ok(x.f_view(shape.as_slice())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The step sizes, in units of 2ε, after points of a run of ten updates with these losses from its start on; one image a row.
    fn step_sizes(losses: &[[f64; 3]]) -> Vec<f64> {
        let rules = Rules {
            norm: Norm::Linf,
            epsilon: 0.1,
            rho: 0.75,
        };
        let x = Tensor::full(
            [losses.len() as i64, 1],
            0.5,
            (tch::Kind::Double, tch::Device::Cpu),
        );
        let at = |number: usize| {
            Tensor::from_slice(&losses.iter().map(|row| row[number]).collect::<Vec<_>>())
        };
        let mut climb: Option<Climb> = None;
        for number in 0..3 {
            let point = Point {
                x: &x,
                losses: &at(number),
                gradient: &x,
            };
            match &mut climb {
                Some(climb) => drop(climb.next(&point, &x).unwrap()),
                None => climb = Some(Climb::begin(rules, 10, &point, &x).unwrap().0),
            }
        }
        let climb = climb.unwrap();
        Vec::try_from(climb.step_size.flatten(0, -1) / 0.2).unwrap()
    }

    /// G34: the first look, after two of ten updates, compares the first loss with zero and not with the start's.
    /// Planted: the start's loss in place of zero; failed.
    #[test]
    fn the_first_loss_counts_as_a_rise_exactly_if_it_is_above_zero() {
        let sizes = step_sizes(&[
            // It rose twice, but below zero: one rise is not more than three quarters of two.
            [-1.0, -0.9, -0.8],
            // It rose twice, above zero.
            [1.0, 1.1, 1.2],
            // It fell and rose, above zero: taken for two rises.
            [2.0, 1.0, 1.5],
            [2.0, 1.5, 1.0],
        ]);
        assert_eq!(sizes, [0.5, 1.0, 1.0, 0.5]);
    }
}
