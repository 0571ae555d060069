use super::made_up::{self, Like, ROBUST, STANDARD};
use super::*;
use crate::event::Compact;
use crate::measure::Measure;
use crate::num::Num;
use crate::route::{PointName, Statistic, YScale};
use crate::series::Class;
use crate::valley::BandPoint;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use proptest::prelude::*;
use std::collections::HashSet;
use std::convert::Infallible;

/// A backend that writes down what it is asked to draw.
#[derive(Default)]
struct Record {
    paths: Vec<Vec<BackendCoord>>,
    polygons: Vec<Vec<BackendCoord>>,
    texts: Vec<String>,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Record {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (1 << 14, 1 << 14)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, _at: BackendCoord, _color: BackendColor) -> Drawn {
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        _: BackendCoord,
        _: BackendCoord,
        _: &S,
        _: bool,
    ) -> Drawn {
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, _: BackendCoord, _: u32, _: &S, _: bool) -> Drawn {
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Drawn {
        self.paths.push(path.into_iter().collect());
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        _: &S,
    ) -> Drawn {
        self.polygons.push(path.into_iter().collect());
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, _: &S, _: BackendCoord) -> Drawn {
        self.texts.push(text.to_owned());
        Ok(())
    }
}

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
fn zero_negative_and_tiny_values_are_marked_at_the_edge_and_counted() {
    let state = with_medians(&[1.0, 4.0, 9.0, 0.0, -2.0, 1e-12, 3.0]);
    let figure = sharpness(&state, &ViewState::default());
    let note = &figure.notes[0];
    assert_eq!(note.class, Some(Class::Below));
    assert_eq!(
        note.text,
        "3 of 7 points, 3 band edges below 10⁻⁶ of the largest"
    );
    let (record, layout) = drawn(&figure, &fine());
    let bottom = 8.0 * (layout.panels[0].top + layout.panels[0].height);
    let triangles = record.polygons.iter().filter(|corners| corners.len() == 3);
    let at_edge = triangles.filter(|corners| {
        corners
            .iter()
            .all(|corner| (bottom - f64::from(corner.1)).abs() < 80.0)
    });
    assert_eq!(at_edge.count(), 3);
    assert!(record.texts.contains(&note.text));
    // The line is broken there: one piece of three points, and a last point alone.
    assert!(record.paths.iter().any(|path| path.len() == 3));
    assert!(!record.paths.iter().any(|path| path.len() == 7));
}

#[test]
fn the_floor_moves_what_is_counted() {
    let state = with_medians(&[1.0, 1e-2, 1e-4, 1e-8]);
    let count = |floor| {
        let view = ViewState {
            floor,
            ..ViewState::default()
        };
        sharpness(&state, &view)
            .notes
            .first()
            .map(|note| note.text.clone())
    };
    assert_eq!(count(1e-12), None);
    assert_eq!(
        count(1e-6).unwrap(),
        "1 of 4 points, 1 band edges below 10⁻⁶ of the largest"
    );
    assert_eq!(
        count(1e-3).unwrap(),
        "2 of 4 points, 2 band edges below 10⁻³ of the largest"
    );
}

#[test]
fn what_is_not_finite_is_a_cross_at_the_top_on_either_scale_and_counted() {
    let state = with_medians(&[1.0, f64::NAN, f64::INFINITY, 2.0]);
    for y in [YScale::Log, YScale::Linear] {
        let figure = sharpness(
            &state,
            &ViewState {
                y,
                ..ViewState::default()
            },
        );
        assert_eq!(
            figure.notes[0].class,
            Some(Class::NotFinite),
            "{:?}",
            figure.notes
        );
        assert_eq!(figure.notes[0].text, "2 of 4 points not finite");
        let (record, layout) = drawn(&figure, &fine());
        let top = 8.0 * layout.panels[0].top;
        let strokes = record.paths.iter().filter(|path| {
            path.len() == 2
                && path[0].0 != path[1].0
                && path[0].1 != path[1].1
                && path
                    .iter()
                    .all(|point| (f64::from(point.1) - top).abs() < 80.0 && point.0 > 800)
        });
        let strokes: Vec<_> = strokes.collect();
        assert_eq!(
            strokes.len(),
            4,
            "two strokes for each cross: {strokes:?} {top}"
        );
    }
}

#[test]
fn readings_that_are_not_finite_are_counted_apart() {
    let mut state = made_up::state(STANDARD);
    for point in state.passes[0].points.iter_mut().flatten().take(3) {
        point.bands[Measure::KappaTr.place()].0.not_finite = 2;
    }
    let figure = sharpness(&state, &ViewState::default());
    assert!(
        figure
            .notes
            .iter()
            .any(|note| note.text == "6 readings not finite, left out"),
        "{:?}",
        figure.notes
    );
}

#[test]
fn a_point_that_is_not_there_yet_is_a_gap() {
    let mut state = made_up::state(ROBUST);
    state.passes[0].points[20] = None;
    let figure = sharpness(&state, &ViewState::default());
    let (record, _) = drawn(&figure, &fine());
    assert!(
        record.paths.iter().any(|path| path.len() == 20),
        "the points before the gap"
    );
    assert!(!record.paths.iter().any(|path| path.len() > 20));
    assert_eq!(column(&figure.table(), "median")[20], Cell::Missing);
}

#[test]
fn a_figure_without_data_has_axes_and_says_so() {
    let nothing = RunState::default();
    for chart in all() {
        for sources in [&[][..], &[Source::new("run", 0, &nothing)]] {
            let figure = chart.figure(sources, &ViewState::default());
            assert!(figure.is_empty(), "{}", chart.id());
            assert!(
                figure.caption.ends_with("no data yet."),
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
            column(&table, "median, least seed")[point],
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

/// Numbers of every kind that a run can send.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => any::<f64>(),
        4 => -1e3..1e3_f64,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(0.0),
        1 => Just(f64::MAX),
        1 => Just(5e-324),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_numbers_and_no_size_make_drawing_panic(
        numbers in prop::collection::vec(any_number(), 6 * 23 * 4),
        missing in prop::collection::vec(prop::bool::weighted(0.2), 6),
        size in (0..900_u32, 0..500_u32),
        log in any::<bool>(),
        mean in any::<bool>(),
        range in prop::option::of((0..9_u32, 1..9_u32)),
    ) {
        let mut state = made_up::state(Like { steps: 5, examples: 6, ..STANDARD });
        let mut numbers = numbers.into_iter().map(Num);
        for (point, missing) in state.passes[0].points.iter_mut().zip(missing) {
            for band in point.iter_mut().flat_map(|point| &mut point.bands) {
                let mut next = || numbers.next().unwrap_or_default();
                band.0 = BandPoint { mean: next(), median: next(), q1: next(), q3: next(), ..band.0 };
            }
            if missing {
                *point = None;
            }
        }
        let view = ViewState {
            y: if log { YScale::Log } else { YScale::Linear },
            statistic: if mean { Statistic::Mean } else { Statistic::Median },
            range: range.map(|(from, length)| (from, from + length)),
            ..ViewState::default()
        };
        let options = Options { width: size.0, height: size.1, ..Options::default() };
        for chart in all() {
            let figure = chart.figure(&[Source::new("run", 0, &state)], &view);
            let (record, _) = drawn(&figure, &options);
            prop_assert!(record.paths.iter().flatten().all(|point| point.0.abs() < 1 << 14 && point.1.abs() < 1 << 14));
            figure.table().csv();
        }
    }
}
