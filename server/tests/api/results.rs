//! Tables, curves, pictures and files agree with what was computed.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::io::Read;

/// The test engine's sharpness of example `index` at `point` of 6.
fn kappa(index: usize, point: usize) -> f64 {
    let flip = 1 + index % 5;
    10.0 * (-(point as f64 - flip as f64).powi(2)).exp() + if point >= flip { 0.0 } else { 1e-3 }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_exported_number_is_the_one_that_was_computed() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let export = site.get(&format!("/api/v1/runs/{id}/export.json")).await;
    assert!(export.header("content-disposition").contains(&id));
    let export = export.json();
    for key in [
        "spec",
        "made_by",
        "device",
        "seeds",
        "labels",
        "indices",
        "points",
        "summary",
        "timeline",
        "trajectory",
    ] {
        assert!(!export[key].is_null(), "{key}");
    }
    assert_eq!(export["points"], json!(["clean", "1", "2", "3", "4", "5"]));
    assert_eq!(export["indices"], json!((100..120).collect::<Vec<_>>()));
    for point in 0..6 {
        for row in 0..20 {
            assert_eq!(
                export["trajectory"]["kappa_tr"][point][row],
                kappa(100 + row, point)
            );
        }
        let entropy = &export["trajectory"]["entropy"][point][3];
        assert_eq!(entropy == "nan", point == 1, "{entropy}");
    }
    let text = site
        .get(&format!("/api/v1/runs/{id}/export.csv"))
        .await
        .text();
    // Failed before: settings in comment lines, which `pd.read_csv(url)` without options takes for the header.
    assert!(
        text.starts_with("model,data,attack,seed,epsilon,row,"),
        "{text:.80}"
    );
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), 120);
    for line in &lines {
        let number = |name: &str| line[column(name)].parse::<f64>().unwrap();
        assert!(
            line[column("pred")].parse::<u32>().is_ok(),
            "a class is a whole number"
        );
        assert_eq!(
            number("kappa_tr"),
            kappa(number("index") as usize, number("step") as usize)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numpy_files_hold_arrays_and_a_header() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let bytes = site
        .get(&format!("/api/v1/runs/{id}/export.npz"))
        .await
        .body;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    };
    // Failed before: the header was a file that is no array, which `np.load` gives back as bytes.
    let header = part("header.npy");
    let text = header.split(|byte| *byte == b'\n').next().unwrap().len() + 1;
    let (letters, _) = header[text..].as_chunks::<4>();
    let letters = letters.iter().map(|letter| u32::from_le_bytes(*letter));
    let header: String = letters.filter_map(char::from_u32).collect();
    let header: Value = serde_json::from_str(&header).unwrap();
    assert_eq!(header["spec"]["model"], "plain");
    let array = part("kappa_tr.npy");
    assert_eq!(&array[..8], b"\x93NUMPY\x01\x00");
    let length = usize::from(u16::from_le_bytes([array[8], array[9]]));
    assert_eq!((10 + length) % 64, 0);
    let head = String::from_utf8(array[10..10 + length].to_vec()).unwrap();
    assert!(
        head.contains("'<f8'") && head.contains("(1,6,20,)"),
        "{head}"
    );
    let (values, _) = array[10 + length..].as_chunks::<8>();
    assert_eq!(values.len(), 120);
    for (i, value) in values.iter().enumerate() {
        assert_eq!(f64::from_le_bytes(*value), kappa(100 + i % 20, i / 20));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_examples_sorts_and_pages() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let (mut flips, mut address) = (Vec::new(), "?sort=first_flip&desc=true&limit=7".to_owned());
    loop {
        let page = site
            .get(&format!("/api/v1/runs/{id}/examples{address}"))
            .await
            .json();
        assert_eq!(page["begun"], 20);
        flips.extend(
            page["examples"]
                .as_array()
                .unwrap()
                .iter()
                .map(|path| path["first_flip"].as_u64().unwrap()),
        );
        match page["next"].as_str() {
            Some(next) => address = format!("?sort=first_flip&desc=true&limit=7&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(flips.len(), 20);
    assert!(flips.is_sorted_by(|a, b| a >= b), "{flips:?}");
    let detail = site
        .get(&format!("/api/v1/runs/{id}/examples/3"))
        .await
        .json();
    assert_eq!(
        (&detail["path"]["index"], &detail["kept"]),
        (&json!(103), &json!(true))
    );
    assert_eq!(
        detail["curves"]["kappa_tr"],
        json!((0..6).map(|point| kappa(103, point)).collect::<Vec<_>>())
    );
    let sum: f64 = detail["probabilities"][2]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_f64().unwrap())
        .sum();
    // Ten rounded numbers in [0, 1] add up to 1 within ten units in the last place.
    assert!((sum - 1.0).abs() < 10.0 * f64::EPSILON);
    assert_eq!(
        site.get(&format!("/api/v1/runs/{id}/examples/15"))
            .await
            .json()["kept"],
        false
    );
    assert_eq!(
        site.get(&format!("/api/v1/runs/{id}/examples/20"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn curves_agree_with_the_log_and_change_with_the_population() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let ask = async |path: &str| site.get(&format!("/api/v1/runs/{id}/{path}")).await.json();
    let bands = ask("bands").await;
    let place = valleyscope_shared::measure::Measure::KappaTr.place();
    let snapshot = ask("snapshot").await;
    for point in 0..6 {
        // The log has eight significant digits.
        let (whole, short) = (
            &bands["points"][point]["median"],
            &snapshot["state"]["passes"][0]["points"][point]["bands"][place][6],
        );
        assert!(
            (whole.as_f64().unwrap() / short.as_f64().unwrap() - 1.0).abs() < 1e-7,
            "{point}: {whole} {short}"
        );
    }
    assert_eq!(
        ask("summary").await["summary"],
        snapshot["state"]["passes"][0]["summary"]["summary"]
    );
    let aligned = ask("aligned?population=all").await;
    assert_eq!(
        (&aligned["population"], &aligned["flipped"]),
        (&json!("all"), &json!(20))
    );
    assert_eq!(
        ask("bands?measure=entropy&population=all").await["points"][1]["not_finite"],
        20
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_show_the_image_and_what_was_added() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let picture = async |path: &str| site.get(&format!("/api/v1/runs/{id}/images/{path}")).await;
    let pixels = |bytes: &[u8]| {
        image::load_from_memory(bytes)
            .unwrap()
            .into_rgb8()
            .into_raw()
    };
    let clean = picture("2/3/clean.png").await;
    assert_eq!(
        (clean.status, clean.header("content-type")),
        (StatusCode::OK, "image/png")
    );
    // The test engine's pixel i of row r is (i + r) / 255; PNG has the channels of a pixel together.
    let clean = pixels(&clean.body);
    assert_eq!(clean[..6], [2, 18, 34, 3, 19, 35]);
    let moved = pixels(&picture("2/3/adversarial.png").await.body);
    assert!(
        clean
            .iter()
            .zip(&moved)
            .all(|(clean, moved)| moved - clean == 8)
    );
    let difference = picture("2/3/difference.png").await;
    assert_eq!(
        difference.header("x-scale").parse::<f64>().unwrap(),
        255.0 / 8.0
    );
    assert!(pixels(&difference.body).iter().all(|pixel| *pixel == 255));
    assert!(
        pixels(&picture("2/0/difference.png").await.body)
            .iter()
            .all(|pixel| *pixel == 128)
    );
    let half = picture("2/3/difference.png?scale=15.9375").await;
    assert!(pixels(&half.body).iter().all(|pixel| *pixel == 128 + 64));
    let gone = picture("12/3/adversarial.png").await;
    assert_eq!(
        (gone.status, &gone.json()["type"]),
        (StatusCode::NOT_FOUND, &json!("/problems/not-kept"))
    );
    for nowhere in [
        "2/6/adversarial.png",
        "2/6/clean.png",
        "2/0/clean.png?pass=9",
        "15/0/clean.png?pass=9",
        "2/3/other.png",
        "x/3/clean.png",
        "2/3/clean.png/x",
    ] {
        assert!(picture(nowhere).await.status.is_client_error(), "{nowhere}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_seeds_are_several_passes() {
    let site = Site::new();
    let mut spec = spec("plain");
    spec["seed"] = json!([1, 2, 3]);
    spec["attack"]["pgd"]["random_start"] = json!(true);
    let id = site.finished(&spec).await;
    let export = site
        .get(&format!("/api/v1/runs/{id}/export.json"))
        .await
        .json();
    assert_eq!(
        (&export["seeds"], export["passes"].as_array().unwrap().len()),
        (&json!([1, 2, 3]), 3)
    );
    assert_eq!(export["points"][1], "start");
    assert_eq!(
        site.get(&format!("/api/v1/runs/{id}/summary?pass=2"))
            .await
            .json()["summary"]["seed"],
        3
    );
    assert_eq!(
        site.get(&format!("/api/v1/runs/{id}/images/0/1/clean.png?pass=2"))
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_is_a_resource_with_its_layers() {
    let site = Site::new();
    let model = site.get("/api/v1/models/plain").await.json();
    assert_eq!(model["model"]["id"], "plain");
    assert_eq!(model["layers"][0]["kind"], "linear");
    assert_eq!(model["multiply_adds"], 480);
    // One that cannot be used says why, without layers.
    let broken = site.get("/api/v1/models/broken").await.json();
    assert!(broken["model"]["problem"].is_string());
    assert_eq!(broken["layers"], json!([]));
    let none = site.get("/api/v1/models/nope").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    assert!(none.text().contains("nope"));
}
