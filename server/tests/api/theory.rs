//! The theory beside a run: whom it is about, what is missing and why.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_is_there_and_what_is_missing_is_said() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let theory = site.get(&format!("/api/v1/runs/{id}/theory")).await;
    assert_eq!(theory.status, StatusCode::OK, "{}", theory.text());
    let theory = theory.json();
    // The loss of the test engine is the number of the point.
    let rise = &theory["curves"][0];
    assert_eq!(rise["line"], "rise");
    assert_eq!(rise["points"][3]["median"], 3.0);
    // Its last layer is none that is linear.
    let missing = theory["missing"].as_str().unwrap();
    assert!(missing.contains("linear last layer"), "{missing}");
    assert_eq!(theory["radii"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_example_alone_and_a_file_of_all() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let path = format!("/api/v1/runs/{id}/theory");
    let one = site.get(&format!("{path}?row=3")).await.json();
    assert_eq!((&one["row"], &one["examples"]), (&json!(3), &json!(1)));
    let csv = site.get(&format!("{path}.csv?population=all")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines[0].starts_with("row,index,step,rise,second,"),
        "{}",
        lines[0]
    );
    assert_eq!(lines.len(), 1 + 20 * 6);
    assert!(lines[2].starts_with("0,100,1,1,"), "{}", lines[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_is_another_by_now_certifies_nothing() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    site.engine.now.lock().unwrap().model = Some(("w2".to_owned(), "c1".to_owned()));
    let theory = site.get(&format!("/api/v1/runs/{id}/theory")).await.json();
    let missing = theory["missing"].as_str().unwrap();
    assert!(missing.contains("others by now"), "{missing}");
    assert!(theory["sensitivity"].is_null());
    site.engine.now.lock().unwrap().model = None;
    let theory = site.get(&format!("/api/v1/runs/{id}/theory")).await.json();
    assert!(
        theory["missing"]
            .as_str()
            .unwrap()
            .contains("not there any more")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_refused_by_its_name() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let path = format!("/api/v1/runs/{id}/theory");
    for (query, field, words) in [
        ("pass=4", "pass", "4 is not a pass from 0 to 0"),
        ("row=20", "row", "20 is not an example from 0 to 19"),
        ("population=some", "population", "some"),
        ("who=all", "who", "who"),
    ] {
        for file in ["", ".csv"] {
            let refused = site.get(&format!("{path}{file}?{query}")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
            let error = &refused.json()["errors"][0];
            assert_eq!(error["path"], field, "{query}");
            assert!(
                error["message"].as_str().unwrap().contains(words),
                "{error}"
            );
        }
    }
    assert_eq!(
        site.get("/api/v1/runs/none/theory").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn its_figures_are_files_in_every_form() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    for chart in valleyscope_shared::chart::theory::ALL {
        for ending in ["svg", "png", "pdf", "tex", "csv"] {
            let address = format!(
                "/api/v1/runs/{id}/charts/{}.{ending}?view=example%3D2",
                chart.id
            );
            let file = site.get(&address).await;
            assert_eq!(file.status, StatusCode::OK, "{address} {}", file.text());
        }
    }
}
