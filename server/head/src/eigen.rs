//! The largest eigenvalue of a sum of squares.

use nalgebra::DMatrix;

/// So many vectors take part in the eigenvalue at most; the rest counts with its whole trace.
const MOST: usize = 64;

/// What is left out of the eigenvalue as long as no more than `MOST` vectors are needed, as a share of the trace.
const NEGLIGIBLE: f64 = 1e-14;

/// λ_max(Σ_k p_k c_k c_kᵀ), or a little more: never less.
///
/// It is the one of the matrix √(p_j p_k) ⟨c_j, c_k⟩. Of many classes the vectors with the largest p_k ‖c_k‖² make that matrix, and
/// what the others add is at most the sum of theirs (Weyl), which is added.
///
/// `rows` has the vectors one after another.
pub(crate) fn largest(p: &[f64], rows: &[f64]) -> f64 {
    let Some(width) = rows.len().checked_div(p.len()).filter(|width| *width > 0) else {
        return 0.0;
    };
    let square = |k: usize| -> f64 {
        let row = &rows[k * width..(k + 1) * width];
        p[k] * row.iter().map(|c| c * c).sum::<f64>()
    };
    let mut weights: Vec<(usize, f64)> = (0..p.len()).map(|k| (k, square(k))).collect();
    if weights.iter().any(|(_, weight)| !weight.is_finite()) {
        return f64::NAN;
    }
    weights.sort_unstable_by(|a, b| b.1.total_cmp(&a.1));
    let trace: f64 = weights.iter().map(|(_, weight)| weight).sum();
    let mut rest = trace;
    let mut taken = 0;
    for (_, weight) in weights.iter().take(MOST) {
        if *weight == 0.0 || rest <= NEGLIGIBLE * trace {
            break;
        }
        taken += 1;
        rest = weights[taken..].iter().map(|(_, weight)| weight).sum();
    }
    if taken == 0 {
        return 0.0;
    }
    let row = |i: usize| {
        let k = weights[i].0;
        (p[k].sqrt(), &rows[k * width..(k + 1) * width])
    };
    let gram = DMatrix::from_fn(taken, taken, |i, j| {
        let ((p, a), (q, b)) = (row(i), row(j));
        p * q * a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>()
    });
    let highest = gram.symmetric_eigenvalues().max();
    // No eigenvalue is above the trace.
    (highest + rest).min(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_direction_and_two_at_right_angles() {
        assert!((largest(&[0.25, 0.75], &[2.0, 0.0, 2.0, 0.0]) - 4.0).abs() < 1e-14);
        assert!((largest(&[0.25, 0.75], &[2.0, 0.0, 0.0, 2.0]) - 3.0).abs() < 1e-14);
        assert_eq!(largest(&[0.5, 0.5], &[0.0; 4]), 0.0);
        assert_eq!(largest(&[], &[]), 0.0);
    }

    /// 300 vectors at right angles: the largest square is the eigenvalue, and what is left out can only add to it.
    #[test]
    fn what_is_left_out_counts_with_its_trace() {
        let n = 300;
        let mut rows = vec![0.0; n * n];
        for k in 0..n {
            rows[k * n + k] = 1.0 + (k % 7) as f64;
        }
        let p = vec![1.0 / n as f64; n];
        let value = largest(&p, &rows);
        assert!(value >= 49.0 / n as f64);
        assert!(value <= rows.iter().map(|c| c * c).sum::<f64>() / n as f64);
    }
}
