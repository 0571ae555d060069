//! The closed forms where the last layer scores every pixel and takes the mean of what is positive, as SqueezeNet's does.
//!
//! Of class k the pixels count whose score is positive, so it has features of its own, φ_k = 1/P Σ_p [s_kp > 0] y_p,
//! and ∂z_k/∂w_k = φ_k. With S = diag(p) − p pᵀ the Hessian of the loss in the weights has the blocks S_jk φ_j φ_kᵀ
//! (almost everywhere: the set of positive pixels does not change under small changes), whence
//!
//! - its trace Σ_k p_k (1 − p_k) ‖φ_k‖²,
//! - κ_tr = Σ_jk ⟨w_j, w_k⟩ tr H_jk = Var_p(w_k φ_kᵀ), the variance of matrices of rank one,
//! - κ_max = Σ_k p_k (1 − p_k) ‖φ_k‖² ‖w_k‖²,
//! - its largest eigenvalue, that of diag(a) − c cᵀ with a_k = p_k ‖φ_k‖² and c_k = p_k ‖φ_k‖,
//! - the gradient's lengths ‖∇_W‖² = Σ_k g_k² ‖φ_k‖² and ‖∇_y‖ with g = p − e_y.
//!
//! ‖φ‖² is the mean of the ‖φ_k‖² with the weights p_k (1 − p_k), so that the trace is gini · ‖φ‖² as everywhere.
//! Where every pixel counts for every class, all of it is what a linear layer behind the mean has.

use super::to_vec;
use crate::error::Result;
use crate::head::{Softmax, bisect};
use crate::model::Head;
use tch::{Kind, Tensor};
use valleyscope_shared::measure::Measure;

/// How many examples are computed at a time: features per class are many numbers.
const ROWS: usize = 8;

/// The layer's weights in f64, where the model is.
#[derive(Debug)]
pub(super) struct Scores {
    /// `[K, D]`
    weight: Tensor,
    /// `[K]`
    bias: Tensor,
    /// ‖w_k‖².
    squares: Vec<f64>,
    /// ‖W‖_F², and that of W less its mean row.
    sizes: [f64; 2],
}

impl Scores {
    pub(super) fn of(head: &Head<'_>) -> Result<Self> {
        let weight = head.weight.f_detach()?.f_to_kind(Kind::Double)?;
        let bias = head.bias.f_detach()?.f_to_kind(Kind::Double)?;
        let mean = weight.f_mean_dim([0i64].as_slice(), true, None::<Kind>)?;
        let centred = weight.f_sub(&mean)?.f_square()?.f_sum(Kind::Double)?;
        let squares = to_vec(&sum(&weight.f_square()?, &[1])?)?;
        Ok(Self {
            sizes: [squares.iter().sum(), centred.f_double_value(&[])?],
            squares,
            weight,
            bias,
        })
    }

    /// Reads examples by the pictures `[N, D, H, W]` that the layer takes.
    pub(super) fn read(
        &self,
        features: &Tensor,
        softmaxes: &[Option<Softmax>],
        labels: &[usize],
        mut write: impl FnMut(usize, Measure, f64),
    ) -> Result<()> {
        for (row, softmax) in softmaxes.iter().enumerate() {
            if softmax.is_none() {
                write(row, Measure::PhiSq, f64::NAN);
            }
        }
        let known = softmaxes.iter().zip(labels).enumerate();
        let known = known.filter_map(|(row, (softmax, label))| {
            let softmax = softmax.as_ref()?;
            Some(One {
                row,
                softmax,
                label: *label,
            })
        });
        for some in known.collect::<Vec<_>>().chunks(ROWS) {
            self.read_some(features, some, &mut write)?;
        }
        Ok(())
    }

