//! How the exponential outgrows its line, where floating point would lose it.

/// exp(t) − 1 − t, which keeps its digits near 0.
pub(crate) fn beyond_line(t: f64) -> f64 {
    match t.abs() > 0.1 {
        true => t.exp_m1() - t,
        false => t * t * psi(t),
    }
}

/// ψ(t) = (exp(t) − 1 − t)/t², ½ at 0.
pub(crate) fn psi(t: f64) -> f64 {
    if t.abs() > 0.1 {
        return (t.exp_m1() - t) / (t * t);
    }
    // ½ (1 + t/3 (1 + t/4 (…))): at 0.1 the tenth term is below 1e-16 of the first.
    let series = (3..=12)
        .rev()
        .fold(1.0, |inner, n| 1.0 + t / f64::from(n) * inner);
    series / 2.0
}

/// log(1 + a ψ(t)), also where ψ overflows.
pub(crate) fn log1p_product(a: f64, t: f64) -> f64 {
    if a == 0.0 {
        return 0.0;
    }
    if t < 600.0 {
        return (a * psi(t)).ln_1p();
    }
    // 1 is nothing beside e⁶⁰⁰, and so are t + 1.
    a.ln() + t - 2.0 * t.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_meets_the_function() {
        for t in [0.1, -0.1] {
            let closed = f64::exp_m1(t) - t;
            // The subtraction loses t²/2 of t: a factor of 20 of the rounding.
            assert!((beyond_line(t) / closed - 1.0).abs() < 20.0 * f64::EPSILON * 4.0);
        }
        assert!((beyond_line(1e-9) / 5e-19 - 1.0).abs() < 1e-9);
    }
}
