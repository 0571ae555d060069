//! Runs narrowed to some of their images, or to those that others have too.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use serde_json::json;

/// Failed before: of two compared runs each was over the images that the other has right, so the accuracies were over different ones.
#[tokio::test(flavor = "multi_thread")]
async fn the_images_that_all_have_are_the_same_for_every_number() {
    let site = Site::new();
    let mut wanted = [spec("plain"), spec("varied")];
    wanted[1]["data"]["first"] = json!(105);
    let [one, two] = [
        site.finished(&wanted[0]).await,
        site.finished(&wanted[1]).await,
    ];
    let mut counts = Vec::new();
    for (id, other) in [(&one, &two), (&two, &one)] {
        let pass = site
            .get(&format!("/api/v1/runs/{id}/subset?with={other}"))
            .await
            .json();
        let accuracy = &pass["summary"]["timeline"]["accuracy"][0];
        counts.push((
            accuracy["n"].clone(),
            pass["points"][0]["bands"][0][0].clone(),
        ));
    }
    // Of 105 to 119 those that the model "varied" has right, which are all but every seventh.
    let common = (105..120).filter(|index| index % 7 != 0).count();
    assert_eq!(counts[0], (json!(common), json!(common)));
    assert_eq!(counts[0], counts[1]);
    let query = format!("view=common%3Dyes%26with%3D{two}");
    let csv = site
        .get(&format!("/api/v1/runs/{one}/charts/accuracy.csv?{query}"))
        .await
        .text();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    let first = reader.records().next().unwrap().unwrap();
    let numbers = head.iter().zip(first.iter());
    let of: Vec<&str> = numbers
        .filter(|(name, _)| name.ends_with(", n"))
        .map(|(_, count)| count)
        .collect();
    assert!(of.len() >= 2, "{csv}");
    assert!(of.iter().all(|count| *count == common.to_string()), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subset_of_everything_is_the_run_itself_and_what_is_none_is_refused() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let whole = site
        .get(&format!("/api/v1/runs/{id}/snapshot"))
        .await
        .json();
    let all = site.get(&format!("/api/v1/runs/{id}/subset")).await.json();
    let known = &whole["state"]["passes"][0];
    assert_eq!(all["summary"], known["summary"]);
    let points = all["points"].as_array().unwrap();
    for (point, known) in points.iter().zip(known["points"].as_array().unwrap()) {
        assert_eq!(
            point["bands"].as_array().map(Vec::len),
            known["bands"].as_array().map(Vec::len)
        );
        assert_eq!(
            point["bands"][0][6], known["bands"][0][6],
            "the median of the first measure"
        );
    }
    let some = site
        .get(&format!("/api/v1/runs/{id}/subset?only=label.3"))
        .await
        .json();
    assert_eq!(some["summary"]["summary"]["begun"], 2);
    for wrong in [
        "only=label",
        "only=flip.5..2",
        "only=label.1,label.2",
        "with=nobody",
    ] {
        let reply = site.get(&format!("/api/v1/runs/{id}/subset?{wrong}")).await;
        let expected = match wrong {
            "with=nobody" => StatusCode::NOT_FOUND,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        assert_eq!(reply.status, expected, "{wrong}");
    }
}