    fn read_some(
        &self,
        features: &Tensor,
        some: &[One<'_>],
        write: &mut impl FnMut(usize, Measure, f64),
    ) -> Result<()> {
        let classes = self.squares.len();
        let device = features.device();
        let rows: Vec<i64> = some.iter().map(|one| one.row as i64).collect();
        let tops: Vec<i64> = some.iter().map(|one| one.softmax.top as i64).collect();
        let table = |numbers: fn(&One<'_>) -> Vec<f64>| -> Result<Tensor> {
            let numbers: Vec<f64> = some.iter().flat_map(numbers).collect();
            let table = Tensor::f_from_slice(&numbers)?.f_view([-1, classes as i64])?;
            Ok(table.f_to_device(device)?)
        };
        let index = |numbers: &[i64]| Tensor::f_from_slice(numbers)?.f_to_device(device);
        // `[n, D, P]`, `[n, K, P]` and `[n, K, D]`.
        let y = features.f_index_select(0, &index(&rows)?)?;
        let y = y.f_to_kind(Kind::Double)?.f_flatten(2, -1)?;
        let pixels = y.size()[2] as f64;
        let scores = self
            .weight
            .f_matmul(&y)?
            .f_add(&self.bias.f_unsqueeze(1)?)?;
        let counted = scores.f_gt(0.0)?.f_to_kind(Kind::Double)?;
        let phi = counted
            .f_matmul(&y.f_transpose(1, 2)?)?
            .f_div_scalar(pixels)?;
        let lengths = to_vec(&sum(&phi.f_square()?, &[2])?)?;
        // ⟨φ_k, φ_top⟩ and ⟨w_k, w_top⟩.
        let tops = index(&tops)?;
        let width = phi.size()[2];
        let place = tops.f_view([-1, 1, 1])?.f_expand([-1, 1, width], false)?;
        let phi_top = phi.f_gather(1, &place, false)?.f_transpose(1, 2)?;
        let phi_by_top = to_vec(&phi.f_matmul(&phi_top)?)?;
        let weight_top = self.weight.f_index_select(0, &tops)?;
        let weight_by_top = to_vec(&weight_top.f_matmul(&self.weight.f_tr()?)?)?;
        // ‖Σ_{k≠top} p_k (w_k φ_kᵀ − w_top φ_topᵀ)‖².
        let shares = table(|one| one.shares())?.f_unsqueeze(2)?;
        let mean = self.weight.f_tr()?.f_matmul(&phi.f_mul(&shares)?)?;
        let mean = to_vec(&sum(&mean.f_square()?, &[1, 2])?)?;
        // Σ_k g_k [s_kp > 0] w_k / P, of every pixel.
        let gradient = table(|one| one.gradient())?.f_unsqueeze(2)?;
        let by_pixel = counted
            .f_mul(&gradient)?
            .f_transpose(1, 2)?
            .f_matmul(&self.weight)?;
        let by_pixel = sum(&by_pixel.f_square()?, &[1, 2])?.f_sqrt()?;
        let by_pixel = to_vec(&by_pixel.f_div_scalar(pixels)?)?;
        for (place, one) in some.iter().enumerate() {
            let of = place * classes..(place + 1) * classes;
            let found = Found {
                squares: &self.squares,
                lengths: &lengths[of.clone()],
                phi_by_top: &phi_by_top[of.clone()],
                weight_by_top: &weight_by_top[of],
                mean: mean[place],
            };
            let mut write = |measure, value| write(one.row, measure, value);
            write(Measure::GradPhi, by_pixel[place]);
            found.write(one, self.sizes, write);
        }
        Ok(())
    }
}

/// An example with a prediction.
struct One<'a> {
    row: usize,
    softmax: &'a Softmax,
    label: usize,
}

impl One<'_> {
    /// p_k, and −Σ_{k≠top} p_k for the top class.
    fn shares(&self) -> Vec<f64> {
        let mut shares = self.softmax.p.clone();
        shares[self.softmax.top] = -self.softmax.q;
        shares
    }

    fn gradient(&self) -> Vec<f64> {
        self.softmax.gradient(self.label)
    }
}

/// What is known of one example's features, class by class.
struct Found<'a> {
    squares: &'a [f64],
    lengths: &'a [f64],
    phi_by_top: &'a [f64],
    weight_by_top: &'a [f64],
    mean: f64,
}

