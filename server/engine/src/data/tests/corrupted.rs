//! Corrupted pictures, of which a run chooses a corruption and a severity.

use super::super::{corrupted, files_of};
use super::*;
use crate::catalog;
use tempfile::TempDir;

/// An array of bytes as NumPy writes it.
fn npy(shape: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}\n");
    let length = (head.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\0", &length[..], head.as_bytes(), bytes].concat()
}

/// Two images of 4x4 pixels at five severities, under two corruptions, registered as `c`.
fn registered(options: &str) -> TempDir {
    let place = TempDir::new().unwrap();
    let folder = place.path().join("CIFAR-10-C");
    std::fs::create_dir(&folder).unwrap();
    for (name, step) in [("fog", 1), ("snow", 3)] {
        let bytes: Vec<u8> = (0..480u32)
            .map(|place| (place * step % 251) as u8)
            .collect();
        let array = npy("(10, 4, 4, 3)", &bytes);
        std::fs::write(folder.join(format!("{name}.npy")), array).unwrap();
    }
    let labels = npy("(10,)", &[3, 1, 3, 1, 3, 1, 3, 1, 3, 1]);
    std::fs::write(folder.join("labels.npy"), labels).unwrap();
    let options = serde_json::from_str(options).unwrap();
    register(place.path(), "c", &[folder], &options).unwrap();
    place
}

#[test]
fn a_run_chooses_of_a_set_that_was_registered_once() {
    for (own, count) in [
        (r#"{"corruption": "fog"}"#, 10),
        (r#"{"corruption": "fog", "severity": 1}"#, 2),
    ] {
        let place = registered(own);
        let open = |address: &str| open(place.path(), address).unwrap();
        let digests: Vec<String> = ["c", "c@snow", "c@fog/5", "c@snow/2", "c@/3"]
            .map(|address| open(address).digest().unwrap())
            .into();
        let once = |digest: &&String| digests.iter().filter(|own| own == digest).count() == 1;
        assert!(digests.iter().all(|digest| once(&digest)), "{digests:?}");
        assert_eq!(open("c").info().count, count);
        assert_eq!(open("c@snow").info().count, count);
        assert_eq!(open("c@snow/2").info().count, 2);
        assert_eq!(open("c@fog").digest().unwrap(), digests[0]);
        let files = files_of(place.path(), "c");
        assert!(files.len() > 3 && files_of(place.path(), "c@snow/2") == files);
    }
}

#[test]
fn what_there_is_not_is_refused_with_what_there_is() {
    let place = registered(r#"{"corruption": "fog", "severity": 1}"#);
    for (address, words) in [
        ("c@rain", "are fog, snow"),
        ("c@..", "are fog, snow"),
        ("c@fog/6", "1 to 5 is right"),
        ("c@fog/x", "1 to 5 is right"),
        ("shapes-test@fog", "only CIFAR-10-C"),
        ("nope@fog", "no data set"),
    ] {
        let refused = open(place.path(), address).err().unwrap().to_string();
        assert!(refused.contains(words), "{address}: {refused}");
    }
}

#[test]
fn the_catalogue_says_what_can_be_chosen() {
    let place = registered(r#"{"corruption": "fog", "severity": 1}"#);
    let sets = catalog::data_sets(place.path());
    let of = |id: &str| sets.iter().find(|set| set.id == id).unwrap();
    let choice = of("c").corrupted.as_ref().unwrap();
    assert_eq!(choice.corruptions, ["fog", "snow"]);
    assert_eq!(
        (choice.corruption.as_str(), choice.severity),
        ("fog", Some(1))
    );
    assert_eq!(of("shapes-test").corrupted, None);
    assert_eq!(corrupted(place.path(), "shapes-test").unwrap(), None);
}
