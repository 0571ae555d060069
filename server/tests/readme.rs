//! The README's commands for the program, from a folder with a blank in its name that is no git checkout.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::process::Command;

/// The README's blocks of commands.
fn blocks() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = std::fs::read_to_string(root.join("README.md")).unwrap();
    let parts = text.split("```sh\n").skip(1);
    let blocks = parts.map(|part| part.split("```").next().unwrap().to_owned());
    blocks.collect()
}

/// The block that holds a word.
fn block(word: &str) -> String {
    let mut found = blocks().into_iter().filter(|block| block.contains(word));
    found
        .next()
        .unwrap_or_else(|| panic!("no block of the README holds {word:?}"))
}

/// Runs a script as a user would in a fresh clone whose program is built.
fn shell(script: &str, folder: &Path) -> String {
    let built = folder.join("target/release");
    std::fs::create_dir_all(&built).unwrap();
    let program = built.join("valleyscope");
    if !program.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_valleyscope"), &program).unwrap();
    }
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("bash")
        .args(["-euc", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", built.display()))
        .env("VALLEYSCOPE_DATA", folder.join("my data"))
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{script}{}", text.concat());
    text.concat()
}

#[test]
fn a_run_from_the_command_line_works_as_the_readme_has_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a clone");
    shell(&block("--out result.json"), &folder);
    let result = std::fs::read_to_string(folder.join("result.json")).unwrap();
    let result: serde_json::Value = serde_json::from_str(&result).unwrap();
    assert_eq!(result["labels"].as_array().unwrap().len(), 128);
}

/// With files of one's own in the places that it names; the ResNet there is larger than what the project keeps.
#[test]
fn data_and_models_are_added_as_the_readme_has_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a clone");
    let given = folder.join("path/to");
    std::fs::create_dir_all(&given).unwrap();
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("engine/tests/golden/made");
    for (from, to) in [
        ("datasets/cifar10/test_batch.first8.bin", "test_batch.bin"),
        ("weights/resnet14-conv/model.safetensors", "checkpoint.pth"),
    ] {
        std::fs::copy(made.join(from), given.join(to)).unwrap();
    }
    // To show what a file may be is no success until somebody chooses.
    let command = |line: &str| {
        let line = line.split(" #").next().unwrap_or(line);
        let shows = line.contains("models add") && !line.contains("--choose");
        let ending = if shows { " || [ $? = 4 ]" } else { "" };
        format!("{line}{ending}")
    };
    let commands: Vec<String> = block("data add").lines().map(command).collect();
    let script = commands.join("\n") + "\nvalleyscope models list\nvalleyscope data list";
    let said = shell(&script, &folder);
    for name in ["checkpoint", "cifar10-test"] {
        assert!(said.contains(name), "{said}");
    }
}
