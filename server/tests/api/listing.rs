//! The list of runs in every order, the places that resumed runs take, and stores from before there was either.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use valleyscope_shared::listing::{RunGroup, RunSort};

/// Runs that differ in everything that the list is sorted by, some alike.
async fn several(site: &Site) -> Vec<String> {
    let mut ids = Vec::new();
    for (model, attack, count) in [
        (
            "plain",
            json!({"pgd": {"epsilon": "8/255", "steps": 5}}),
            20,
        ),
        (
            "plain",
            json!({"pgd": {"epsilon": "2/255", "steps": 7}}),
            10,
        ),
        (
            "fails",
            json!({"pgd": {"epsilon": "4/255", "steps": 5}}),
            20,
        ),
        ("varied", json!({"fgsm": {"epsilon": 0.1}}), 12),
        ("plain", json!({"deepfool": {"steps": 3}}), 8),
        (
            "plain",
            json!({"pgd": {"epsilon": "8/255", "steps": 5}}),
            20,
        ),
    ] {
        let mut wanted = spec(model);
        wanted["attack"] = attack;
        wanted["data"]["count"] = json!(count);
        ids.push(site.finished(&wanted).await);
    }
    ids
}

/// All pages of a list, two runs each.
async fn pages(site: &Site, query: &str) -> Vec<Value> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let address = format!("/api/v1/runs?limit=2&{query}{cursor}");
        let reply = site.get(&address).await;
        assert_eq!(reply.status, StatusCode::OK, "{address}: {}", reply.text());
        let page = reply.json();
        seen.extend(page["runs"].as_array().unwrap().clone());
        assert!(seen.len() < 100, "{address} has no end");
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return seen,
        }
    }
}

fn ids(runs: &[Value]) -> Vec<String> {
    let id = |run: &Value| run["id"].as_str().unwrap().to_owned();
    runs.iter().map(id).collect()
}

