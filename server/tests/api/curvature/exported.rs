//! Measures on demand in a run's files.

use super::*;
use crate::site::spec;
use std::io::{Cursor, Read};

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_a_run_have_the_values_of_its_jobs() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let file = |ending: &str| format!("/api/v1/runs/{id}/export.{ending}");
    let before = site.get(&file("json")).await.json();
    assert_eq!(before.get("curvature"), None);
    let csv = site.get(&file("csv")).await.text();

    let wanted = json!({ "measures": ["trace", "density"], "layers": "all", "examples": 3 });
    let number = asked(&site, &id, &wanted).await;
    ended(&site, &id, number).await;
    let mut after = site.get(&file("json")).await.json();
    let jobs = after.as_object_mut().unwrap().remove("curvature").unwrap();
    assert_eq!(after, before);
    assert_eq!(jobs[0]["job"], job(&site, &id, number).await);
    assert_eq!(jobs[0]["values"], values(&site, &id, number).await["rows"]);
    let brief = site.get(&(file("json") + "?brief=true")).await.json();
    assert_eq!(brief["curvature"][0].get("values"), None);
    assert_eq!(site.get(&file("csv")).await.text(), csv);

    let npz = site.get(&file("npz")).await.body;
    let mut archive = zip::ZipArchive::new(Cursor::new(npz)).unwrap();
    let mut array = |name: &str| {
        let mut bytes = Vec::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_end(&mut bytes).unwrap();
        let head = usize::from(u16::from_le_bytes([bytes[8], bytes[9]])) + 10;
        let text = String::from_utf8_lossy(&bytes[10..head]).into_owned();
        let (numbers, _) = bytes[head..].as_chunks::<8>();
        let numbers: Vec<f64> = numbers.iter().map(|one| f64::from_le_bytes(*one)).collect();
        (text, numbers)
    };
    let (head, numbers) = array("curvature_1.npy");
    assert!(head.contains("'shape': (2,6,3,)"), "{head}");
    // The second layer at the clean point, then at step 1, where only the first image flips.
    assert_eq!(numbers[18..21], [1100.0, 1101.0, 1102.0]);
    assert_eq!(numbers[21], 1100.01);
    assert!(numbers[22].is_nan());
    assert_eq!(array("curvature_1_error.npy").1[18], 11.0);
}
