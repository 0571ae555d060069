//! The API's own description, and the pages that come with the program.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::Value;
use std::collections::BTreeSet;
use valleyscope_shared::route;

/// E40: a change of the API shows as a change of this file.
#[tokio::test(flavor = "multi_thread")]
async fn the_document_is_as_reviewed() {
    let site = Site::new();
    let document = site.get("/api/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!(document);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_path_that_the_page_uses_is_in_the_document() {
    let site = Site::new();
    let document = site.get("/api/openapi.json").await.json();
    let id = "{id}";
    for path in [
        route::health(),
        route::catalog(),
        route::runs(),
        route::estimate(),
        route::run(id),
        route::snapshot(id),
        route::cancel(id),
        route::repeat(id),
        route::events(id),
        route::examples(id),
        route::example(id, "{row}"),
        route::image(id, "{row}", "{point}", "{picture}"),
        route::curve(id),
        route::aligned(id),
        route::summary(id),
        route::chart(id, "{file}"),
        route::batch(id),
        route::batch_table(id, "csv"),
        route::batch_table(id, "md"),
        route::batch_table(id, "tex"),
        route::export(id, "json"),
        route::export(id, "csv"),
        route::export(id, "npz"),
        route::layers(id),
        route::curvature_fields(),
        route::curvature(id),
        route::curvature_estimate(id),
        route::curvature_job(id, "{job}"),
    ] {
        assert!(document["paths"].get(&path).is_some(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reference_of_the_document_leads_somewhere() {
    let site = Site::new();
    let document = site.get("/api/openapi.json").await.json();
    let text = document.to_string();
    for reference in text
        .split("\"$ref\":\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        assert!(document.pointer(reference).is_some(), "{reference}");
    }
}

/// E44: nothing of the documentation page comes from elsewhere, and nothing in it is inline.
#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_page_is_served_from_here() {
    let site = Site::new();
    let page = site.get("/api/docs/").await;
    assert_eq!(page.status, StatusCode::OK);
    let text = page.text();
    assert!(
        !text.contains("http://") && !text.contains("https://") && !text.contains("<style"),
        "{text}"
    );
    for tag in text.split("<script").skip(1) {
        assert!(
            tag.split('>').next().unwrap().contains("src="),
            "an inline script: {tag}"
        );
    }
    for file in [
        "swagger-ui.css",
        "index.css",
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
        "swagger-initializer.js",
    ] {
        assert_eq!(
            site.get(&format!("/api/docs/{file}")).await.status,
            StatusCode::OK,
            "{file}"
        );
    }
    assert!(
        site.get("/api/docs/swagger-initializer.js")
            .await
            .text()
            .contains("/api/openapi.json")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_are_served_as_markdown_and_as_html() {
    let site = Site::new();
    let list = site.get("/api/v1/definitions").await.json();
    let ids: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|page| page["id"].as_str().unwrap())
        .collect();
    assert!(
        ids.contains(&"valley") && ids.contains(&"kappa_tr"),
        "{ids:?}"
    );
    let page = site.get("/api/v1/definitions/valley").await;
    assert!(
        page.header("content-type").starts_with("text/markdown") && page.text().starts_with("# ")
    );
    let accept = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let page = site
        .ask(Method::GET, "/api/v1/definitions/valley", None, &accept)
        .await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().starts_with("<h1>The valley</h1>") && page.text().contains("<math"));
}

/// E3: a deep link gets the page, whatever it is; here, without a built frontend, it says so.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_the_page_are_not_the_apis() {
    let site = Site::new();
    let page = site.get("/runs/42?y=log").await;
    assert_eq!(
        (page.status, &page.json()["type"]),
        (
            StatusCode::SERVICE_UNAVAILABLE,
            &"/problems/no-frontend".into()
        )
    );
    site.finished(&spec("plain")).await;
}

/// Every value of the document with where it is.
fn everything<'a>(value: &'a Value, path: &str, look: &mut dyn FnMut(&str, &'a Value)) {
    look(path, value);
    match value {
        Value::Object(parts) => {
            for (key, part) in parts {
                everything(part, &format!("{path}/{key}"), look);
            }
        }
        Value::Array(parts) => {
            for (place, part) in parts.iter().enumerate() {
                everything(part, &format!("{path}/{place}"), look);
            }
        }
        _ => {}
    }
}

/// Every operation with what it is called.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap();
        methods
            .iter()
            .map(move |(method, operation)| (format!("{method} {path}"), operation))
    });
    all.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_properties_are_strings_and_no_body_is_a_list_of_its_bytes() {
    let site = Site::new();
    let document = site.get("/api/openapi.json").await.json();
    everything(&document, "", &mut |path, value| {
        if let Some(names) = value.get("propertyNames") {
            assert_eq!(names["type"], "string", "{path}");
        }
        if path.contains("/content/") && path.ends_with("/schema") {
            assert_ne!(value["items"]["type"], "integer", "{path}");
        }
    });
}

/// Failed before for every parameter that may be left out: a client made from the document sent `Last-Event-ID: null`.
#[tokio::test(flavor = "multi_thread")]
async fn no_parameter_can_be_null_or_a_number_without_an_end() {
    let site = Site::new();
    let document = site.get("/api/openapi.json").await.json();
    let mut seen = 0;
    for (name, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let schema = parameter["schema"].to_string();
            assert!(!schema.contains("\"null\""), "{name}: {parameter}");
            // Failed before: a row of 29 digits was refused although it was described.
            let ends = parameter["schema"]["maximum"].is_number();
            assert!(
                parameter["schema"]["type"] != "integer" || ends,
                "{name}: {parameter}"
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen} parameters");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_described_and_every_refusal_is_a_problem_document() {
    let site = Site::new();
    let document = site.get("/api/openapi.json").await.json();
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(&document) {
        // A client that is made from the document names its functions so.
        let id = operation["operationId"].as_str().unwrap();
        assert!(ids.insert(id), "{name}: another operation is called {id}");
        let answers = operation["responses"].as_object().unwrap();
        for (status, answer) in answers {
            let description = answer["description"].as_str().unwrap_or_default();
            assert!(!description.is_empty(), "{name} {status}");
            if status.as_str() >= "400" {
                let kinds: Vec<_> = answer["content"].as_object().unwrap().keys().collect();
                assert_eq!(kinds, ["application/problem+json"], "{name} {status}");
            }
        }
        let mut expected = vec!["400", "401", "500"];
        if operation.get("requestBody").is_some() {
            expected.extend(["413", "415", "422"]);
        }
        for status in expected {
            assert!(answers.contains_key(status), "{name} {status}");
        }
    }
}
