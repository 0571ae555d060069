//! What can be asked for, and what cannot.

use super::*;
use crate::site::spec;
use std::sync::atomic::Ordering;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_is_computed_at_the_marks_of_each_example() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let wanted = json!({
        "measures": ["trace", "lambda_max", "density", "input_cure"],
        "layers": ["all", "network"],
        "examples": 4,
    });
    let number = asked(&site, &id, &wanted).await;
    assert_eq!(number, 1);
    let done = ended(&site, &id, number).await;
    assert_eq!(done["phase"], "finished", "{done}");
    assert_eq!(done["spec"]["layers"], json!(["body", "head", "network"]));
    assert_eq!(done["stops"], json!(["clean", "flip", "peak", "end"]));
    assert_eq!(done["columns"].as_array().unwrap().len(), 7);
    assert_eq!(done["done"], done["total"]);
    assert!(done["started_ms"].as_u64() <= done["ended_ms"].as_u64());
    assert_eq!(done["seconds_left"], Value::Null);

    // Images 100 to 103 flip at step 1 + index % 5 and peak there: 1, 2, 3 and 4.
    let all = values(&site, &id, number).await;
    let rows = all["rows"].as_array().unwrap();
    let places: Vec<(u64, u64, String)> = (rows.iter())
        .map(|row| {
            let stops = row["stops"].as_array().unwrap().iter();
            let stops: Vec<_> = stops.map(|stop| stop.as_str().unwrap()).collect();
            let number = |key: &str| row[key].as_u64().unwrap();
            (number("index"), number("point"), stops.join(" "))
        })
        .collect();
    let flips = (100..104).flat_map(|index| {
        [
            (index, 0, "clean".to_owned()),
            (index, index - 99, "flip peak".to_owned()),
            (index, 5, "end".to_owned()),
        ]
    });
    assert_eq!(places, flips.collect::<Vec<_>>());
    // Column 1 is the largest eigenvalue of the first layer.
    let value = &rows[1]["values"][1];
    assert_eq!(value["value"], 1100.01);
    assert_eq!(
        (&value["error"], &value["residual"]),
        (&Value::Null, &json!(1e-4))
    );
    assert_eq!(rows[1]["values"][0]["error"], 1.0001);

    let at = |stop: u64, layer: &str, measure: &str| {
        let these = done["aggregates"].as_array().unwrap().iter();
        let mut these = these.filter(|one| {
            one["stop"] == stop && one["layer"] == layer && one["measure"] == measure
        });
        these.next().cloned().unwrap_or_default()
    };
    let trace = at(0, "body", "trace");
    assert_eq!(
        (&trace["band"]["n"], &trace["band"]["median"]),
        (&json!(4), &json!(101.5))
    );
    assert!((trace["error"].as_f64().unwrap() - 1.015).abs() < 1e-9);
    assert_eq!(at(3, "input", "input_cure")["band"]["n"], 4);
    let densities = done["densities"].as_array().unwrap();
    assert_eq!(densities.len(), 4 * 3);
    assert_eq!(densities[0]["examples"], 4);
    assert_eq!(site.engine.computed.load(Ordering::Relaxed), 12 + 12);

    // The same numbers, a line each.
    let csv = site
        .get(&format!("/api/v1/runs/{id}/curvature/1/values.csv"))
        .await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    let text = csv.text();
    assert_eq!(text.lines().count(), 1 + 12 * 7);
    assert!(
        text.contains(",1,0,0,100,0,1,flip peak,body,trace,100.01,1.0001,,7"),
        "{text}"
    );
    let list = site
        .get(&format!("/api/v1/runs/{id}/curvature"))
        .await
        .json();
    assert_eq!(list["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(list["jobs"][0].get("aggregates"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn points_can_be_all_or_some_steps() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    for (points, count) in [(json!("all"), 6), (json!([0, 3]), 2)] {
        let mut wanted = small();
        wanted["points"] = points.clone();
        let number = asked(&site, &id, &wanted).await;
        let done = ended(&site, &id, number).await;
        assert_eq!(done["phase"], "finished", "{done}");
        assert_eq!(done["total"], 3 * count, "{points}");
        assert_eq!(done["stops"].as_array().unwrap().len(), count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_of_several_seeds_is_asked_for_by_its_place() {
    let site = Site::new();
    let mut several = spec("plain");
    several["seed"] = json!([4, 9]);
    several["attack"]["pgd"]["random_start"] = json!(true);
    let id = site.finished(&several).await;
    let mut wanted = small();
    wanted["pass"] = json!(1);
    let number = asked(&site, &id, &wanted).await;
    assert_eq!(ended(&site, &id, number).await["phase"], "finished");
    wanted["pass"] = json!(2);
    let reply = ask(&site, &id, &wanted).await;
    assert_eq!(reply.fields(), ["pass"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_and_changes_nothing() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    for (wanted, field, says) in [
        (
            json!({"layers": ["hed"]}),
            "layers[0]",
            "there is no layer \"hed\" with weights; there are body, head",
        ),
        (json!({"rho": 0}), "rho", "0"),
        (json!({"rho": -1}), "rho", "-1"),
        (json!({"relative_error": 0}), "relative_error", "0"),
        (
            json!({"points": [9]}),
            "points[0]",
            "step 9 is not recorded; the last that is is 5",
        ),
        (
            json!({"memory": 150_000_000}),
            "memory",
            "it would take 200000000 (0.20 GB)",
        ),
        (json!({"unknown": 1}), "unknown", "unknown field"),
    ] {
        let reply = ask(&site, &id, &wanted).await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            reply.text()
        );
        assert_eq!(reply.fields(), [field], "{}", reply.text());
        let message = reply.json()["errors"][0]["message"].to_string();
        assert!(message.replace('\\', "").contains(says), "{message}");
    }
    assert_eq!(
        ask(&site, "none", &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    for path in [
        "curvature/1",
        "curvature/1/values",
        "curvature/1/values.csv",
    ] {
        let reply = site.get(&format!("/api/v1/runs/{id}/{path}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(
        act(&site, &id, 1, "cancel").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        act(&site, &id, 1, "resume").await.status,
        StatusCode::NOT_FOUND
    );
    assert!(site.state.log.live(&id).is_none());
    let events = site.get(&format!("/api/v1/runs/{id}/events")).await.text();
    assert!(!events.contains("curvature"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_cannot_have_them_says_why() {
    let site = Site::new();
    let mut verdict = spec("plain");
    verdict["trace"] = json!("off");
    let cases = [
        (site.finished(&verdict).await, 409, "no-trace"),
        (site.finished(&spec("varied")).await, 422, "no-curvature"),
        (site.finished(&spec("shy")).await, 422, "no-double-backward"),
    ];
    for (id, status, kind) in cases {
        let (told, of, detail) = problem(&ask(&site, &id, &json!({})).await);
        assert_eq!(
            (told, of),
            (status, format!("/problems/{kind}")),
            "{detail}"
        );
        if kind == "no-double-backward" {
            assert!(detail.contains("the operator clamp"), "{detail}");
        }
    }
    // What needs no second derivative can be had of the model without them.
    let id = site.finished(&spec("shy")).await;
    let number = asked(
        &site,
        &id,
        &json!({ "measures": ["grad_norm"], "examples": 2 }),
    )
    .await;
    assert_eq!(ended(&site, &id, number).await["phase"], "finished");
    // One that waits has no points yet.
    site.create(&spec("slow")).await;
    let waits = site.create(&spec("plain")).await;
    let (status, kind, _) = problem(&ask(&site, &waits, &json!({})).await);
    assert_eq!((status, kind.as_str()), (409, "/problems/not-started"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_model_changed_is_refused_before_and_after_the_wait() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let before = asked(&site, &id, &small()).await;
    ended(&site, &id, before).await;
    let slow = site.create(&spec("slow")).await;
    site.until(&slow, |run| run["phase"] == "running").await;
    let waits = asked(&site, &id, &small()).await;
    site.engine.now.lock().unwrap().model = Some(("w2".to_owned(), "c1".to_owned()));
    let (status, kind, detail) = problem(&ask(&site, &id, &small()).await);
    assert_eq!((status, kind.as_str()), (409, "/problems/inputs-changed"));
    assert!(
        detail.contains("the weights of plain have changed"),
        "{detail}"
    );
    site.ended(&slow).await;
    let failed = ended(&site, &id, waits).await;
    assert_eq!(failed["phase"], "failed");
    assert!(
        failed["reason"].as_str().unwrap().contains("weights"),
        "{failed}"
    );
    let (status, kind, _) = problem(&act(&site, &id, waits, "resume").await);
    assert_eq!((status, kind.as_str()), (409, "/problems/inputs-changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_path_than_the_runs_is_refused() {
    let site = Site::new();
    let id = site.finished(&spec("unsteady")).await;
    site.engine.drift.store(true, Ordering::Relaxed);
    let number = asked(&site, &id, &small()).await;
    let failed = ended(&site, &id, number).await;
    assert_eq!(failed["phase"], "failed");
    let reason = failed["reason"].as_str().unwrap();
    assert!(
        reason.contains("example 0 does not take the path")
            && reason.contains("at step 2 \"Loss\""),
        "{reason}"
    );
    assert_eq!(site.engine.computed.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_would_take_is_told_before_it_is_asked_for() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let path = format!("/api/v1/runs/{id}/curvature/estimate");
    let wanted = json!({ "measures": ["trace", "density"], "examples": 5, "memory": 150_000_000 });
    let told = site.post(&path, &wanted).await.json();
    assert_eq!(
        (&told["examples"], &told["places"]),
        (&json!(5), &json!(5 * 4 + 4 * 2))
    );
    assert_eq!(
        (&told["memory"], &told["fits"]),
        (&json!(200_000_000), &json!(false))
    );
    assert_eq!(told["passes"], 280);
    assert!(told["seconds"].as_f64().unwrap() > 0.0, "{told}");
    assert_eq!(site.post(&path, &json!({"rho": 0})).await.fields(), ["rho"]);

    let layers = site.get("/api/v1/models/plain/layers").await.json();
    assert_eq!(layers["layers"][1]["name"], "head");
    assert_eq!(
        site.get("/api/v1/models/none/layers").await.status,
        StatusCode::NOT_FOUND
    );
    let fields = site.get("/api/v1/curvature").await.json();
    assert_eq!(fields["measures"].as_array().unwrap().len(), 12);
}
