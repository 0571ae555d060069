//! Networks that files write down whole, ONNX and `torch.export`, and data sets as folders: added by one command and used.

use crate::program::Program;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use valleyscope_tests::data;

/// A small network of zeros that the reader's own tests keep.
fn exported(name: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("exchange/tests/golden");
    tests.join(format!("{name}.pt2"))
}

#[test]
fn what_torch_export_wrote_is_added_and_its_layers_are_listed() {
    let program = Program::new();
    for name in [
        "residual-dynamic",
        "residual-fixed",
        "residual-decomposed",
        "transformer-dynamic",
    ] {
        let file = exported(name);
        let told = ["--normalisation", "none", "--name", name];
        let add = [&["models", "add", file.to_str().unwrap()][..], &told].concat();
        let output = program.run(&add);
        let words = [output.stdout.clone(), output.stderr.clone()].concat();
        let words = String::from_utf8_lossy(&words).into_owned();
        assert!(output.status.success(), "{name}: {output:?}");
        assert!(words.contains("every tensor accounted for"), "{words}");
        assert!(words.contains("torch.export"), "{words}");
        let output = program.run(&["models", "show", name]);
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            words.contains("conv2d") && words.contains("linear"),
            "{words}"
        );
        // What the file tells is not among what was assumed.
        assert!(!words.contains("epsilon"), "{words}");
    }
}

/// The accuracies that onnxruntime has on the same 400 images, of the normalisation that is right.
#[test]
fn public_onnx_files_have_the_accuracy_that_onnxruntime_has() {
    let (images, files) = (
        "datasets/cifar10/test_batch.first1017.bin",
        [
            ("onnx/cifar10-resnet_3b2-mixup-adv4.onnx", 324),
            ("onnx/cifar10-vit-ibp_3_3_8.onnx", 240),
        ],
    );
    let Some(root) = data::with([images, files[0].0, files[1].0]) else {
        return;
    };
    let program = Program::new();
    let images = root.join(images);
    let output = program.run(&["data", "add", "cifar10-test", images.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    for (place, (file, hits)) in files.into_iter().enumerate() {
        let file = root.join(file);
        let file = file.to_str().unwrap();
        let output = program.run(&["models", "add", file, "--images", "400", "--json"]);
        assert_eq!(output.status.code(), Some(4), "{file}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        let first = &found["candidates"][0];
        assert_eq!(first["family"], "program");
        assert_eq!(first["accuracy"]["hits"], hits, "{first:#}");
        let name = format!("onnx-{place}");
        let choose = ["--images", "400", "--choose", "1", "--name", &name];
        let output = program.run(&[&["models", "add", file][..], &choose].concat());
        assert!(output.status.success(), "{output:?}");
        let spec = json!({
            "model": name,
            "data": { "set": "cifar10-test", "count": 8 },
            "attack": { "pgd": { "epsilon": "4/255", "step_size": "1/255", "steps": 4 } },
        });
        let spec = program.write("run.json", &spec);
        let output = program.run(&["run", &spec, "--out", &program.path("result.json")]);
        assert!(output.status.success(), "{output:?}");
    }
}

/// Written by hand: a picture that grows bright to the right, and a black one, each of a class.
fn pictures(program: &Program) -> String {
    let folder = PathBuf::from(program.path("pictures"));
    for (class, step) in [("cat", 20), ("dog", 0)] {
        std::fs::create_dir_all(folder.join(class)).unwrap();
        let picture = image::RgbImage::from_fn(12, 8, |x, _| image::Rgb([step * x as u8; 3]));
        picture.save(folder.join(class).join("one.png")).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn a_folder_of_pictures_is_registered_resized_and_looked_at() {
    let program = Program::new();
    let folder = pictures(&program);
    let output = program.run(&[
        "data", "add", "pets", &folder, "--resize", "4", "--crop", "4",
    ]);
    assert!(output.status.success(), "{output:?}");
    let output = program.run(&["data", "show", "pets", "--with", "shapes-test", "--json"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["per_class"], json!([1, 1]));
    assert_eq!(found["constants"], json!([1]));
    assert_eq!(
        (&found["other"], &found["other_shape"]),
        (&json!("shapes-test"), &json!(true))
    );
    let output = program.run(&["data", "show", "pets"]);
    let words = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        words.contains("cat") && words.contains("1 of one colour: 1"),
        "{words}"
    );
    // A class less, and every label after it would be another's.
    std::fs::remove_dir_all(Path::new(&folder).join("cat")).unwrap();
    let output = program.run(&["data", "show", "pets"]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && words.contains("register it again"),
        "{words}"
    );
}

#[test]
fn what_is_said_of_files_has_to_fit_them() {
    let program = Program::new();
    let folder = pictures(&program);
    for (flags, words) in [
        (["--kind", "kmnist"], "only idx files have kinds"),
        (["--resize", "big"], "256 or 224x224 is right"),
        (["--split", "middle"], "train or test is right"),
        (
            ["--severity", "3"],
            "only CIFAR-10-C and CIFAR-100-C have severities",
        ),
    ] {
        let output = program.run(&[&["data", "add", "pets", &folder][..], &flags].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(words), "{said}");
    }
    let output = program.run(&["data", "fetch", "no-such"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("cifar100-c"),
        "{said}"
    );
}
