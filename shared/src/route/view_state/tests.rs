use super::*;
use crate::measure;
use crate::route::Direction;
use proptest::prelude::*;

fn subsets() -> impl Strategy<Value = Subset> {
    let class = || prop::option::of(0..1000_u32);
    let range = |from: i64| prop::option::of((from..1000, 0..1000_i64));
    let range =
        move |from| range(from).prop_map(|range| range.map(|(from, more)| (from, from + more)));
    (class(), class(), range(0), range(-1000)).prop_map(
        |(label, flips_to, first_flip, peak_minus_flip)| Subset {
            label,
            flips_to,
            first_flip,
            peak_minus_flip,
        },
    )
}

fn views() -> impl Strategy<Value = ViewState> {
    let id = "[A-Za-z0-9_-]{1,64}";
    let first = (
        prop::sample::select(measure::ALL),
        prop::sample::select(Statistic::ALL),
        prop::sample::select(YScale::ALL),
        1e-300..=0.5_f64,
        any::<bool>(),
        prop::option::of(0..100_usize),
        prop::option::of(0..crate::chart::all().len()),
    );
    let second = (
        prop::option::of(prop_oneof![
            Just(PointName::Start),
            any::<u32>().prop_map(PointName::Step)
        ]),
        prop::option::of(0..100_000_usize),
        prop::collection::btree_set(0..100_000_usize, 0..=MOST_CURVES),
        prop::collection::btree_set(id, 0..=MOST_COMPARED),
        prop::option::of((0..1000_u32, 1..1000_u32)),
        (prop::sample::select(ExampleSort::ALL), any::<bool>()),
        prop::sample::select(Cursor::ALL),
        (
            subsets(),
            any::<bool>(),
            prop::sample::select(Smoothing::ALL),
            prop::sample::select(Facets::ALL),
            (any::<bool>(), 1e-3..=100.0_f64, 3..=101_usize),
        ),
    );
    (first, second).prop_map(|(first, second)| ViewState {
        measure: first.0,
        statistic: first.1,
        y: first.2,
        floor: first.3,
        population: if first.4 {
            Population::All
        } else {
            Population::Right
        },
        pass: first.5,
        chart: first
            .6
            .map(|place| crate::chart::all()[place].id().to_owned()),
        step: second.0,
        example: second.1,
        curves: second.2.into_iter().collect(),
        compare: second.3.into_iter().collect(),
        range: second.4.map(|(from, length)| (from, from + length)),
        only: second.7.0,
        common: second.7.1,
        smooth: second.7.2,
        facets: second.7.3,
        plane: PlaneView {
            direction: match second.7.4.0 {
                true => Direction::Random,
                false => Direction::Eigenvector,
            },
            radius: second.7.4.1,
            count: second.7.4.2,
        },
        sort: Sort {
            by: second.5.0,
            descending: second.5.1,
        },
        cursor: second.6,
    })
}

proptest! {
    #[test]
    fn every_view_comes_back_from_its_address(view in views()) {
        let query = view.to_query();
        prop_assert!(query.len() < MOST_QUERY, "{} characters", query.len());
        prop_assert!(query.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"=&,._-".contains(&byte)), "{query}");
        let (back, notices) = ViewState::from_query(&query);
        prop_assert_eq!(back, view);
        prop_assert_eq!(notices, Vec::<String>::new());
    }

    #[test]
    fn no_address_makes_it_panic_and_what_it_reads_it_can_write(query in ".{0,200}|[a-z=&%,0-9.+-]{0,200}") {
        let (view, notices) = ViewState::from_query(&query);
        prop_assert!(notices.len() <= 8);
        prop_assert_eq!(ViewState::from_query(&view.to_query()), (view, vec![]));
    }

    #[test]
    fn a_known_setting_with_any_value_is_read_or_reported(key in prop::sample::select(write::KEYS), value in "[^&+%]{0,80}") {
        let (view, notices) = ViewState::from_query(&format!("{key}={value}"));
        prop_assert!(notices.len() == 1 || view.to_query().is_empty() || view.to_query().starts_with(key));
        if notices.len() == 1 {
            prop_assert_eq!(view, ViewState::default());
        }
    }
}

#[test]
fn the_usual_view_has_an_empty_address() {
    assert_eq!(ViewState::default().to_query(), "");
    assert_eq!(ViewState::from_query("?"), (ViewState::default(), vec![]));
}

#[test]
fn an_address_reads_like_words() {
    let view = ViewState {
        measure: Measure::KappaCode,
        statistic: Statistic::Mean,
        y: YScale::Linear,
        floor: 1e-9,
        step: Some(PointName::Step(12)),
        curves: vec![3, 17],
        compare: vec!["b7Qx".into()],
        ..ViewState::default()
    };
    assert_eq!(
        view.to_query(),
        "measure=kappa_code&stat=mean&y=linear&floor=1e-9&step=12&curves=3,17&with=b7Qx"
    );
}

#[test]
fn a_bad_value_falls_back_and_is_reported_with_what_would_be_right() {
    let (view, notices) =
        ViewState::from_query("floor=-1&y=lin&colour=red&range=9-3&measure=gini&measure=loss");
    assert_eq!(
        view,
        ViewState {
            measure: Measure::Gini,
            ..ViewState::default()
        }
    );
    assert_eq!(notices.len(), 5, "{notices:?}");
    assert!(
        notices[0].contains("a number from 1e-300 to 0.5"),
        "{notices:?}"
    );
    assert!(notices[2].contains("one of measure, stat"), "{notices:?}");
    assert!(notices[4].contains("given twice"), "{notices:?}");
}

#[test]
fn an_overlong_address_is_not_read() {
    let (view, notices) = ViewState::from_query(&format!("y=log&with={}", "a".repeat(4000)));
    assert_eq!((view, notices.len()), (ViewState::default(), 1));
}
