//! Every example of a run has pictures and probabilities: those that were not kept are computed when somebody asks.

use crate::site::{Reply, Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

async fn ask(site: &Site, id: &str, row: &str) -> Reply {
    let path = format!("/api/v1/runs/{id}/examples/{row}");
    let (path, query) = match path.split_once('?') {
        Some((path, query)) => (path.to_owned(), format!("?{query}")),
        None => (path, String::new()),
    };
    let path = format!("{path}/keep{query}");
    site.ask(Method::POST, &path, None, &[]).await
}

/// Asks until there is nothing more to wait for.
async fn kept(site: &Site, id: &str, row: &str) -> Reply {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let reply = ask(site, id, row).await;
        if reply.status != StatusCode::ACCEPTED {
            return reply;
        }
        assert!(Instant::now() < deadline, "it is never kept");
    }
}

async fn detail(site: &Site, id: &str, row: &str) -> Value {
    let path = format!("/api/v1/runs/{id}/examples/{row}");
    site.get(&path).await.json()
}

async fn pixels(site: &Site, id: &str, path: &str) -> Vec<u8> {
    let reply = site.get(&format!("/api/v1/runs/{id}/images/{path}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let picture = image::load_from_memory(&reply.body).unwrap();
    picture.into_rgb8().into_raw()
}

fn problem(reply: &Reply) -> (u16, String, String) {
    let problem = reply.json();
    let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    (reply.status.as_u16(), text("type"), text("detail"))
}

/// Failed before: only the first ten had pictures.
#[tokio::test(flavor = "multi_thread")]
async fn an_example_that_was_not_kept_is_computed_and_then_kept() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let before = detail(&site, &id, "15").await;
    assert_eq!(before["kept"], false);
    let reply = kept(&site, &id, "15").await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    assert_eq!(
        reply.json(),
        json!({ "kept": true, "done": 6, "points": 6 })
    );
    let after = detail(&site, &id, "15").await;
    assert_eq!(after["kept"], true);
    assert_eq!(after["probabilities"].as_array().unwrap().len(), 6);
    assert_eq!(after["curves"], before["curves"]);
    // Its own pixels, not those of the first row.
    assert_eq!(
        pixels(&site, &id, "15/0/clean.png").await[..3],
        [15, 31, 47]
    );
    let moved = pixels(&site, &id, "15/3/adversarial.png").await;
    assert_eq!(moved[..3], [23, 39, 55]);
    // The others are as they were.
    assert_eq!(pixels(&site, &id, "2/3/clean.png").await[..3], [2, 18, 34]);
    assert_eq!(detail(&site, &id, "14").await["kept"], false);

    let file = site.state.store.kept_path(&id);
    let (size, begun) = (file.metadata().unwrap().len(), &site.engine.begun);
    let computed = begun.load(Ordering::Relaxed);
    for row in ["15", "2"] {
        assert_eq!(ask(&site, &id, row).await.status, StatusCode::OK);
    }
    assert_eq!(file.metadata().unwrap().len(), size);
    assert_eq!(begun.load(Ordering::Relaxed), computed);
    let site = site.restart();
    assert_eq!(detail(&site, &id, "15").await["kept"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_keeps_nothing_has_pictures_too() {
    let site = Site::new();
    let mut nothing = spec("plain");
    nothing["keep_examples"] = json!(0);
    let id = site.finished(&nothing).await;
    assert_eq!(kept(&site, &id, "19").await.status, StatusCode::OK);
    assert_eq!(
        pixels(&site, &id, "19/0/clean.png").await[..3],
        [19, 35, 51]
    );
    let file = site.state.store.kept_path(&id);
    site.ask(Method::DELETE, &format!("/api/v1/runs/{id}"), None, &[])
        .await;
    assert!(!file.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_ask_at_once_have_it_computed_once() {
    let site = Site::new();
    let id = site.finished(&spec("slow")).await;
    let begun = site.engine.begun.load(Ordering::Relaxed);
    let (one, other) = tokio::join!(kept(&site, &id, "12"), kept(&site, &id, "12"));
    assert_eq!((one.status, other.status), (StatusCode::OK, StatusCode::OK));
    assert_eq!(site.engine.begun.load(Ordering::Relaxed), begun + 1);
    assert_eq!(detail(&site, &id, "12").await["curves"]["loss"][5], 5.0);
    let points = detail(&site, &id, "12").await["probabilities"].clone();
    assert_eq!(points.as_array().unwrap().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_how_far_it_is_and_a_deleted_run_stops_it() {
    let site = Site::new();
    let mut long = spec("slow");
    long["attack"]["pgd"]["steps"] = json!(80);
    long["batch_size"] = json!(20);
    let id = site.finished(&long).await;
    let first = ask(&site, &id, "11").await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text());
    let then = ask(&site, &id, "11").await.json();
    let done = |keeping: &Value| keeping["done"].as_u64().unwrap();
    assert!(
        done(&first.json()) < done(&then) && done(&then) < 81,
        "{then}"
    );
    assert_eq!(
        (&then["kept"], &then["points"]),
        (&json!(false), &json!(81))
    );
    let run = format!("/api/v1/runs/{id}");
    let deleted = site.ask(Method::DELETE, &run, None, &[]).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!site.state.store.kept_path(&id).exists());
    assert!(site.state.keeper.is_idle());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_pass_is_kept_by_itself() {
    let site = Site::new();
    let mut several = spec("varied");
    several["attack"]["pgd"]["epsilon"] = json!(["2/255", "8/255"]);
    let id = site.finished(&several).await;
    assert_eq!(kept(&site, &id, "15?pass=0").await.status, StatusCode::OK);
    assert_eq!(detail(&site, &id, "15?pass=0").await["kept"], true);
    assert_eq!(detail(&site, &id, "15?pass=1").await["kept"], false);
    // Its own epsilon, not the largest.
    let moved = pixels(&site, &id, "15/3/adversarial.png?pass=0").await;
    assert_eq!(moved[0], 17);
    // The main pass is the one with the largest.
    assert_eq!(kept(&site, &id, "15").await.status, StatusCode::OK);
    let moved = pixels(&site, &id, "15/3/adversarial.png?pass=1").await;
    assert_eq!(moved[0], 23);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_under_the_same_name_is_refused() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let now = site.engine.now.lock().unwrap().clone();
    site.engine.now.lock().unwrap().model = Some(("w2".to_owned(), "c1".to_owned()));
    let (status, kind, detail_) = problem(&kept(&site, &id, "15").await);
    assert_eq!((status, kind.as_str()), (409, "/problems/inputs-changed"));
    assert!(
        detail_.contains("the weights of plain have changed since"),
        "{detail_}"
    );
    site.engine.now.lock().unwrap().data = None;
    let (.., detail_) = problem(&kept(&site, &id, "15").await);
    assert!(
        detail_.contains("the data set numbers is not there any more"),
        "{detail_}"
    );
    assert_eq!(detail(&site, &id, "15").await["kept"], false);
    *site.engine.now.lock().unwrap() = now;
    assert_eq!(kept(&site, &id, "15").await.status, StatusCode::OK);
}

/// The last bits of a sum depend on who is in a batch, and can lead an image another way.
#[tokio::test(flavor = "multi_thread")]
async fn an_image_that_goes_another_way_alone_is_attacked_with_its_batch() {
    let site = Site::new();
    let id = site.finished(&spec("unsteady")).await;
    let begun = site.engine.begun.load(Ordering::Relaxed);
    assert_eq!(kept(&site, &id, "13").await.status, StatusCode::OK);
    assert_eq!(site.engine.begun.load(Ordering::Relaxed), begun + 2);
    assert_eq!(
        pixels(&site, &id, "13/3/clean.png").await[..3],
        [13, 29, 45]
    );
    for other in ["12", "14"] {
        assert_eq!(detail(&site, &id, other).await["kept"], false);
    }
    let points = detail(&site, &id, "13").await["probabilities"].clone();
    assert_eq!(points.as_array().unwrap().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_runs_path_is_not_kept() {
    let site = Site::new();
    let id = site.finished(&spec("unsteady")).await;
    site.engine.drift.store(true, Ordering::Relaxed);
    let (status, kind, words) = problem(&kept(&site, &id, "15").await);
    assert_eq!((status, kind.as_str()), (409, "/problems/another-path"));
    assert!(
        words.contains("at step 2 \"Loss\" is 3, in the run 2"),
        "{words}"
    );
    assert_eq!(detail(&site, &id, "15").await["kept"], false);
    site.engine.drift.store(false, Ordering::Relaxed);
    let shy = site.finished(&spec("shy")).await;
    let (status, kind, words) = problem(&kept(&site, &shy, "15").await);
    assert_eq!((status, kind.as_str()), (500, "/problems/run-failed"));
    assert!(words.contains("the test model is shy"), "{words}");
    // The next one is computed all the same.
    let plain = site.finished(&spec("plain")).await;
    assert_eq!(kept(&site, &plain, "15").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_or_not_yet_is_refused_in_words() {
    let site = Site::new();
    let mut long = spec("slow");
    long["attack"]["pgd"]["steps"] = json!(80);
    let running = site.create(&long).await;
    site.until(&running, |run| run["done"].as_u64() > Some(0))
        .await;
    let (status, kind, _) = problem(&ask(&site, &running, "15").await);
    assert_eq!((status, kind.as_str()), (409, "/problems/not-ended"));
    site.ask(
        Method::POST,
        &format!("/api/v1/runs/{running}/cancel"),
        None,
        &[],
    )
    .await;
    site.ended(&running).await;
    let (status, kind, words) = problem(&ask(&site, &running, "15").await);
    assert_eq!((status, kind.as_str()), (409, "/problems/not-computed"));
    assert!(words.contains("was stopped before example 15"), "{words}");

    let id = site.finished(&spec("plain")).await;
    for (row, status) in [
        ("20", 404),
        ("x", 400),
        ("15?pass=3", 422),
        ("15?point=3", 422),
    ] {
        let reply = ask(&site, &id, row).await;
        assert_eq!(reply.status.as_u16(), status, "{row}: {}", reply.text());
    }
    assert_eq!(ask(&site, "nope", "1").await.status.as_u16(), 404);
}

/// Failed before: of an example that was not kept there was no picture at all.
#[tokio::test(flavor = "multi_thread")]
async fn the_clean_image_of_every_example_is_there_as_long_as_the_data_set_is() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let page = format!("/api/v1/runs/{id}/examples?sort=label&limit=15");
    let page = site.get(&page).await.json();
    // Rows 0 to 9 are kept; sorted by label 0, 10, 1, 11 and so on come first.
    assert_eq!(page["kept"], json!([0, 1, 2, 3, 4, 5, 6, 7]));
    assert_eq!(
        pixels(&site, &id, "15/0/clean.png").await[..3],
        [15, 31, 47]
    );
    // It is exactly what is kept of one that is.
    assert_eq!(pixels(&site, &id, "3/0/clean.png").await[..3], [3, 19, 35]);
    let missing = async |path: &str| {
        let path = format!("/api/v1/runs/{id}/images/{path}");
        problem(&site.get(&path).await)
    };
    assert_eq!(missing("15/3/adversarial.png").await.0, 404);
    assert_eq!(missing("20/0/clean.png").await.0, 404);
    site.engine.now.lock().unwrap().data = Some("d2".to_owned());
    let (status, kind, words) = missing("15/0/clean.png").await;
    assert_eq!((status, kind.as_str()), (404, "/problems/not-kept"));
    assert!(
        words.contains("the data set numbers has changed since"),
        "{words}"
    );
    assert_eq!(pixels(&site, &id, "3/0/clean.png").await[..3], [3, 19, 35]);
    site.engine.now.lock().unwrap().data = None;
    let (.., words) = missing("15/0/clean.png").await;
    assert!(words.contains("is not there any more"), "{words}");
}
