//! Where ticks stand and what they say.

mod x;
mod y;

pub use x::x_ticks;
pub use y::y_ticks;

use super::figure::Unit;
use crate::amount::significant;

/// The size of tick labels in CSS pixels.
pub const TICK_SIZE: f64 = 11.0;

/// Round steps: 1, 2, 5 times a power of ten, the least that is at least `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * power)
        .into_iter()
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

fn linear_label(tick: f64, step: f64, unit: Unit) -> String {
    let tick = if tick.abs() < 1e-9 * step { 0.0 } else { tick };
    let decimals = |step: f64| (-(step * (1.0 + 1e-9)).log10().floor()).clamp(0.0, 6.0) as usize;
    let text = match unit {
        Unit::Percent => format!("{:.*} %", decimals(step * 100.0), tick * 100.0),
        _ if tick != 0.0 && !(1e-4..1e5).contains(&step.max(tick.abs())) => power(tick),
        _ => format!("{:.*}", decimals(step), tick),
    };
    text.replace('-', "−")
}

/// A number as a power of ten: `10⁻³`, `2×10⁵`.
pub fn power(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return significant(value, 3);
    }
    let written = format!("{value:.2e}");
    let (digits, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    let raised: String = exponent
        .chars()
        .map(|c| match c {
            '-' => '⁻',
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            digit => char::from_u32(0x2070 + digit.to_digit(10).unwrap_or(0)).unwrap_or(digit),
        })
        .collect();
    match digits {
        "1" => format!("10{raised}"),
        "-1" => format!("−10{raised}"),
        digits => format!("{}×10{raised}", digits.replace('-', "−")),
    }
}

#[cfg(test)]
mod tests;
