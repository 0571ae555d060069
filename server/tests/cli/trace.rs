//! Runs without a trace, from the command line.

use crate::program::{Program, spec};

#[test]
fn the_verdict_alone_says_what_the_trace_says_and_nothing_of_sharpness() {
    let program = Program::new();
    let document = program.write("run.json", &spec(8, 5));
    let figures = program.path("figures");
    let run = |name: &str, more: &[&str]| {
        let out = program.path(name);
        let output = program.run(&[&["run", &document, "--out", &out][..], more].concat());
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words}");
        (program.read(name), words)
    };
    let (traced, _) = run("traced.json", &[]);
    let (bare, words) = run("bare.json", &["--trace", "off", "--figures", &figures]);
    assert_eq!(bare["spec"]["trace"], "off");
    // What is left to its default is not written.
    assert!(traced["spec"].get("trace").is_none());
    for key in ["clean_accuracy", "robust_accuracy", "first_flip"] {
        assert_eq!(traced["summary"][key], bare["summary"][key], "{key}");
    }
    assert_eq!(bare["summary"]["in_valley"]["n"], 0);
    for title in ["Accuracy, clean", "Accuracy, robust", "First flip"] {
        assert!(words.contains(title), "{words}");
    }
    assert!(
        !words.contains("sharpness:") && !words.contains("NaN"),
        "{words}"
    );
    let drawn = program.list("figures");
    assert!(drawn.contains(&"accuracy.svg".to_owned()), "{drawn:?}");
    assert!(!drawn.contains(&"sharpness.svg".to_owned()), "{drawn:?}");
    assert!(
        words.contains("not drawn, as the run has no trace"),
        "{words}"
    );
}

#[test]
fn a_trace_that_is_neither_on_nor_off_is_refused_with_what_is_right() {
    let program = Program::new();
    let mut run = spec(2, 1);
    let document = program.write("run.json", &run);
    let out = program.path("out.json");
    let output = program.run(&["run", &document, "--out", &out, "--trace", "half"]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(
        words.contains("half") && words.contains("on or off"),
        "{words}"
    );
    run["trace"] = "half".into();
    let document = program.write("run.json", &run);
    let output = program.run(&["run", &document, "--out", &out]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(
        words.contains("trace") && words.contains("not on or off"),
        "{words}"
    );
}
