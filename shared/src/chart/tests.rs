mod any_numbers;
mod bands;
mod edges;
mod facets;
mod parts;
mod passes;
mod record;
mod said;
mod several;
mod singles;
mod smooth;

use super::made_up::{self, Like, ROBUST, STANDARD};
use super::*;
use crate::event::Compact;
use crate::measure::Measure;
use crate::num::Num;
use crate::route::{PointName, Statistic, YScale};
use crate::series::Role;
use crate::valley::BandPoint;
use record::Record;
use std::collections::HashSet;

fn drawn(figure: &Figure, options: &Options) -> (Record, Layout) {
    let mut record = Record::default();
    let layout = figure.draw(&mut record, options).unwrap();
    (record, layout)
}

/// Eight backend pixels for each CSS pixel, so that rounding is small against everything looked at.
fn fine() -> Options {
    Options {
        scale: 8.0,
        width: 1600,
        height: 600,
        ..Options::default()
    }
}

fn sharpness(state: &RunState, view: &ViewState) -> Figure {
    build("sharpness", &[Source::new("run", 0, state)], view).unwrap()
}

/// The numbers of a column, by row.
fn column(table: &Table, name: &str) -> Vec<Cell> {
    let place = table
        .columns
        .iter()
        .position(|column| column == name)
        .unwrap();
    table.rows.iter().map(|row| row[place].clone()).collect()
}

/// A finished run of `steps` steps whose median sharpness is `values`, and whose quartiles are half and twice as much.
fn with_medians(values: &[f64]) -> RunState {
    let like = Like {
        steps: values.len() - 1,
        examples: 20,
        ..STANDARD
    };
    let mut state = made_up::state(like);
    for (point, value) in state.passes[0].points.iter_mut().flatten().zip(values) {
        point.bands[Measure::KappaTr.place()] = Compact(BandPoint {
            n: 20,
            median: Num(*value),
            q1: Num(value / 2.0),
            q3: Num(value * 2.0),
            ..BandPoint::default()
        });
    }
    state
}

#[test]
fn every_figure_is_found_by_its_own_id() {
    let ids: HashSet<_> = all().iter().map(|chart| chart.id()).collect();
    assert_eq!(ids.len(), all().len());
    for chart in all() {
        assert_eq!(find(chart.id()).unwrap().title(), chart.title());
    }
    assert!(find("nonsense").is_none());
}

#[test]
fn the_line_goes_through_the_values_of_the_table() {
    for (y, statistic) in [
        (YScale::Log, Statistic::Median),
        (YScale::Linear, Statistic::Mean),
    ] {
        let state = made_up::state(ROBUST);
        let view = ViewState {
            y,
            statistic,
            ..ViewState::default()
        };
        let figure = sharpness(&state, &view);
        let (record, layout) = drawn(&figure, &fine());
        let panel = &layout.panels[0];
        let values = column(&figure.table(), statistic.id());
        let line = record
            .paths
            .iter()
            .find(|path| path.len() == values.len())
            .expect("one line through all points");
        for ((x, y), (stop, value)) in line.iter().zip(panel.stops.iter().zip(values)) {
            let Cell::Number(value) = value else {
                panic!("{value:?}")
            };
            // Half a backend pixel of rounding.
            assert!(
                (f64::from(*x) / 8.0 - stop.px).abs() <= 0.0626,
                "{x} {stop:?}"
            );
            assert!(
                (f64::from(*y) / 8.0 - panel.y_of(value)).abs() <= 0.0626,
                "{y} {value}"
            );
        }
    }
}

#[test]
fn the_table_has_the_state_s_own_numbers() {
    let state = made_up::state(STANDARD);
    let figure = sharpness(&state, &ViewState::default());
    let table = figure.table();
    assert_eq!(
        table.columns,
        [
            "step",
            "median",
            "median, lower quartile",
            "median, upper quartile",
            "median, n"
        ]
    );
    for (row, band) in table.rows.iter().zip(state.bands(0, Measure::KappaTr)) {
        let band = band.unwrap();
        let expected = [
            Cell::Number(band.median.0),
            Cell::Number(band.q1.0),
            Cell::Number(band.q3.0),
            Cell::Count(band.n),
        ];
        assert_eq!(row[1..], expected);
    }
}

#[test]
fn what_the_cursor_reads_is_in_the_table() {
    let state = made_up::state(STANDARD);
    let figure = sharpness(&state, &ViewState::default());
    let (_, layout) = drawn(&figure, &Options::default());
    for (row, stop) in figure.table().rows.iter().zip(&layout.panels[0].stops) {
        let readings = figure.readings(stop.x);
        assert_eq!(readings.len(), 1);
        assert_eq!(Cell::Number(readings[0].value), row[1]);
        assert_eq!(Cell::Text(stop.label.clone()), row[0]);
        assert_eq!(layout.panels[0].nearest(stop.px), Some(stop));
    }
}

