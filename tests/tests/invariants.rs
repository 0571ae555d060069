//! The invariants of docs/ARCHITECTURE.md that a reader of the sources can check: who depends on whom, and what is absent.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and so do its helpers"
)]

use valleyscope_tests::{dependencies, direct_dependencies, lines_with, root, sources};

/// Fails with the crates that are there and should not be.
fn assert_absent(package: &str, unwanted: &[&str]) {
    let closure = dependencies(package).unwrap();
    let present: Vec<_> = unwanted
        .iter()
        .filter(|name| closure.contains(**name))
        .collect();
    assert!(present.is_empty(), "{package} depends on {present:?}");
}

fn assert_no_lines(folder: &str, words: &[&str]) {
    let lines = lines_with(&sources(folder).unwrap(), words);
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}

#[test]
fn the_reader_finds_what_is_there() {
    let server = dependencies("valleyscope").unwrap();
    for present in ["axum", "rusqlite", "tch", "valleyscope-engine"] {
        assert!(server.contains(present), "{present} is not seen");
    }
    let lines = lines_with(&sources("server/engine/src").unwrap(), &["tch::"]);
    assert!(!lines.is_empty());
}

#[test]
fn the_engine_knows_no_http_no_database_and_no_async_runtime() {
    assert_absent(
        "valleyscope-engine",
        &[
            "axum",
            "hyper",
            "tower",
            "tokio",
            "futures-util",
            "rusqlite",
            "libsqlite3-sys",
        ],
    );
}

#[test]
fn shared_needs_no_tensors_no_network_and_no_runtime() {
    assert_absent(
        "valleyscope-shared",
        &["tch", "torch-sys", "tokio", "axum", "hyper", "rusqlite"],
    );
}

#[test]
fn shared_does_no_input_or_output_and_reads_no_clock() {
    assert_no_lines(
        "shared/src",
        &[
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::thread",
            "SystemTime",
            "Instant::now",
        ],
    );
}

#[test]
fn nothing_but_the_engine_touches_a_tensor() {
    for package in ["valleyscope", "valleyscope-shared", "valleyscope-frontend"] {
        assert!(
            !direct_dependencies(package).unwrap().contains("tch"),
            "{package} names tch"
        );
    }
    assert_no_lines("server/src", &["tch::", "torch_sys::"]);
}

#[test]
fn the_frontend_knows_the_server_only_by_its_public_api() {
    assert_absent(
        "valleyscope-frontend",
        &["valleyscope", "valleyscope-engine", "tch"],
    );
}

/// A receiver that lags loses messages there; viewers pull from the log instead.
#[test]
fn no_broadcast_channel_is_used() {
    assert_no_lines("server/src", &["broadcast::", "sync::broadcast"]);
}

#[test]
fn the_page_and_its_style_name_no_other_host() {
    for file in ["static/index.html", "static/app.css", "static/runs.css"] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        // The name of the SVG vocabulary is no address that is ever asked.
        let text = text.replace("http://www.w3.org/2000/svg", "");
        for start in ["http://", "https://", "//cdn", "@import"] {
            assert!(!text.contains(start), "{file} contains {start}");
        }
    }
}
