//! No data makes drawing panic.

use super::*;
use proptest::prelude::*;

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
