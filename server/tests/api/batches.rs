//! Batches: many runs with one id.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

fn batch(models: &[&str]) -> Value {
    let run: Value = spec("plain");
    let mut batch = json!({
        "models": models,
        "attacks": [{"pgd": {"steps": 5}}, {"pgd": {"steps": 3, "random_start": true}}, {"fgsm": {}}],
        "data": run["data"],
    });
    if let Some(size) = run.get("batch_size") {
        batch["batch_size"] = size.clone();
    }
    batch
}

async fn ended(site: &Site, id: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let view = site.get(&format!("/api/v1/batches/{id}")).await.json();
        if view["ended"] == view["runs"].as_array().unwrap().len() {
            return view;
        }
        assert!(Instant::now() < until, "{view}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_every_model_under_every_attack() {
    let site = Site::new();
    let reply = site
        .post("/api/v1/batches", &batch(&["plain", "fails"]))
        .await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("/api/v1/batches/{id}"));
    let view = ended(&site, &id).await;
    let runs = view["runs"].as_array().unwrap();
    let models: Vec<&str> = runs
        .iter()
        .map(|run| run["spec"]["model"].as_str().unwrap())
        .collect();
    assert_eq!(
        models,
        ["plain", "plain", "plain", "fails", "fails", "fails"]
    );
    let phases: Vec<&str> = runs
        .iter()
        .map(|run| run["phase"].as_str().unwrap())
        .collect();
    // One step is too short for the model that fails to fail.
    assert_eq!(
        phases,
        [
            "finished", "finished", "finished", "failed", "failed", "finished"
        ]
    );
    assert_eq!(runs[0]["spec"]["attack"]["pgd"]["steps"], 5);
    assert!(runs[2]["spec"]["attack"]["fgsm"].is_object());
    assert!(runs.iter().all(|run| run["batch"] == id.as_str()));

    let page = site.get(&format!("/api/v1/runs?batch={id}")).await.json();
    assert_eq!(page["matching"], 6);
    let list = site.get("/api/v1/batches").await.json();
    assert_eq!(
        (&list["batches"][0]["id"], &list["batches"][0]["runs"]),
        (&json!(id), &json!(6))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_batch_names_the_place_and_nothing_is_taken_on() {
    let site = Site::new();
    let mut wrong = batch(&["plain", "nobody", "plain"]);
    wrong["attacks"][1]["pgd"]["epsilon"] = json!(-1);
    wrong["attacks"]
        .as_array_mut()
        .unwrap()
        .push(json!({"pgd": {"steps": 5}}));
    let reply = site.post("/api/v1/batches", &wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields = reply.fields();
    fields.sort();
    assert_eq!(
        fields,
        ["attacks.1.pgd.epsilon", "attacks.3", "models.1", "models.2"]
    );
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);

    let empty = json!({"models": [], "attacks": [], "data": {"set": "numbers"}});
    let reply = site.post("/api/v1/batches", &empty).await;
    assert_eq!(reply.fields(), ["models", "attacks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_title_is_one_short_line() {
    let site = Site::new();
    let titled = |title: &str| {
        let mut titled = batch(&["plain"]);
        titled["title"] = title.into();
        titled
    };
    for title in ["", "two\nlines", "\u{1b}[31mred", &"a".repeat(201)] {
        let reply = site.post("/api/v1/batches", &titled(title)).await;
        assert_eq!(reply.fields(), ["title"], "{title}");
    }
    for title in ["=1+1", &"ä".repeat(200)] {
        let reply = site.post("/api/v1/batches", &titled(title)).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_batch_and_another_body_is_refused() {
    let site = Site::new();
    let ask = |body: Value| {
        let site = &site;
        async move {
            let headers = [
                ("content-type", "application/json"),
                ("idempotency-key", "one"),
            ];
            site.ask(Method::POST, "/api/v1/batches", Some(&body), &headers)
                .await
        }
    };
    let first = ask(batch(&["plain"])).await;
    let again = ask(batch(&["plain"])).await;
    assert_eq!(first.json()["id"], again.json()["id"]);
    let other = ask(batch(&["fails"])).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cancel_stops_all_and_then_it_can_be_deleted() {
    let site = Site::new();
    let id = site.post("/api/v1/batches", &batch(&["slow"])).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let address = format!("/api/v1/batches/{id}");
    let early = site.ask(Method::DELETE, &address, None, &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    for _ in 0..2 {
        let reply = site.post(&format!("{address}/cancel"), &json!({})).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    }
    let view = ended(&site, &id).await;
    let runs = view["runs"].as_array().unwrap();
    assert!(runs.iter().all(|run| run["phase"] == "cancelled"), "{view}");
    let gone = site.ask(Method::DELETE, &address, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text());
    assert_eq!(site.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_settings_is_a_run_for_each_combination() {
    let site = Site::new();
    let mut wanted = batch(&["plain"]);
    wanted["attacks"] = json!([
        {"pgd": {"steps": [3, 4], "epsilon": ["2/255", "4/255"], "random_start": [false, true]}},
        {"apgd": {"steps": 2, "loss": ["cross_entropy", "dlr"]}}
    ]);
    let reply = site.post("/api/v1/batches", &wanted).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let view = reply.json();
    let runs = view["runs"].as_array().unwrap();
    let titles: Vec<&str> = runs
        .iter()
        .map(|run| run["title"].as_str().unwrap().split_once(": ").unwrap().1)
        .collect();
    assert_eq!(
        titles,
        [
            "PGD linf 2/255, 4/255, 3 steps of 2/255",
            "PGD linf 2/255, 4/255, 4 steps of 2/255",
            "PGD linf 2/255, 4/255, 3 steps of 2/255, random start",
            "PGD linf 2/255, 4/255, 4 steps of 2/255, random start",
            "APGD linf 8/255, random start, reduced: 2 steps, loss cross entropy",
            "APGD linf 8/255, random start, reduced: 2 steps, loss dlr",
        ]
    );
    ended(&site, view["id"].as_str().unwrap()).await;

    wanted["attacks"] =
        json!([{"pgd": {"steps": [3, -1, 3]}}, {"fgsm": {"epsilon": "2/255", "loss": []}}]);
    let problem = site.post("/api/v1/batches", &wanted).await.json();
    let paths: Vec<&str> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["path"].as_str().unwrap())
        .collect();
    assert_eq!(
        paths,
        ["attacks.1.fgsm.loss", "attacks.0", "attacks.0.pgd.steps.1"],
        "{problem}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stopped_of_a_batch_is_gone_on_with_in_its_place() {
    let site = Site::new();
    let mut wanted = batch(&["plain", "slow"]);
    wanted["attacks"] = json!([{"pgd": {"steps": 40}}, {"fgsm": {}}]);
    let reply = site.post("/api/v1/batches", &wanted).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let resume = format!("/api/v1/batches/{id}/resume");
    site.post(&format!("/api/v1/batches/{id}/cancel"), &json!({}))
        .await;
    let before = ended(&site, &id).await;
    let phases = |view: &Value| -> Vec<String> {
        let runs = view["runs"].as_array().unwrap().iter();
        runs.map(|run| run["phase"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(phases(&before).contains(&"cancelled".to_owned()));

    let reply = site.post(&resume, &json!({})).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let after = ended(&site, &id).await;
    assert_eq!(phases(&after), ["finished"; 4]);
    let (old, new) = (&before["runs"], &after["runs"]);
    for place in 0..4 {
        assert_eq!(old[place]["spec"], new[place]["spec"]);
        match old[place]["phase"] == "finished" {
            true => assert_eq!(old[place]["id"], new[place]["id"]),
            false => assert_eq!(old[place]["id"], new[place]["resumes"]),
        }
    }
    // The stopped ones are still there, by themselves.
    let stopped = before["runs"].as_array().unwrap().iter();
    for run in stopped.filter(|run| run["phase"] == "cancelled") {
        let run = site
            .get(&format!("/api/v1/runs/{}", run["id"].as_str().unwrap()))
            .await
            .json();
        assert!(run.get("batch").is_none(), "{run}");
    }
    let again = site.post(&resume, &json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.text().contains("not-stopped"), "{}", again.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_costs_what_its_runs_cost() {
    let site = Site::new();
    let wanted = batch(&["plain", "slow"]);
    let ask = async |body: &Value| site.post("/api/v1/batches/estimate", body).await.json();
    let before = ask(&wanted).await;
    assert_eq!(
        (&before["runs"], &before["seconds"]),
        (&json!(6), &Value::Null)
    );

    // One model that was timed is not enough.
    site.finished(&spec("slow")).await;
    assert_eq!(ask(&wanted).await["seconds"], Value::Null);
    site.finished(&spec("plain")).await;
    let after = ask(&wanted).await;
    let (mut passes, mut seconds) = (0, 0.0);
    for model in ["plain", "slow"] {
        for attack in wanted["attacks"].as_array().unwrap() {
            let run = json!({"model": model, "attack": attack, "data": wanted["data"], "batch_size": wanted["batch_size"]});
            let own = site.post("/api/v1/runs/estimate", &run).await.json();
            passes += own["passes"].as_u64().unwrap();
            seconds += own["seconds"].as_f64().unwrap();
        }
    }
    assert_eq!(after["passes"], passes);
    // Six numbers of the same sizes, added in the same order.
    assert!((after["seconds"].as_f64().unwrap() - seconds).abs() < 1e-9 * seconds);

    let mut wrong = wanted.clone();
    wrong["attacks"][1]["pgd"]["epsilon"] = json!(-1);
    let reply = site.post("/api/v1/batches/estimate", &wrong).await;
    assert_eq!(reply.fields(), ["attacks.1.pgd.epsilon"]);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_left_of_a_batch_is_told_until_it_has_ended() {
    let site = Site::new();
    site.finished(&spec("slow")).await;
    let reply = site.post("/api/v1/batches", &batch(&["slow"])).await.json();
    // 18 steps of a run before took at least 20 ms each, and none of these has ended.
    assert!(reply["seconds_left"].as_f64() > Some(0.1), "{reply}");
    let view = ended(&site, reply["id"].as_str().unwrap()).await;
    assert!(view.get("seconds_left").is_none(), "{view}");
}

/// Which images of a run's export are right without an attack and which a pass breaks, by their index: a count of its own, over the predictions.
fn told(export: &Value, pass: usize) -> BTreeMap<u64, (bool, bool)> {
    let part = export["passes"].get(pass).unwrap_or(export);
    let points = part["trajectory"]["pred"].as_array().unwrap();
    let rows = export["indices"].as_array().unwrap().iter().enumerate();
    let of = |(row, index): (usize, &Value)| {
        let label = export["labels"][row].as_f64().unwrap();
        let right = |point: &Value| point[row].as_f64().unwrap() == label;
        // Where the attack starts is no step of it.
        let steps = points.iter().zip(export["points"].as_array().unwrap());
        let steps = steps.filter(|(_, name)| **name != "clean" && **name != "start");
        let broken = steps.into_iter().any(|(point, _)| !right(point));
        (index.as_u64().unwrap(), (right(&points[0]), broken))
    };
    rows.map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_case_is_what_a_count_over_the_exports_gives() {
    let site = Site::new();
    let wanted = json!({
        "models": ["varied"],
        "attacks": [
            {"pgd": {"steps": 3, "epsilon": ["2/255", "8/255"]}},
            {"apgd_t": {"steps": 3, "epsilon": ["2/255", "8/255"]}},
            {"pgd": {"steps": 3, "norm": "l2", "epsilon": [0.15, 0.35]}},
            {"deepfool": {"steps": 3}},
        ],
        "data": {"set": "numbers", "first": 100, "count": 50},
        "batch_size": 8,
    });
    let reply = site.post("/api/v1/batches", &wanted).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let view = ended(&site, reply.json()["id"].as_str().unwrap()).await;
    let mut exports = Vec::new();
    for run in view["runs"].as_array().unwrap() {
        let path = format!("/api/v1/runs/{}/export.json", run["id"].as_str().unwrap());
        exports.push(site.get(&path).await.json());
    }
    let sizes: BTreeMap<u64, f64> = (exports[3]["indices"].as_array().unwrap().iter())
        .zip(exports[3]["endings"].as_array().unwrap())
        .map(|(index, ending)| (index.as_u64().unwrap(), ending["l2"].as_f64().unwrap()))
        .collect();
    let rows = view["worst"].as_array().unwrap();
    assert_eq!(rows.len(), 4, "{rows:?}");
    for (row, (norm, epsilon)) in rows.iter().zip([
        ("linf", "2/255"),
        ("linf", "8/255"),
        ("l2", "0.15"),
        ("l2", "0.35"),
    ]) {
        assert_eq!(row["norm"], norm);
        let said = &row["epsilon"];
        assert_eq!(
            said.as_str().map_or(said.to_string(), str::to_owned),
            epsilon
        );
        assert!(row.get("note").is_none(), "{row}");
        let pass = usize::from(epsilon == "8/255" || epsilon == "0.35");
        let (mut survive, mut right, mut by) = (0, 0, [0, 0]);
        let first = told(&exports[if norm == "linf" { 0 } else { 2 }], pass);
        let second: BTreeMap<u64, bool> = match norm {
            "linf" => (told(&exports[1], pass).into_iter())
                .map(|(index, (_, broken))| (index, broken))
                .collect(),
            _ => (sizes.iter())
                .map(|(index, size)| (*index, *size <= epsilon.parse::<f64>().unwrap()))
                .collect(),
        };
        for (index, (clean, broken)) in &first {
            right += usize::from(*clean);
            match (clean, broken, second[index]) {
                (false, ..) => {}
                (true, true, _) => by[0] += 1,
                (true, false, true) => by[1] += 1,
                (true, false, false) => survive += 1,
            }
        }
        // Otherwise it would be a count of nothing.
        assert!(by[1] > 0 && right < 50, "{row} {by:?}");
        let robust = &row["robust_accuracy"];
        assert_eq!(
            (&robust["hits"], &robust["n"]),
            (&json!(survive), &json!(50))
        );
        assert_eq!(row["clean_accuracy"]["hits"], right);
        let counts: Vec<&Value> = (row["broken"].as_array().unwrap().iter())
            .map(|by| &by["images"])
            .collect();
        assert_eq!(counts, [&json!(by[0]), &json!(by[1])], "{row}");
        // Wilson's interval holds the share, and is no point.
        let [low, share, high] = ["low", "share", "high"].map(|key| robust[key].as_f64().unwrap());
        assert!(low <= share && share <= high && low < high, "{robust}");
    }
    let names = |row: &Value| -> Vec<Value> {
        let by = row["broken"].as_array().unwrap().iter();
        by.map(|by| by["attack"].clone()).collect()
    };
    assert_eq!(names(&rows[0]), ["PGD", "APGD-T"]);
    assert_eq!(names(&rows[2]), ["PGD", "DeepFool"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worst_case_without_all_its_attacks_says_so() {
    let site = Site::new();
    let mut wanted = batch(&["fails"]);
    wanted["attacks"] = json!([{"fgsm": {}}, {"pgd": {"steps": 5}}]);
    let reply = site.post("/api/v1/batches", &wanted).await;
    let view = ended(&site, reply.json()["id"].as_str().unwrap()).await;
    assert_eq!(view["worst"][0]["finished"], 1);
    assert_eq!(
        view["worst"][0]["note"],
        "so far, over 1 of 2 attacks: 1 stopped before the end"
    );
}

/// A line of CSV without quoted line ends, as its cells.
fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next().unwrap().unwrap();
    record.iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_comes_as_csv_as_markdown_and_as_latex() {
    let site = Site::new();
    let wanted = json!({
        "title": "50 % of a_b & <i>c</i> | d",
        "models": ["varied"],
        "attacks": [
            {"pgd": {"steps": 3, "epsilon": ["2/255", "8/255"]}},
            {"fgsm": {"epsilon": ["2/255", "8/255"]}},
        ],
        "data": {"set": "numbers", "first": 100, "count": 50},
        "batch_size": 8,
    });
    let reply = site.post("/api/v1/batches", &wanted).await;
    let view = ended(&site, reply.json()["id"].as_str().unwrap()).await;
    let id = view["id"].as_str().unwrap();
    let file = async |ending: &str| {
        let reply = site
            .get(&format!("/api/v1/batches/{id}/table.{ending}"))
            .await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let name = format!("attachment; filename=\"valleyscope-{id}-table.{ending}\"");
        assert_eq!(reply.header("content-disposition"), name);
        reply
    };
    let csv = file("csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    let lines: Vec<Vec<String>> = text.lines().map(cells).collect();
    assert!(lines.iter().all(|line| line.len() == lines[0].len()));
    let column = |name: &str| lines[0].iter().position(|head| head == name).unwrap();
    let of = |row: usize, name: &str| lines[row][column(name)].as_str();
    assert_eq!(lines.len(), 1 + 4 + 2);
    for (row, run, epsilon) in [(1, 0, 0), (2, 0, 1), (3, 1, 0), (4, 1, 1)] {
        let verdict = &view["runs"][run]["verdicts"][epsilon];
        assert_eq!(of(row, "kind"), "attack");
        let share: f64 = of(row, "robust_accuracy").parse().unwrap();
        assert_eq!(json!(share), verdict["robust_accuracy"][0]["share"]);
        let radius: f64 = of(row, "epsilon").parse().unwrap();
        assert!((radius - [2.0, 8.0][epsilon] / 255.0).abs() < 1e-12);
    }
    for (row, place) in [(5, 0), (6, 1)] {
        let worst = &view["worst"][place];
        assert_eq!(
            (of(row, "kind"), of(row, "attack")),
            ("worst", "2 of 2 attacks")
        );
        let low: f64 = of(row, "low").parse().unwrap();
        assert_eq!(json!(low), worst["robust_accuracy"]["low"]);
        let by = &worst["broken"];
        let told = format!("PGD {}, FGSM {}", by[0]["images"], by[1]["images"]);
        assert_eq!(of(row, "broken_first"), told);
    }

    let markdown = file("md").await.text();
    assert!(
        markdown.starts_with("**50 % of a\\_b &amp; &lt;i&gt;c&lt;/i&gt; \\| d**\n"),
        "{markdown}"
    );
    let rows: Vec<&str> = markdown
        .lines()
        .filter(|line| line.starts_with('|'))
        .collect();
    assert_eq!(rows.len(), 2 + 4 + 2);
    assert!(
        markdown.contains("Images: 50, from image 100 on"),
        "{markdown}"
    );
    let latex = file("tex").await.text();
    assert!(
        latex.contains("\\caption{50 \\% of a\\_b \\& \\textless{}i\\textgreater{}c"),
        "{latex}"
    );
    for part in [
        "\\toprule",
        "\\midrule",
        "\\bottomrule",
        "Worst case, linf & 8/255 &",
    ] {
        assert!(latex.contains(part), "{part}: {latex}");
    }
    // Every per cent sign of a number would begin a comment.
    let body = latex.lines().skip(1);
    assert!(
        body.clone()
            .all(|line| !line.replace("\\%", "").contains('%')),
        "{latex}"
    );

    for wrong in [format!("{id}/table.pdf"), "nothing/table.csv".to_owned()] {
        let reply = site.get(&format!("/api/v1/batches/{wrong}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}
