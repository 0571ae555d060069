//! The parts that a description of an attack names are those that the attack walks.

use crate::common::run::{outputs, readings, spec};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Readings;

fn of(attack: &str) -> Readings {
    readings(&outputs(&spec(attack, ""))).remove(0)
}

/// The largest length of a change at the first step of each part after the first.
fn lengths(readings: &Readings) -> Vec<f64> {
    let axis = readings.axis();
    let at = |step: u32| {
        let place = axis.steps.iter().position(|known| *known == step).unwrap();
        let lengths = readings.column(Measure::L2, axis.point_of(place), |_| true);
        lengths.fold(0.0, f64::max)
    };
    let later = axis.stages.iter().skip(1);
    later.map(|stage| at(stage.first)).collect()
}

#[test]
fn every_step_of_a_binary_search_begins_at_the_clean_image() {
    let readings = of(r#"{"cw": {"steps": 3, "binary_steps": 3}}"#);
    assert_eq!(readings.axis().stages.len(), 3);
    assert_eq!(lengths(&readings), [0.0, 0.0]);
    let at_clean = readings.axis().stages.iter().map(|stage| stage.at_clean);
    assert_eq!(at_clean.collect::<Vec<_>>(), [false, true, true]);
}

/// Of an attack of more than 200 steps too, where not all are recorded.
#[test]
fn runs_towards_one_class_follow_one_another_and_the_first_begins_at_the_clean_image() {
    for steps in [3, 60] {
        let attack = format!(
            r#"{{"fab_t": {{"steps": {steps}, "target_classes": 2, "restarts": 2, "exhaustive": true}}}}"#
        );
        let readings = of(&attack);
        let names: Vec<&str> = (readings.axis().stages.iter())
            .map(|stage| stage.name.as_str())
            .collect();
        assert_eq!(names[1..3], ["target 1 restart 2", "target 2 restart 1"]);
        let [restart, class, other] = lengths(&readings)[..] else {
            panic!("four parts");
        };
        assert!(restart > 0.0 && other > 0.0, "{restart} {other}");
        assert_eq!(class, 0.0);
        let at_clean = readings.axis().stages.iter().map(|stage| stage.at_clean);
        assert_eq!(at_clean.collect::<Vec<_>>(), [false, false, true, false]);
    }
}

/// An image that is broken leaves, so its last point is the last one recorded of it, in the part that broke it.
#[test]
fn an_ensemble_s_images_leave_in_the_part_that_breaks_them() {
    let readings = of(
        r#"{"autoattack": {"steps": 30, "queries": 200, "target_classes": 3, "epsilon": "4/255"}}"#,
    );
    let axis = readings.axis();
    assert_eq!(axis.stages.len(), 8);
    assert!(axis.steps.len() <= 401);
    let paths = valleyscope_shared::valley::paths(&readings, Measure::KappaTr);
    let broken = paths
        .iter()
        .filter(|path| path.right && path.ending.as_ref().unwrap().success());
    let mut count = 0;
    for path in broken {
        let last = path.ending.as_ref().unwrap().last_step;
        let stage = axis.stage_of(last).unwrap();
        let shown = axis.step_at(path.points - 1).unwrap();
        assert!(
            stage.holds(shown) && shown >= last,
            "{stage:?} {shown} {last}"
        );
        count += 1;
    }
    assert!(count > 0);
}
