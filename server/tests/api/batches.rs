//! Batches: many runs with one id.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub fn batch(models: &[&str]) -> Value {
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

pub async fn ended(site: &Site, id: &str) -> Value {
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
