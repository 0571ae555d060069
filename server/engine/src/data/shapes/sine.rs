//! Sine and cosine in integers, so that a rotated figure has the same bytes everywhere.

/// Steps in a full turn.
pub(super) const TURN: i32 = 1024;

/// The value that stands for 1.
pub(super) const ONE: i32 = 1 << 14;

/// `ONE · sin(2π angle / TURN)`, rounded.
pub(super) const fn sine(angle: i32) -> i32 {
    const QUARTER: i32 = TURN / 4;
    let angle = angle.rem_euclid(TURN);
    match angle / QUARTER {
        0 => TABLE[angle as usize],
        1 => TABLE[(2 * QUARTER - angle) as usize],
        2 => -TABLE[(angle - 2 * QUARTER) as usize],
        _ => -TABLE[(TURN - angle) as usize],
    }
}

/// `ONE · cos(2π angle / TURN)`, rounded.
pub(super) const fn cosine(angle: i32) -> i32 {
    sine(angle + TURN / 4)
}

/// The first quarter turn, both ends included.
const TABLE: [i32; TURN as usize / 4 + 1] = {
    let mut table = [0; TURN as usize / 4 + 1];
    let mut angle = 0;
    while angle < table.len() {
        table[angle] = taylor(angle as i64);
        angle += 1;
    }
    table
};

/// The Taylor polynomial of degree 15 in fixed point with 30 fractional bits; at a quarter turn
/// its remainder is (π/2)^17/17! < 10⁻¹¹, far below half a step of the result.
const fn taylor(angle: i64) -> i32 {
    const BITS: u32 = 30;
    const PI: i64 = 3_373_259_426; // π · 2^30, rounded
    let x = 2 * PI * angle / TURN as i64;
    let square = (x * x) >> BITS;
    let mut term = x;
    let mut sum = x;
    let mut n = 1;
    while n <= 7 {
        term = -((term * square) >> BITS) / (2 * n * (2 * n + 1));
        sum += term;
        n += 1;
    }
    let half = 1 << (BITS - 15);
    ((sum + half) >> (BITS - 14)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integer_sine_is_the_sine_rounded() {
        for angle in -TURN..=TURN {
            let exact =
                f64::from(ONE) * (std::f64::consts::TAU * f64::from(angle) / f64::from(TURN)).sin();
            // Half a step of rounding, and 2^-30 relative from the fixed point.
            assert!((f64::from(sine(angle)) - exact).abs() < 0.5001, "{angle}");
        }
    }
}
