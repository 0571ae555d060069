//! Ticks of value axes.

use super::{TICK_SIZE, linear_label, power, round_step};
use crate::amount::significant;
use crate::chart::figure::Unit;
use crate::series::Range;

/// The ticks of a value axis that is `height` CSS pixels high: values and labels, from low to high, with room between them.
pub fn y_ticks(range: &Range, unit: Unit, height: f64) -> Vec<(f64, String)> {
    let mut free = f64::NEG_INFINITY;
    let mut ticks = all_y_ticks(range, unit, height);
    ticks.retain(|(tick, _)| {
        let at = range.part(*tick) * height;
        let fits = at >= free;
        free = if fits { at + TICK_SIZE + 3.0 } else { free };
        fits
    });
    ticks
}

fn all_y_ticks(range: &Range, unit: Unit, height: f64) -> Vec<(f64, String)> {
    let most = (height / 28.0).clamp(2.0, 8.0);
    if range.log {
        let ticks = log_ticks(range, most);
        if ticks.len() >= 2 {
            let plain = ticks.iter().all(|tick| (0.000_99..20_000.0).contains(tick));
            let label = |tick: f64| {
                if plain {
                    significant(tick, 3)
                } else {
                    power(tick)
                }
            };
            return ticks.into_iter().map(|tick| (tick, label(tick))).collect();
        }
    }
    let mut step = round_step((range.high - range.low) / most);
    if unit == Unit::Count {
        step = step.max(1.0);
    }
    let first = (range.low / step - 1e-9).ceil();
    let count = ((range.high / step + 1e-9).floor() - first).clamp(0.0, 20.0) as usize;
    (0..=count)
        .map(|place| (first + place as f64) * step)
        .map(|tick| (tick, linear_label(tick, step, unit)))
        .collect()
}

/// The ticks of a log axis, about as many as these: powers of ten, and of few decades also what lies between them.
pub fn log_ticks(range: &Range, most: f64) -> Vec<f64> {
    let (from, to) = (range.low.log10(), range.high.log10());
    let decades: Vec<i32> = ((from - 1e-9).ceil() as i32..=(to + 1e-9).floor() as i32).collect();
    if decades.len() >= 3 {
        let stride = (decades.len() as f64 / most).ceil().max(1.0) as i32;
        return decades
            .into_iter()
            .filter(|decade| decade.rem_euclid(stride) == 0)
            .map(|decade| 10f64.powi(decade))
            .collect();
    }
    let all = |digits: &[f64]| -> Vec<f64> {
        (from.floor() as i32..=to.ceil() as i32)
            .flat_map(|decade| digits.iter().map(move |digit| digit * 10f64.powi(decade)))
            .filter(|tick| range.low * (1.0 - 1e-9) <= *tick && *tick <= range.high * (1.0 + 1e-9))
            .collect()
    };
    [&[1.0, 2.0, 5.0][..], &[1.0, 3.0], &[1.0]]
        .into_iter()
        .map(all)
        .find(|ticks| ticks.len() as f64 <= most + 1.0)
        .unwrap_or_default()
}
