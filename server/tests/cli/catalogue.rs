//! Models and data sets that cannot be used are listed with why, refused by name, and can be removed.

use crate::program::{Program, spec};
use serde_json::json;

#[test]
fn one_bad_entry_is_listed_refused_and_removed_and_the_rest_goes_on() {
    let program = Program::new();
    for folder in ["data/data", "data/models/half"] {
        std::fs::create_dir_all(program.path(folder)).unwrap();
    }
    std::fs::write(program.path("data/data/empty.json"), "").unwrap();
    std::fs::write(program.path("data/models/half/model.json"), "{").unwrap();
    let text = |arguments: &[&str]| {
        let output = program.run(arguments);
        let both = [output.stdout.as_slice(), &output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&both).into_owned(),
        )
    };
    for (kind, bad, good) in [
        ("data", "empty", "shapes-test"),
        ("models", "half", "shapes-standard"),
    ] {
        let (listed, words) = text(&[kind, "list"]);
        assert!(listed && words.contains(good), "{words}");
        assert!(
            words.contains(&format!("{bad}\tcannot be used: ")),
            "{words}"
        );
    }
    let mut wrong = spec(4, 2);
    wrong["data"]["set"] = json!("empty");
    wrong["model"] = json!("half");
    let path = program.write("wrong.json", &wrong);
    let (done, words) = text(&["run", &path, "--out", &program.path("result.json")]);
    assert!(!done, "{words}");
    assert!(
        words.contains("model: \"half\" cannot be used: "),
        "{words}"
    );
    assert!(
        words.contains("data.set: \"empty\" cannot be used: "),
        "{words}"
    );
    let server = program.serve(&[]);
    assert_eq!(server.status("GET /api/v1/catalog"), 200);
    assert_eq!(server.status("GET /api/v1/health"), 200);
    let id = server.create(&spec(4, 2));
    assert_eq!(crate::resume::ended(&server, &id)["phase"], "finished");
    for (kind, bad) in [("data", "empty"), ("models", "half")] {
        assert!(text(&[kind, "remove", bad]).0);
        let (again, words) = text(&[kind, "remove", bad]);
        assert!(!again && words.contains("known: shapes-"), "{words}");
        assert!(!text(&[kind, "list"]).1.contains(bad));
    }
    let (removed, words) = text(&["models", "remove", "shapes-standard"]);
    assert!(
        !removed && words.contains("comes with the program"),
        "{words}"
    );
}
