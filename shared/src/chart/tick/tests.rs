use super::*;
use crate::chart::Stops;
use crate::chart::XAxis;
use crate::chart::text::width;
use crate::chart::xmap::XMap;
use crate::readings::Axis;
use crate::series::Range;

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
                // The start is one step wide as every step is; where its name has no room, its tick stands without.
                let found = ticks.iter().find(|tick| tick.0 == 0.5);
                assert_eq!(found.is_some(), start, "{ticks:?}");
                let unit = map.px(0.5) - map.px(0.0);
                let room = unit >= width("start", TICK_SIZE, false) + 10.0;
                assert!(
                    found.is_none_or(|tick| tick.1 == "start" || !room),
                    "{ticks:?}"
                );
                ticks.retain(|tick| !tick.1.is_empty());
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
