//! The example run that comes with the program.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::Value;
use std::fs::File;
use valleyscope::archive::{Archive, read, write};
use valleyscope::example::{ID, bring};
use valleyscope::shelf::Passes;
use valleyscope_shared::api::EventPage;

/// The archive of a finished run.
async fn archive(site: &Site, id: &str) -> Archive {
    let row = site.state.store.run(id).unwrap().unwrap();
    let state = site.state.run_state(&row).unwrap();
    let page = site.get(&format!("/api/v1/runs/{id}/events")).await;
    let page: EventPage = serde_json::from_slice(&page.body).unwrap();
    let kept = std::fs::read(site.state.store.kept_path(id)).unwrap();
    let passes = Passes::read(&site.state.store, row.number, &state).unwrap();
    Archive {
        title: row.title,
        spec: row.spec,
        frames: page.frames,
        passes,
        kept,
    }
}

fn ship(archive: &Archive, folder: &std::path::Path) {
    std::fs::create_dir_all(folder.join("example")).unwrap();
    write(
        archive,
        File::create(folder.join("example").join("run.zip")).unwrap(),
    )
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shipped_run_is_the_run_that_was_computed() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let shipped = tempfile::tempdir().unwrap();
    ship(&archive(&site, &id).await, shipped.path());
    let other = Site::new();
    bring(&other.state.store, shipped.path()).unwrap();
    let run = other.get(&format!("/api/v1/runs/{ID}")).await.json();
    assert_eq!(
        (&run["example"], &run["phase"]),
        (&true.into(), &"finished".into())
    );
    let log =
        async |site: &Site, id: &str| site.get(&format!("/api/v1/runs/{id}/events")).await.json();
    assert_close(&log(&other, ID).await, &log(&site, &id).await);
    for path in [
        "events",
        "export.csv",
        "bands",
        "examples",
        "images/2/3/difference.png",
    ] {
        let here = site.get(&format!("/api/v1/runs/{id}/{path}")).await;
        let there = other.get(&format!("/api/v1/runs/{ID}/{path}")).await;
        assert_eq!(
            (there.status, &there.body),
            (StatusCode::OK, &here.body),
            "{path}"
        );
    }
}

/// Equal, but for the last two digits of numbers: the JSON reader's may be off by one unit in the last place, and here it read twice.
fn assert_close(one: &Value, other: &Value) {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            assert_eq!(one.len(), other.len());
            one.iter()
                .zip(other)
                .for_each(|(one, other)| assert_close(one, other));
        }
        (Value::Object(one), Value::Object(other)) => {
            assert!(one.keys().eq(other.keys()));
            one.values()
                .zip(other.values())
                .for_each(|(one, other)| assert_close(one, other));
        }
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            assert!(
                (one - other).abs() <= 2.0 * f64::EPSILON * other.abs(),
                "{one} {other}"
            );
        }
        _ => assert_eq!(one, other),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_example_stays_away_and_a_new_one_comes() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let shipped = tempfile::tempdir().unwrap();
    ship(&archive(&site, &id).await, shipped.path());
    let count = async || site.get("/api/v1/runs").await.json()["matching"].clone();
    bring(&site.state.store, shipped.path()).unwrap();
    bring(&site.state.store, shipped.path()).unwrap();
    assert_eq!(count().await, 2);
    let address = format!("/api/v1/runs/{ID}");
    let gone = site.ask(Method::DELETE, &address, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    bring(&site.state.store, shipped.path()).unwrap();
    assert_eq!(count().await, 1);
    let mut other = archive(&site, &id).await;
    other.title = "Another".to_owned();
    ship(&other, shipped.path());
    bring(&site.state.store, shipped.path()).unwrap();
    assert_eq!(site.get(&address).await.json()["title"], "Another");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_archive_is_an_error_and_nothing_is_stored() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let shipped = tempfile::tempdir().unwrap();
    ship(&archive(&site, &id).await, shipped.path());
    let file = shipped.path().join("example").join("run.zip");
    let whole = std::fs::read(&file).unwrap();
    for cut in [0, 10, whole.len() / 2, whole.len() - 1] {
        assert!(read(std::io::Cursor::new(&whole[..cut])).is_err(), "{cut}");
        std::fs::write(&file, &whole[..cut]).unwrap();
        assert!(bring(&site.state.store, shipped.path()).is_err());
    }
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 1);
}

/// Failed before: a version with another example threw away what people had said of the old one.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_the_example_stays_when_another_one_is_shipped() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let mut shown = archive(&site, &id).await;
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    ship(&shown, first.path());
    shown.title = "another".to_owned();
    ship(&shown, second.path());
    let other = Site::new();
    bring(&other.state.store, first.path()).unwrap();
    let said = serde_json::json!({"note": "look at image 3", "tags": ["talk"], "pinned": true});
    let address = format!("/api/v1/runs/{ID}");
    let reply = other.patch(ID, &said).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    bring(&other.state.store, second.path()).unwrap();
    let run = other.get(&address).await.json();
    assert_eq!(run["title"], "another");
    for key in ["note", "tags", "pinned"] {
        assert_eq!(run[key], said[key], "{key}");
    }
}
