//! Adding models, and listing those that others put there.

use crate::program::Program;
use serde_json::{Map, Value, json};

/// A safetensors file of zeros with these tensors.
fn weights(tensors: &[(String, Vec<usize>)]) -> Vec<u8> {
    let mut header = Map::new();
    let mut end = 0;
    for (name, shape) in tensors {
        let begin = end;
        end += 4 * shape.iter().product::<usize>();
        let entry = json!({ "dtype": "F32", "shape": shape, "data_offsets": [begin, end] });
        header.insert(name.clone(), entry);
    }
    let header = serde_json::to_vec(&header).unwrap();
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], &header, &vec![0; end]].concat()
}

/// The tensors of a ResNet-8 as torch.compile and DataParallel name them.
fn resnet8() -> Vec<(String, Vec<usize>)> {
    let mut tensors = Vec::new();
    let mut layer = |convolution: String, norm: String, [out, input]: [usize; 2]| {
        tensors.push((format!("{convolution}.weight"), vec![out, input, 3, 3]));
        for part in ["weight", "bias", "running_mean", "running_var"] {
            tensors.push((format!("{norm}.{part}"), vec![out]));
        }
    };
    layer("conv1".into(), "bn1".into(), [16, 3]);
    for (stage, [from, to]) in [[16, 16], [16, 32], [32, 64]].into_iter().enumerate() {
        let prefix = format!("layer{}.0", stage + 1);
        layer(
            format!("{prefix}.conv1"),
            format!("{prefix}.bn1"),
            [to, from],
        );
        layer(format!("{prefix}.conv2"), format!("{prefix}.bn2"), [to, to]);
    }
    tensors.push(("linear.weight".into(), vec![10, 64]));
    tensors.push(("linear.bias".into(), vec![10]));
    let prefixed = |(name, shape)| (format!("module._orig_mod.{name}"), shape);
    tensors.into_iter().map(prefixed).collect()
}

fn add(program: &Program, file: &str, name: &str) -> (bool, String) {
    let output = program.run(&[
        "models",
        "add",
        file,
        "--name",
        name,
        "--assume",
        "shortcut=after",
        "--normalisation",
        "imagenet",
    ]);
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn adding_a_model_says_what_its_file_cannot_tell() {
    let program = Program::new();
    let file = program.path("resnet8.safetensors");
    std::fs::write(&file, weights(&resnet8())).unwrap();
    let (added, text) = add(&program, &file, "resnet8");
    assert!(added, "{text}");
    for words in [
        "mean 0.485, 0.456, 0.406; std 0.229, 0.224, 0.225",
        "parameter-free shortcut, zero channels after",
        "epsilon          0.00001",
        "airplane, automobile",
        "3 channels of 32x32 pixels",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_file_that_is_no_safetensors_file_is_called_what_it_is() {
    let program = Program::new();
    for (content, words) in [
        (
            &b"PK\x03\x04\x14\0\0\0\0\0archive/data.pkl"[..],
            "the zip archive cannot be read",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
            "git lfs pull",
        ),
    ] {
        let file = program.path("renamed.safetensors");
        std::fs::write(&file, content).unwrap();
        let (added, text) = add(&program, &file, "renamed");
        assert!(!added && text.contains(words), "{text}");
    }
}

#[test]
fn what_files_say_reaches_the_terminal_without_its_commands() {
    let program = Program::new();
    let file = program.path("evil.safetensors");
    let evil = "evil\u{1b}]0;title\u{7}\u{1b}[2J".to_owned();
    let tensors = [resnet8(), vec![(evil, vec![1])]].concat();
    std::fs::write(&file, weights(&tensors)).unwrap();
    let (added, said) = add(&program, &file, "evil");
    assert!(!added && said.contains(r"evil\u{1b}]0;"), "{said}");
    let folder = program.path("data/models/evil");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(format!("{folder}/model.json"), "{\"\u{9b}2J\": 1}").unwrap();
    std::fs::create_dir_all(program.path("data/data")).unwrap();
    let entry = json!({
        "format": "cifar10", "files": [],
        "info": { "id": "evil", "title": "\u{1b}[2J", "count": 1, "shape": [3, 32, 32], "classes": [], "source": "" },
    });
    program.write("data/data/evil.json", &entry);
    let listed = ["models", "data"].map(|what| {
        let output = program.run(&[what, "list"]);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    for text in listed.iter().chain([&said]) {
        let raw = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(text.contains("evil") && !text.contains(raw), "{text:?}");
    }
}

#[test]
fn a_models_folder_is_added_as_its_card_has_it() {
    let program = Program::new();
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../static/models/shapes-robust");
    let output = program.run(&["models", "add", folder.to_str().unwrap(), "--name", "mine"]);
    assert!(output.status.success(), "{output:?}");
    let card = |path: &std::path::Path| -> Value {
        serde_json::from_slice(&std::fs::read(path.join("model.json")).unwrap()).unwrap()
    };
    let kept = program.path("data/models/mine");
    assert_eq!(card(std::path::Path::new(&kept)), card(&folder));
    let empty = program.run(&["models", "add", &program.path("data"), "--name", "none"]);
    let words = String::from_utf8_lossy(&empty.stderr).into_owned();
    assert!(
        !empty.status.success() && words.contains("model.json is right"),
        "{words}"
    );
}

/// The same here and at a server, and it adds up.
#[test]
fn a_model_is_shown_with_its_layers() {
    let program = Program::new();
    let data = program.path("data");
    let show = |more: &[&str]| {
        let arguments = [
            &["models", "show", "shapes-standard", "--data-dir", &data],
            more,
        ]
        .concat();
        program.run(&arguments)
    };
    let text = String::from_utf8(show(&[]).stdout).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("conv1 "))
        .unwrap();
    assert!(
        line.contains("conv2d") && line.contains("24x16x16"),
        "{line}"
    );
    let here: Value = serde_json::from_slice(&show(&["--json"]).stdout).unwrap();
    let sum = |key: &str| -> u64 {
        let layers = here["layers"].as_array().unwrap().iter();
        layers.map(|layer| layer[key].as_u64().unwrap()).sum()
    };
    assert_eq!(
        sum("parameters"),
        here["model"]["parameters"].as_u64().unwrap()
    );
    assert_eq!(
        sum("multiply_adds"),
        here["multiply_adds"].as_u64().unwrap()
    );
    let server = program.serve(&[]);
    let there: Value = serde_json::from_str(&server.get("/api/v1/models/shapes-standard")).unwrap();
    assert_eq!(there, here);
    let unknown = program.run(&["models", "show", "nope", "--data-dir", &data]);
    let words = String::from_utf8(unknown.stderr).unwrap();
    assert!(!unknown.status.success());
    assert!(
        words.contains("nope") && words.contains("shapes-robust"),
        "{words}"
    );
}