impl Found<'_> {
    fn write(
        &self,
        one: &One<'_>,
        [fro_sq, centred]: [f64; 2],
        mut write: impl FnMut(Measure, f64),
    ) {
        let softmax = one.softmax;
        let spread = |k: usize| softmax.p[k] * softmax.complement(k) * self.lengths[k];
        let classes = 0..self.lengths.len();
        let trace: f64 = classes.clone().map(spread).sum();
        let blocks = classes.clone().map(|k| spread(k) * self.squares[k]);
        let gradient = softmax.gradient(one.label);
        let gradient = classes.map(|k| gradient[k] * gradient[k] * self.lengths[k]);
        write(Measure::PhiSq, trace / softmax.gini());
        write(Measure::TraceH, trace);
        write(Measure::KappaCode, fro_sq.sqrt() * trace);
        write(Measure::KappaF2, fro_sq * trace);
        write(Measure::KappaF2c, centred * trace);
        write(Measure::KappaTr, self.variance(softmax));
        write(Measure::KappaMax, blocks.sum());
        write(Measure::LambdaMax, largest(softmax, self.lengths));
        write(Measure::GradW, gradient.sum::<f64>().sqrt());
    }

    /// Var_p(u) of u_k = w_k φ_kᵀ, around u_top: Σ_{k≠top} p_k ‖u_k − u_top‖² less the square of their mean, which is at most
    /// the fraction 1 − p_top of it, so that no more than a factor of K is lost however sure the prediction is.
    fn variance(&self, softmax: &Softmax) -> f64 {
        let top = softmax.top;
        let size = |k: usize| self.squares[k] * self.lengths[k];
        let apart =
            |k: usize| size(k) + size(top) - 2.0 * self.weight_by_top[k] * self.phi_by_top[k];
        let others = (0..self.lengths.len()).filter(|k| *k != top);
        let sum: f64 = others
            .map(|k| softmax.p[k] * not_below_zero(apart(k)))
            .sum();
        not_below_zero(sum - self.mean)
    }
}

/// The largest eigenvalue of diag(a) − c cᵀ with a_k = p_k n_k and c_k = p_k √n_k.
///
/// As Σ p_k = 1, it is the largest root of Σ_k p_k / (a_k − λ), between the two largest a_k; all differences in it are of
/// numbers that far apart, so that it keeps its digits. It is found by bisection between max_k p_k (1 − p_k) n_k and the trace.
fn largest(softmax: &Softmax, lengths: &[f64]) -> f64 {
    let p = &softmax.p;
    let a: Vec<f64> = p.iter().zip(lengths).map(|(p, n)| p * n).collect();
    let mut first = 0;
    for (k, value) in a.iter().enumerate() {
        if *value > a[first] {
            first = k;
        }
    }
    let others = || (0..a.len()).filter(|k| *k != first);
    let second = others().map(|k| a[k]).fold(0.0, f64::max);
    let spread = |k: usize| p[k] * softmax.complement(k) * lengths[k];
    let trace: f64 = (0..a.len()).map(spread).sum();
    // Features whose squares overflow have no eigenvalue, and what `min` and `max` leave of that would be a number.
    if !trace.is_finite() {
        return f64::NAN;
    }
    let low = (0..a.len()).map(spread).fold(second, f64::max);
    let high = trace.min(a[first]);
    let above_root = |lambda: f64| {
        let rest: f64 = others().map(|k| p[k] / (lambda - a[k])).sum();
        p[first] / (a[first] - lambda) > rest
    };
    bisect([low, high], above_root)
}

/// Zero where rounding made a square less; what is not a number stays that, as `max` would not have it.
fn not_below_zero(value: f64) -> f64 {
    if value < 0.0 { 0.0 } else { value }
}

/// Σ over these dimensions, in f64.
fn sum(x: &Tensor, over: &[i64]) -> Result<Tensor> {
    Ok(x.f_sum_dim_intlist(over, false, Kind::Double)?)
}

#[cfg(test)]
mod tests;
