//! Viewers are told what is wrong, and nothing of where this machine keeps its files.

use crate::site::{Site, spec};
use axum::http::StatusCode;

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_names_the_file_and_not_its_folder() {
    let site = Site::new();
    let id = site.finished(&spec("lost")).await;
    let run = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(
        (&run["phase"], &run["reason"]),
        (
            &"failed".into(),
            &"model.json: No such file or directory".into()
        )
    );
    for path in [
        format!("/api/v1/runs/{id}"),
        format!("/api/v1/runs/{id}/events"),
        format!("/api/v1/runs/{id}/snapshot"),
        format!("/api/v1/runs/{id}/export.json"),
        "/api/v1/runs".to_owned(),
        "/api/v1/catalog".to_owned(),
    ] {
        let reply = site.get(&path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert!(!reply.text().contains("secret"), "{path}: {}", reply.text());
    }
    let catalog = site.get("/api/v1/catalog").await.text();
    assert!(catalog.contains("model.json: No such file"), "{catalog}");
}

/// What the store says of its files stays in the log.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_does_not_say_where_it_is() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let kept = site.state.store.kept_path(&id);
    std::fs::remove_file(&kept).unwrap();
    std::fs::create_dir(&kept).unwrap();
    let folder = site.folder.path().to_str().unwrap().to_owned();
    let mut statuses = Vec::new();
    for path in ["examples/0", "images/0/0/clean.png"] {
        let reply = site.get(&format!("/api/v1/runs/{id}/{path}")).await;
        assert!(!reply.text().contains(&folder), "{}", reply.text());
        statuses.push(reply.status);
    }
    assert!(
        statuses.contains(&StatusCode::INTERNAL_SERVER_ERROR),
        "{statuses:?}"
    );
}