/// What a run is sorted by, read off its view; nothing where it has none.
fn key(run: &Value, by: RunSort) -> Option<f64> {
    let attack = run["spec"]["attack"].as_object().unwrap();
    let parameters = attack.values().next().unwrap();
    match by {
        RunSort::Epsilon => match &parameters["epsilon"] {
            Value::String(text) => {
                let (number, of) = text.split_once('/').unwrap();
                Some(number.parse::<f64>().unwrap() / of.parse::<f64>().unwrap())
            }
            other => other.as_f64(),
        },
        RunSort::Images => {
            let begun = run["results"]["n"].as_f64();
            Some(begun.unwrap_or_else(|| run["spec"]["data"]["count"].as_f64().unwrap()))
        }
        RunSort::Clean => run["results"]["clean_accuracy"]["share"].as_f64(),
        RunSort::Robust => run["results"]["robust_accuracy"]["share"].as_f64(),
        RunSort::PeakAtFlip => run["results"]["peak_at_flip"]["share"].as_f64(),
        _ => unreachable!("its order is looked at otherwise"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_pages_through_each_run_once() {
    let site = Site::new();
    let mut all = several(&site).await;
    // Pinned runs come first in every order, and the cursor has to get past them.
    let pinned = all[3].clone();
    let reply = site.patch(&pinned, &json!({"pinned": true})).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    all.sort();
    let groups = RunGroup::ALL.map(|group| format!("&group={}", group.id()));
    for by in RunSort::ALL {
        for desc in [false, true] {
            for group in [String::new()].iter().chain(&groups) {
                let query = format!("sort={}&desc={desc}{group}", by.id());
                let mut seen = ids(&pages(&site, &query).await);
                assert!(!group.is_empty() || seen[0] == pinned, "{query}: {seen:?}");
                seen.sort();
                assert_eq!(seen, all, "{query}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_in_its_order_and_what_has_no_value_comes_last() {
    let site = Site::new();
    let created = several(&site).await;
    for by in [
        RunSort::Epsilon,
        RunSort::Images,
        RunSort::Clean,
        RunSort::Robust,
        RunSort::PeakAtFlip,
    ] {
        for desc in [false, true] {
            let query = format!("sort={}&desc={desc}", by.id());
            let runs = pages(&site, &query).await;
            let keys: Vec<_> = runs.iter().map(|run| key(run, by)).collect();
            let there: Vec<f64> = keys.iter().flatten().copied().collect();
            assert!(
                keys.iter().take(there.len()).all(Option::is_some),
                "{query}: {keys:?}"
            );
            let sorted = there.is_sorted_by(|a, b| if desc { a >= b } else { a <= b });
            assert!(sorted, "{query}: {keys:?}");
        }
    }
    // Words stand in their order whatever their case.
    type Word = fn(&Value) -> String;
    let words: [(&str, Word); 4] = [
        ("title", |run| run["title"].to_string().to_lowercase()),
        ("model", |run| {
            run["spec"]["model"].to_string().to_lowercase()
        }),
        ("data", |run| run["spec"]["data"]["set"].to_string()),
        ("attack", |run| {
            let attack = run["spec"]["attack"].as_object().unwrap();
            attack.keys().next().unwrap().clone()
        }),
    ];
    for (by, word) in words {
        for desc in [false, true] {
            let runs = pages(&site, &format!("sort={by}&desc={desc}")).await;
            let words: Vec<String> = runs.iter().map(word).collect();
            let sorted = words.is_sorted_by(|a, b| if desc { a >= b } else { a <= b });
            assert!(sorted, "{by} {desc}: {words:?}");
        }
    }
    let runs = pages(&site, "sort=epsilon").await;
    assert_eq!(key(runs.last().unwrap(), RunSort::Epsilon), None);
    assert_eq!(ids(&pages(&site, "sort=created").await), created);
    let backwards: Vec<_> = created.iter().rev().cloned().collect();
    for newest in ["", "sort=created&desc=true"] {
        assert_eq!(ids(&pages(&site, newest).await), backwards, "{newest}");
    }
    for bad in ["sort=colour", "desc=perhaps", "group=colour", "folded=2"] {
        let reply = site.get(&format!("/api/v1/runs?{bad}")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_stand_together_by_group_and_are_counted() {
    let site = Site::new();
    several(&site).await;
    let page = site.get("/api/v1/runs?group=attack").await.json();
    assert_eq!(
        page["groups"],
        json!([{"id": "deepfool", "runs": 1}, {"id": "fgsm", "runs": 1}, {"id": "pgd", "runs": 4}])
    );
    let attack = |run: &Value| {
        let attack = run["spec"]["attack"].as_object().unwrap();
        attack.keys().next().unwrap().clone()
    };
    let attacks: Vec<_> = pages(&site, "group=attack&sort=images")
        .await
        .iter()
        .map(attack)
        .collect();
    assert_eq!(attacks, ["deepfool", "fgsm", "pgd", "pgd", "pgd", "pgd"]);
    let batch = json!({
        "title": "Of a batch", "models": ["plain"],
        "attacks": [{"pgd": {"steps": 5}}, {"fgsm": {}}], "data": spec("plain")["data"],
    });
    let id = site.post("/api/v1/batches", &batch).await.json()["id"].clone();
    let runs = pages(&site, "group=batch").await;
    let batches: Vec<_> = runs.iter().map(|run| run["batch"].clone()).collect();
    assert_eq!(batches[..3], [id.clone(), id.clone(), Value::Null]);
    assert_eq!(runs[0]["batch_title"], "Of a batch");
    let page = site.get("/api/v1/runs?group=batch").await.json();
    assert_eq!(
        page["groups"],
        json!([{"id": null, "runs": 6}, {"id": id, "runs": 2}])
    );
    let found = site.get("/api/v1/runs?text=of%20a%20batch").await.json();
    assert_eq!(found["matching"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_goes_on_takes_the_place_of_the_other_and_what_was_said_of_it() {
    let site = Site::new();
    let stopped = site.create(&spec("slow")).await;
    site.until(&stopped, |run| run["done"].as_u64() >= Some(16))
        .await;
    site.post(&format!("/api/v1/runs/{stopped}/cancel"), &json!(null))
        .await;
    site.ended(&stopped).await;
    site.patch(&stopped, &json!({"title": "Long", "tags": ["night"]}))
        .await;
    let newer = site.finished(&spec("plain")).await;
    let reply = site
        .post(&format!("/api/v1/runs/{stopped}/resume"), &json!(null))
        .await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let run = reply.json();
    let resumed = run["id"].as_str().unwrap().to_owned();
    site.ended(&resumed).await;
    assert_eq!(
        (&run["title"], &run["tags"], &run["resumes"]),
        (&json!("Long"), &json!(["night"]), &json!(stopped))
    );
    let folded = ids(&pages(&site, "folded=true").await);
    assert_eq!(folded, [newer.clone(), resumed.clone()]);
    let all = ids(&pages(&site, "folded=false").await);
    assert_eq!(all, [newer, resumed.clone(), stopped.clone()]);
    // Once nothing goes on with it any more, it stands for itself again.
    let gone = format!("/api/v1/runs/{resumed}");
    site.ask(Method::DELETE, &gone, None, &[]).await;
    assert!(ids(&pages(&site, "folded=true").await).contains(&stopped));
}

/// The store as the version before left it.
fn back_to_before(folder: &std::path::Path) {
    let connection = Connection::open(folder.join("valleyscope.sqlite")).unwrap();
    connection
        .execute_batch(
            "DROP INDEX run_by_resumed; DROP TABLE clean; DROP TABLE curvature; DROP TABLE curvature_value; DROP TABLE curvature_density",
        )
        .unwrap();
    for column in [
        "named",
        "note",
        "tags",
        "pinned",
        "data",
        "epsilon",
        "steps",
        "images",
        "clean",
        "robust",
        "peak_at_flip",
    ] {
        let drop = format!("ALTER TABLE run DROP COLUMN {column}");
        connection.execute_batch(&drop).unwrap();
    }
    let version = "DELETE FROM refinery_schema_history WHERE version >= 6";
    assert_eq!(connection.execute(version, []).unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn runs_of_an_older_store_are_sorted_like_new_ones() {
    let site = Site::new();
    let all = several(&site).await;
    let orders = [
        "epsilon",
        "steps",
        "images",
        "clean",
        "robust",
        "peak_at_flip",
        "data",
    ];
    let mut before = Vec::new();
    for order in orders {
        before.push(pages(&site, &format!("sort={order}")).await);
    }
    let folder = site.stop();
    back_to_before(folder.path());
    // One whose spec nobody can read any more is listed too.
    let connection = Connection::open(folder.path().join("valleyscope.sqlite")).unwrap();
    let spoil = "UPDATE run SET spec = 'nonsense' WHERE id = ?1";
    connection.execute(spoil, [&all[5]]).unwrap();
    drop(connection);
    let site = Site::again(folder);
    for (order, before) in orders.iter().zip(&before) {
        let runs = pages(&site, &format!("sort={order}")).await;
        assert_eq!(runs.len(), all.len(), "{order}");
        let but = |runs: &[Value]| {
            let mut ids = ids(runs);
            ids.retain(|id| *id != all[5]);
            ids
        };
        assert_eq!(but(&runs), but(before), "{order}");
    }
    let reply = site.patch(&all[0], &json!({"tags": ["old"]})).await;
    assert_eq!(reply.json()["tags"], json!(["old"]));
}
