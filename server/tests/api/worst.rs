//! The worst case over a batch's attacks, and the batch's table as a file.

use crate::batches::{batch, ended};
use crate::site::Site;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

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

    // Failed before: a run that somebody named lost its attack in the table.
    let run = view["runs"][0]["id"].as_str().unwrap();
    let named = site.patch(run, &json!({"title": "final: [v2]"})).await;
    assert_eq!(named.status, StatusCode::OK, "{}", named.text());
    assert_eq!(file("md").await.text(), markdown);

    for wrong in [format!("{id}/table.pdf"), "nothing/table.csv".to_owned()] {
        let reply = site.get(&format!("/api/v1/batches/{wrong}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{wrong}");
    }
}
