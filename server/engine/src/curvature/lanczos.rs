//! Lanczos's iteration with full reorthogonalisation, a matrix a row.
//!
//! `H Q_m = Q_m T_m + β_m q_{m+1} e_mᵀ`: the eigenvalues θ of the tridiagonal T_m approximate those of H, and with s the eigenvector of T_m,
//! `‖H v − θ v‖ = β_m |s_m|` for `v = Q_m s`. Golub and Van Loan, Matrix Computations, chapter 10.

use super::product::Product;
use crate::error::Result;
use crate::measure::to_vec;
use tch::{Device, Kind, Tensor};

/// How far the iteration is.
pub(super) struct Lanczos<'a> {
    product: &'a dyn Product,
    /// `[rows, most steps, width]`, of which the first `steps + 1` are filled.
    basis: Tensor,
    /// Per step, the diagonal of each row's T.
    alphas: Vec<Vec<f64>>,
    /// Per step, what follows beside it.
    betas: Vec<Vec<f64>>,
    most: usize,
}

/// Eigenvalues of a T in ascending order, with their vectors' first and last numbers.
pub(super) struct Ritz {
    pub values: Vec<f64>,
    pub first: Vec<f64>,
    pub last: Vec<f64>,
    /// The eigenvector of the largest.
    pub top: Vec<f64>,
}

impl<'a> Lanczos<'a> {
    /// From starts `[rows, width]`, for at most so many steps.
    pub fn new(product: &'a dyn Product, starts: &Tensor, most: usize) -> Result<Self> {
        let [rows, width] = product.size();
        let most = most.min(width as usize).max(1);
        let options = (starts.f_kind()?, starts.device());
        let basis = Tensor::f_empty([rows, most as i64 + 1, width], options)?;
        let lengths = norms(starts)?;
        basis.f_select(1, 0)?.f_copy_(
            &starts
                .f_div(&lengths)?
                .f_expand_as(&basis.f_select(1, 0)?)?,
        )?;
        Ok(Self {
            product,
            basis,
            alphas: Vec::new(),
            betas: Vec::new(),
            most,
        })
    }

    /// How many steps have been taken.
    pub fn steps(&self) -> usize {
        self.alphas.len()
    }

    /// Whether there is no further step.
    pub fn is_full(&self) -> bool {
        self.steps() == self.most
    }

    /// One step.
    pub fn step(&mut self) -> Result<()> {
        let j = self.steps() as i64;
        let q = self.basis.f_select(1, j)?;
        let mut w = self.product.apply(&q)?;
        let alpha = w
            .f_mul(&q)?
            .f_sum_dim_intlist([1i64].as_slice(), true, None::<Kind>)?;
        let known = self.basis.f_narrow(1, 0, j + 1)?;
        // Twice is enough (Parlett).
        for _ in 0..2 {
            let parts = known.f_matmul(&w.f_unsqueeze(2)?)?;
            let along = parts.f_transpose(1, 2)?.f_matmul(&known)?;
            w = w.f_sub(&along.f_squeeze_dim(1)?)?;
        }
        let beta = norms(&w)?;
        // A row whose vectors span all that H makes of the start goes on with zeros.
        let tiny = match w.f_kind()? {
            Kind::Double => 1e-300,
            _ => 1e-30,
        };
        let next = w.f_div(&beta.f_clamp_min(tiny)?)?;
        self.basis.f_select(1, j + 1)?.f_copy_(&next)?;
        self.alphas.push(to_vec(&alpha)?);
        self.betas.push(to_vec(&beta)?);
        Ok(())
    }

    /// The last β of a row.
    pub fn beta(&self, row: usize) -> f64 {
        self.betas.last().map_or(0.0, |betas| betas[row])
    }

    /// Whether a row's vectors span an invariant subspace, as far as rounding tells.
    pub fn is_closed(&self, row: usize) -> Result<bool> {
        let unit = match self.basis.f_kind()? {
            Kind::Double => f64::EPSILON,
            _ => f64::from(f32::EPSILON),
        };
        let all = self.alphas.iter().chain(&self.betas);
        let scale = all.map(|values| values[row].abs()).fold(0.0, f64::max);
        Ok(self.steps() > 0 && self.beta(row) <= 100.0 * unit * scale)
    }

    /// What a row's T says so far.
    pub fn ritz(&self, row: usize) -> Result<Ritz> {
        let m = self.steps();
        let mut t = vec![0.0; m * m];
        for (i, alphas) in self.alphas.iter().enumerate() {
            t[i * m + i] = alphas[row];
            if i + 1 < m {
                t[i * m + i + 1] = self.betas[i][row];
                t[(i + 1) * m + i] = self.betas[i][row];
            }
        }
        let t = Tensor::f_from_slice(&t)?.f_view([m as i64, m as i64])?;
        let (values, vectors) = t.f_linalg_eigh("L")?;
        let row_of = |i: i64| -> Result<Vec<f64>> { to_vec(&vectors.f_select(0, i)?) };
        Ok(Ritz {
            values: to_vec(&values)?,
            first: row_of(0)?,
            last: row_of(m as i64 - 1)?,
            top: to_vec(&vectors.f_select(1, m as i64 - 1)?)?,
        })
    }

    /// `Q s` for numbers s of each row, which may be fewer than the steps: `[rows, width]`.
    pub fn combined(&self, numbers: &[Vec<f64>]) -> Result<Tensor> {
        let m = self.steps();
        let padded = numbers.iter().flat_map(|row| {
            let rest = m - row.len().min(m);
            row.iter()
                .copied()
                .take(m)
                .chain(std::iter::repeat_n(0.0, rest))
        });
        let padded: Vec<f64> = padded.collect();
        let weights = Tensor::f_from_slice(&padded)?
            .f_view([numbers.len() as i64, 1, m as i64])?
            .f_to_kind(self.basis.f_kind()?)?
            .f_to_device(self.basis.device())?;
        let basis = self.basis.f_narrow(1, 0, m as i64)?;
        Ok(weights.f_matmul(&basis)?.f_squeeze_dim(1)?)
    }
}

/// The length of every row, `[rows, 1]`.
pub(super) fn norms(of: &Tensor) -> Result<Tensor> {
    Ok(of.f_linalg_norm(2.0, [1i64].as_slice(), true, None::<Kind>)?)
}

/// Numbers of every row as f64 on the CPU.
pub(super) fn lengths(of: &Tensor) -> Result<Vec<f64>> {
    to_vec(&norms(
        &of.f_to_device(Device::Cpu)?.f_to_kind(Kind::Double)?,
    )?)
}
