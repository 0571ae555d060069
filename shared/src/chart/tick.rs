//! Where ticks stand and what they say.

use super::figure::Unit;
use super::stops::{XAxis, XMap};
use super::text::width;
use crate::amount::significant;
use crate::series::Range;

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

fn log_ticks(range: &Range, most: f64) -> Vec<f64> {
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

/// The ticks of a horizontal axis: places and labels that do not touch each other.
pub fn x_ticks(axis: &XAxis, map: &XMap) -> Vec<(f64, String)> {
    let (from, to) = axis.shown();
    let mut wanted: Vec<(f64, String)> = Vec::new();
    match axis {
        XAxis::Classes { .. } => {}
        XAxis::Steps(stops) if stops.log() => {
            wanted.push((0.0, "0".to_owned()));
            if stops.has_start() {
                wanted.push((0.5, "start".to_owned()));
            }
            let tens = (0..10)
                .map(|power| 10f64.powi(power))
                .take_while(|tick| *tick <= to);
            wanted.extend(tens.map(|tick| (tick, format!("{tick}"))));
        }
        XAxis::Steps(_) | XAxis::Whole { .. } => {
            let widest = width(&format!("{}", to.floor()), TICK_SIZE, false)
                .max(width("−10", TICK_SIZE, false));
            let per_unit = (map.px(to) - map.px((from + to) / 2.0)).abs() / ((to - from) / 2.0);
            let step = round_step(((widest + 14.0) / per_unit.max(1e-9)).max(1.0));
            let has_start = matches!(axis, XAxis::Steps(stops) if stops.has_start()) && from == 0.0;
            if has_start {
                wanted.push((0.0, "0".to_owned()));
                wanted.push((0.5, "start".to_owned()));
            }
            let first = (from / step).ceil();
            let count = ((to / step).floor() - first).clamp(0.0, 400.0) as usize;
            let places = (0..=count).map(|place| (first + place as f64) * step);
            wanted.extend(
                places
                    .filter(|x| !has_start || *x > 0.0)
                    .map(|x| (x, linear_label(x, 1.0, Unit::Count))),
            );
        }
    }
    let mut kept: Vec<(f64, String)> = Vec::new();
    for (x, label) in wanted {
        let reach = |x: f64, label: &str| (map.px(x), width(label, TICK_SIZE, false) / 2.0);
        let (at, half) = reach(x, &label);
        let free = kept.iter().all(|(other, text)| {
            let (there, other_half) = reach(*other, text);
            (there - at).abs() >= half + other_half + 5.0
        });
        if free {
            kept.push((x, label));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Stops;
    use crate::readings::Axis;

    fn labels(range: Range, unit: Unit) -> Vec<String> {
        y_ticks(&range, unit, 240.0)
            .into_iter()
            .map(|tick| tick.1)
            .collect()
    }

    #[test]
    fn decades_are_written_with_superscripts_where_plain_numbers_grow_long() {
        let range = Range {
            log: true,
            low: 2e-7,
            high: 3e2,
        };
        assert_eq!(
            labels(range, Unit::Plain),
            ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰", "10²"]
        );
        let range = Range {
            log: true,
            low: 0.05,
            high: 30.0,
        };
        assert_eq!(labels(range, Unit::Plain), ["0.1", "1", "10"]);
    }

    #[test]
    fn a_log_axis_of_less_than_a_decade_still_has_ticks() {
        for (low, high) in [(0.3, 2.0), (11.0, 13.0), (4.0e-8, 9.0e-8), (0.99, 1.01)] {
            let ticks = labels(
                Range {
                    log: true,
                    low,
                    high,
                },
                Unit::Plain,
            );
            assert!(ticks.len() >= 2, "{low} to {high}: {ticks:?}");
        }
    }

    #[test]
    fn linear_labels_have_the_decimals_that_tell_them_apart() {
        let range = Range {
            log: false,
            low: 0.0,
            high: 0.012,
        };
        assert_eq!(
            labels(range, Unit::Plain),
            [
                "0.000", "0.002", "0.004", "0.006", "0.008", "0.010", "0.012"
            ]
        );
        let range = Range {
            log: false,
            low: 0.0,
            high: 1.0,
        };
        assert_eq!(
            labels(range, Unit::Percent),
            ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
        );
        let range = Range {
            log: false,
            low: -3.0,
            high: 3.0,
        };
        assert_eq!(
            labels(range, Unit::Plain),
            ["−3", "−2", "−1", "0", "1", "2", "3"]
        );
    }

    #[test]
    fn counts_have_whole_ticks() {
        let range = Range {
            log: false,
            low: 0.0,
            high: 2.0,
        };
        assert_eq!(labels(range, Unit::Count), ["0", "1", "2"]);
    }

    #[test]
    fn step_labels_are_whole_never_touch_and_name_the_start() {
        for steps in [1, 2, 3, 7, 10, 13, 40, 99, 150, 199, 1000, 100_000] {
            for start in [false, true] {
                for right in [120.0, 280.0, 740.0, 3000.0] {
                    let axis = XAxis::Steps(Stops::of([&Axis::new(steps, start)], None));
                    let map = XMap::new(&axis, 50.0, right);
                    let mut ticks = x_ticks(&axis, &map);
                    ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
                    assert!(ticks.len() >= 2, "{steps} {start} {right}: {ticks:?}");
                    assert_eq!(ticks[0].1, "0");
                    assert_eq!(
                        ticks.iter().any(|tick| tick.1 == "start"),
                        start,
                        "{ticks:?}"
                    );
                    for pair in ticks.windows(2) {
                        let half = |tick: &(f64, String)| width(&tick.1, TICK_SIZE, false) / 2.0;
                        let distance = map.px(pair[1].0) - map.px(pair[0].0);
                        assert!(distance > half(&pair[0]) + half(&pair[1]), "{pair:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn powers_read_as_in_print() {
        assert_eq!(
            [1e-3, 2e5, -1e10, 1.0, 0.0].map(power),
            ["10⁻³", "2×10⁵", "−10¹⁰", "10⁰", "0"]
        );
    }
}
