//! Ticks of horizontal axes.

use super::y::log_ticks;
use super::{TICK_SIZE, linear_label, power, round_step};
use crate::amount::significant;
use crate::chart::figure::Unit;
use crate::chart::stops::{Stops, XAxis};
use crate::chart::text::width;
use crate::chart::xmap::XMap;
use crate::series::Range;

/// The ticks of a horizontal axis: places and labels that do not touch each other.
pub fn x_ticks(axis: &XAxis, map: &XMap) -> Vec<(f64, String)> {
    let (from, to) = axis.shown();
    let mut wanted: Vec<(f64, String)> = Vec::new();
    match axis {
        XAxis::Named { names, .. } => {
            let places = names.iter().enumerate();
            wanted.extend(places.map(|(place, name)| (place as f64 + 0.5, name.clone())));
        }
        XAxis::Classes { .. } => {}
        XAxis::Steps(stops) if !stops.stages.is_empty() => {
            return thinned(in_parts(stops, map), map);
        }
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
        XAxis::Between { .. } => {
            let room = width("−0.000", TICK_SIZE, false) + 14.0;
            let step = round_step(room * (to - from) / (map.px(to) - map.px(from)).max(1.0));
            let first = (from / step - 1e-9).ceil();
            let count = ((to / step + 1e-9).floor() - first).clamp(0.0, 400.0) as usize;
            let places = (0..=count).map(|place| (first + place as f64) * step);
            wanted.extend(places.map(|x| (x, linear_label(x, step, Unit::Plain))));
        }
        XAxis::Numbers { .. } => {
            let room = width("0.000", TICK_SIZE, false) + 14.0;
            let step = round_step(room * (to - from) / (map.px(to) - map.px(from)).max(1.0));
            let count = ((to / step) + 1e-9).floor().clamp(0.0, 400.0) as usize;
            let places = (0..=count).map(|place| place as f64 * step);
            wanted.extend(places.map(|x| (x, linear_label(x, step, Unit::Plain))));
        }
        XAxis::Decades(decades) => {
            wanted.extend(decades.zero.then(|| (0.0, "0".to_owned())));
            let room = width("10000", TICK_SIZE, false) + 14.0;
            let most = (map.px(to) - map.px(decades.from)) / room;
            let (low, high) = (decades.from, decades.to);
            let range = Range {
                log: true,
                low,
                high,
            };
            let ticks = log_ticks(&range, most.clamp(2.0, 9.0)).into_iter();
            wanted.extend(ticks.map(|tick| (tick, log_label(tick))));
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
    thinned(wanted, map)
}

/// The label of a tick of a log axis.
fn log_label(tick: f64) -> String {
    match tick < 99_000.0 {
        true => significant(tick, 3),
        false => power(tick),
    }
}

/// The numbers of steps within each part, as far as they lie inside its band.
fn in_parts(stops: &Stops, map: &XMap) -> Vec<(f64, String)> {
    let mut wanted = Vec::new();
    let bands = map.bands();
    for (place, (piece, band)) in stops.pieces().iter().zip(bands).enumerate() {
        let (is_first, is_last) = (place == 0, place + 1 == bands.len());
        if piece.from == 0.0 {
            wanted.push((0.0, "0".to_owned()));
            if stops.has_start() {
                wanted.push((0.5, "start".to_owned()));
            }
        }
        let place = |within: f64| f64::from(piece.stage.first) - 1.0 + within;
        let least = f64::from(piece.stage.first).max(piece.from);
        let (first, last) = (least - place(0.0), piece.to - place(0.0));
        let numbers: Vec<f64> = if piece.thinned {
            let tens = (0..10).map(|power| 10f64.powi(power));
            tens.collect()
        } else {
            let room = width(&format!("{last}"), TICK_SIZE, false) + 14.0;
            let per_unit = (map.px(piece.to) - map.px(least)) / (last - first).max(1.0);
            let step = round_step((room / per_unit.max(1e-9)).max(1.0));
            let count = (last / step).floor().clamp(0.0, 400.0) as usize;
            (1..=count).map(|place| place as f64 * step).collect()
        };
        let inside = numbers
            .into_iter()
            .filter(|number| (first..=last).contains(number));
        wanted.extend(
            inside
                .map(|number| (place(number), format!("{number}")))
                .filter(|(x, label)| {
                    let (at, half) = (map.px(*x), width(label, TICK_SIZE, false) / 2.0);
                    (is_first || at - half >= band.left) && (is_last || at + half <= band.right)
                }),
        );
    }
    wanted
}

/// Those that do not touch the ones before.
fn thinned(wanted: Vec<(f64, String)>, map: &XMap) -> Vec<(f64, String)> {
    let mut kept: Vec<(f64, String)> = Vec::new();
    for (x, label) in wanted {
        let reach = |x: f64, label: &str| (map.px(x), width(label, TICK_SIZE, false) / 2.0);
        let (at, half) = reach(x, &label);
        let free = kept.iter().all(|(other, text)| {
            let (there, other_half) = reach(*other, text);
            text.is_empty() || (there - at).abs() >= half + other_half + 5.0
        });
        match label.as_str() {
            _ if free => kept.push((x, label)),
            // Its tick stands without its name: no other one tells that there is such a point.
            "start" => kept.push((x, String::new())),
            _ => {}
        }
    }
    kept
}
