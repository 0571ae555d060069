//! Hutch++: the trace on a subspace exactly, of the rest by Hutchinson.
//!
//! With Q an orthonormal basis of the range of `H S` for signs S, `Tr H = Tr(Qᵀ H Q) + E[gᵀ (I − Q Qᵀ) H (I − Q Qᵀ) g]`.
//! Given Q the second part alone is random, so its standard error is that of the estimate.
//! Meyer, Musco, Musco and Woodruff 2021, <https://arxiv.org/abs/2010.09649>.

use super::estimate::Running;
use super::product::{Coloured, EachWeights, Product, root};
use super::trace::LEAST_PROBES;
use super::{Estimate, Examples, LayerTrace, Scope, TraceSettings, Work};
use crate::error::{Error, Result};
use crate::measure::to_vec;
use crate::noise::Purpose;
use tch::{Kind, Tensor};

/// The traces of one layer; products of the subspace count as probes.
pub(super) fn traces(
    scope: &Scope<'_>,
    examples: &Examples,
    settings: &TraceSettings,
    sketch: u32,
    square: &Tensor,
    found: &mut LayerTrace,
) -> Result<()> {
    if 2 * sketch + LEAST_PROBES > settings.most_probes {
        return Err(Error::Setting {
            field: "sketch",
            value: sketch.to_string(),
            expected: format!(
                "twice as many products and {LEAST_PROBES} probes are within most_probes = {} up to {}",
                settings.most_probes,
                settings.most_probes.saturating_sub(LEAST_PROBES) / 2
            ),
        });
    }
    let vectors = 4 * u64::from(sketch);
    let rows = scope.rows(Work::Products { vectors })?;
    for block in examples.blocks(rows) {
        let block = examples.select(&block)?;
        let product = EachWeights::new(scope, &block)?;
        let plain = estimates(&product, scope, settings, sketch)?;
        found.trace.extend(plain);
        if settings.relative {
            let coloured = Coloured {
                inner: &product,
                root: root(square)?,
            };
            let coloured = estimates(&coloured, scope, settings, sketch)?;
            found.kappa_tr.extend(coloured);
        }
    }
    Ok(())
}

fn estimates(
    product: &dyn Product,
    scope: &Scope<'_>,
    settings: &TraceSettings,
    sketch: u32,
) -> Result<Vec<Estimate>> {
    let [rows, width] = product.size();
    let sketch = i64::from(sketch).min(width);
    let columns = |purpose: Purpose| {
        (0..sketch).map(move |number| {
            let signs = scope.all_signs(settings.seed, number as u64, purpose)?;
            product.apply(&signs.f_expand([rows, width], true)?)
        })
    };
    let sketched: Vec<Tensor> = columns(Purpose::Sketch).collect::<Result<_>>()?;
    // `[rows, width, sketch]`
    let (basis, _) = Tensor::f_linalg_qr(&Tensor::f_stack(&sketched, 2)?, "reduced")?;
    drop(sketched);
    let mut exact = vec![0.0; rows as usize];
    for column in 0..sketch {
        let q = basis.f_select(2, column)?;
        add(&mut exact, &dots(&product.apply(&q)?, &q)?);
    }
    let outside = |vectors: &Tensor| -> Result<Tensor> {
        let parts = basis
            .f_transpose(1, 2)?
            .f_matmul(&vectors.f_unsqueeze(2)?)?;
        Ok(vectors.f_sub(&basis.f_matmul(&parts)?.f_squeeze_dim(2)?)?)
    };
    let mut cells: Vec<Running> = exact.into_iter().map(Running::beside).collect();
    let mut done = vec![false; rows as usize];
    let products = 2 * sketch as u32;
    let most = settings.most_probes - products;
    for number in 0..most {
        let signs = scope.all_signs(settings.seed, u64::from(number), Purpose::Probe)?;
        let g = outside(&signs.f_expand([rows, width], true)?)?;
        let samples = dots(&product.apply(&g)?, &g)?;
        for ((cell, sample), done) in cells.iter_mut().zip(samples).zip(&done) {
            if !done {
                cell.push(sample);
            }
        }
        scope
            .watch
            .at("probes", u64::from(number) + 1, u64::from(most))?;
        if number + 1 >= LEAST_PROBES {
            for (cell, done) in cells.iter().zip(&mut done) {
                *done = *done || cell.estimate().meets(settings.relative_error);
            }
            if done.iter().all(|done| *done) {
                break;
            }
        }
    }
    let estimate = |cell: &Running| {
        let estimate = cell.estimate();
        Estimate {
            probes: estimate.probes + products,
            ..estimate
        }
    };
    Ok(cells.iter().map(estimate).collect())
}

fn dots(a: &Tensor, b: &Tensor) -> Result<Vec<f64>> {
    to_vec(
        &a.f_mul(b)?
            .f_sum_dim_intlist([1i64].as_slice(), false, Kind::Double)?,
    )
}

fn add(sums: &mut [f64], more: &[f64]) {
    for (sum, more) in sums.iter_mut().zip(more) {
        *sum += more;
    }
}