#[test]
fn a_figure_without_data_has_axes_and_says_so() {
    let nothing = RunState::default();
    for chart in all() {
        for sources in [&[][..], &[Source::new("run", 0, &nothing)]] {
            let figure = chart.figure(sources, &ViewState::default());
            assert!(figure.is_empty(), "{}", chart.id());
            assert!(
                figure.caption.ends_with(&format!("{}.", figure.empty)),
                "{}",
                figure.caption
            );
            let (record, layout) = drawn(&figure, &Options::default());
            assert!(
                record.texts.iter().any(|text| text == figure.empty),
                "{}",
                chart.id()
            );
            assert_eq!(layout.panels.len(), figure.panels.len());
        }
    }
}

#[test]
fn the_start_is_its_own_stop_and_tick() {
    let state = made_up::state(Like {
        random_start: true,
        steps: 5,
        ..STANDARD
    });
    let figure = sharpness(&state, &ViewState::default());
    let (record, layout) = drawn(&figure, &Options::default());
    let labels: Vec<&str> = layout.panels[0]
        .stops
        .iter()
        .map(|stop| stop.label.as_str())
        .collect();
    assert_eq!(labels, ["0", "start", "1", "2", "3", "4", "5"]);
    assert!(record.texts.iter().any(|text| text == "start"));
    assert_eq!(layout.panels[0].stop(PointName::Start).unwrap().x, 0.5);
}

#[test]
fn the_axis_ends_where_the_last_example_left() {
    let last = |state: &RunState| {
        let x = sharpness(state, &ViewState::default()).panels.remove(0).x;
        x.shown().1
    };
    let whole = made_up::state(STANDARD);
    let steps = f64::from(*whole.started.as_ref().unwrap().axis.steps.last().unwrap());
    assert_eq!(last(&whole), steps);
    let mut early = whole;
    for point in early
        .passes
        .iter_mut()
        .flat_map(|pass| pass.points.iter_mut().skip(4))
        .flatten()
    {
        for Compact(band) in &mut point.bands {
            band.n = 0;
        }
    }
    assert_eq!(last(&early), 3.0);
    // While it goes on the whole axis is there.
    let going = made_up::state_until(STANDARD, 4, false);
    assert_eq!(last(&going), steps);
}

#[test]
fn seeds_have_their_own_band_between_the_least_and_the_greatest() {
    let state = made_up::state(Like {
        random_start: true,
        passes: 3,
        steps: 6,
        ..STANDARD
    });
    let figure = sharpness(&state, &ViewState::default());
    let table = figure.table();
    for point in 0..8 {
        let medians: Vec<f64> = (0..3)
            .map(|pass| state.bands(pass, Measure::KappaTr)[point].unwrap().median.0)
            .collect();
        let least = medians.iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(
            column(&table, "median, mean over 3 seeds, least seed")[point],
            Cell::Number(least)
        );
    }
    let one = ViewState {
        pass: Some(1),
        ..ViewState::default()
    };
    let second = state.bands(1, Measure::KappaTr)[4].unwrap().median.0;
    assert_eq!(
        column(&sharpness(&state, &one).table(), "median")[4],
        Cell::Number(second)
    );
}

#[test]
fn hiding_one_of_two_runs_changes_neither_color_nor_numbers_of_the_other() {
    let (first, second) = (made_up::state(STANDARD), made_up::state(ROBUST));
    let two = [Source::new("a", 0, &first), Source::new("b", 1, &second)];
    let both = build("sharpness", &two, &ViewState::default()).unwrap();
    let alone = build("sharpness", &two[1..], &ViewState::default()).unwrap();
    assert_eq!(column(&both.table(), "b"), column(&alone.table(), "median"));
    let slot = |figure: &Figure| figure.readings(3.0).last().unwrap().slot;
    assert_eq!((slot(&both), slot(&alone)), (1, 1));
}

#[test]
fn first_flips_count_everyone_who_was_right_and_is_not_any_more() {
    let state = made_up::state(ROBUST);
    let figure = build(
        "first-flip",
        &[Source::new("run", 0, &state)],
        &ViewState::default(),
    )
    .unwrap();
    let counts = column(&figure.table(), "examples, count");
    let sum: usize = counts
        .iter()
        .map(|cell| {
            if let Cell::Count(count) = cell {
                *count
            } else {
                0
            }
        })
        .sum();
    let summary = &state.passes[0].summary.as_ref().unwrap().summary;
    assert_eq!(sum, summary.flipped.hits);
}
