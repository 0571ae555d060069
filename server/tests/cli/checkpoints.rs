//! Checkpoints as they are found: recognised, compared on images, added, and used.

use crate::program::Program;
use serde_json::Value;
use std::path::{Path, PathBuf};
use valleyscope_tests::data;

/// A file, what is right of what it does not tell, and its published accuracy on the 1,017 images.
struct Known {
    file: &'static str,
    family: &'static str,
    normalisation: &'static str,
    assumed: &'static [[&'static str; 2]],
    accuracy: f64,
}

/// Their first batch norm remembers the normalisation.
const WITH_NORMS: [Known; 7] = [
    Known {
        file: "cifar10-resnet20-akamaster/resnet20-12fca82f.th",
        family: "resnet",
        normalisation: "imagenet",
        assumed: &[["shortcut", "both"]],
        accuracy: 0.9164,
    },
    Known {
        file: "cifar10-resnet20-std-fanghenshao/CIFAR10-resnet20.pth",
        family: "resnet",
        normalisation: "none",
        assumed: &[["shortcut", "after"]],
        accuracy: 0.9292,
    },
    Known {
        file: "cifar10-resnet20-pgdat-fanghenshao/CIFAR10-resnet20-adv.pth",
        family: "resnet",
        normalisation: "none",
        assumed: &[["shortcut", "after"]],
        accuracy: 0.8830,
    },
    Known {
        file: "cifar10-resnet20-chenyaofo/cifar10_resnet20-4118986f.pt",
        family: "resnet",
        normalisation: "cifar10",
        assumed: &[],
        accuracy: 0.9263,
    },
    Known {
        file: "cifar10-resnet56-akamaster/resnet56-4bfd9763.th",
        family: "resnet",
        normalisation: "imagenet",
        assumed: &[["shortcut", "both"]],
        accuracy: 0.9272,
    },
    Known {
        file: "cifar10-shufflenetv2_x0_5-chenyaofo/cifar10_shufflenetv2_x0_5-1308b4e9.pt",
        family: "shufflenet",
        normalisation: "cifar10",
        assumed: &[["stem", "small"]],
        accuracy: 0.9046,
    },
    Known {
        file: "cifar10-vit-pgd_2_3_16/model.safetensors",
        family: "vit",
        normalisation: "cifar10",
        assumed: &[["heads", "3"]],
        accuracy: 0.6146,
    },
];

/// Those without one leave several normalisations open.
const WITHOUT: [Known; 3] = [
    Known {
        file: "cifar10-resnet4b-adv2-abcrown/resnet4b.pth",
        family: "bn_free_resnet",
        normalisation: "cifar10-std",
        assumed: &[],
        accuracy: 0.7729,
    },
    Known {
        file: "cifar10-cnn_a-mix-abcrown/cifar_cnn_a_mix.model",
        family: "plain",
        normalisation: "0.491372549,0.4823529412,0.4466666667/0.2470588235,0.2435294118,0.2615686275",
        assumed: &[["activation", "relu"]],
        accuracy: 0.7611,
    },
    Known {
        file: "cifar10-vit-p4d128L6-smmk47/vit_cifar10.pth",
        family: "vit_layer_norm",
        normalisation: "cifar10",
        assumed: &[["heads", "8"], ["activation", "relu"], ["norms", "last"]],
        accuracy: 0.7089,
    },
];

/// A place with CIFAR-10's images registered; nothing where the public data are not there.
fn cifar10() -> Option<(Program, PathBuf)> {
    let images = "datasets/cifar10/test_batch.first1017.bin";
    let folder = data::with([images])?;
    let program = Program::new();
    let path = folder.join(images);
    let output = program.run(&["data", "add", "cifar10-test", path.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    Some((program, folder))
}

/// What is understood of a file, as JSON, with the command's exit code.
fn understood(program: &Program, file: &Path, more: &[&str]) -> (Option<i32>, Value) {
    let fixed = ["models", "add", file.to_str().unwrap(), "--json"];
    let output = program.run(&[&fixed[..], more].concat());
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    let found = serde_json::from_slice(&output.stdout);
    (
        output.status.code(),
        found.unwrap_or_else(|_| panic!("{file:?}: {words}")),
    )
}

fn assumed<'a>(candidate: &'a Value, name: &str) -> &'a str {
    let all = candidate["assumptions"].as_array().unwrap();
    let found = all.iter().find(|one| one["name"] == name);
    found.map_or("", |one| one["value"].as_str().unwrap())
}

fn is_right(candidate: &Value, known: &Known) -> bool {
    let options = known.assumed.iter();
    candidate["family"] == known.family
        && assumed(candidate, "normalisation") == known.normalisation
        && options
            .clone()
            .all(|[name, value]| assumed(candidate, name) == *value)
}

/// A hundred images and the first norm are enough to find everything that a file does not tell.
#[test]
fn the_first_candidate_is_the_right_one_where_a_norm_remembers() {
    let Some((program, folder)) = cifar10() else {
        return;
    };
    // The deeper twin of one of them takes its time and tells nothing more.
    let known = WITH_NORMS.into_iter();
    for known in known.filter(|known| !known.file.contains("resnet56")) {
        let Some(folder) = data::with([&format!("weights/{}", known.file)]) else {
            return;
        };
        let file = folder.join("weights").join(known.file);
        let (code, found) = understood(&program, &file, &["--images", "128"]);
        assert_eq!(code, Some(4), "{}", known.file);
        let first = &found["candidates"][0];
        assert!(is_right(first, &known), "{}: {first:#}", known.file);
    }
    drop(folder);
}

/// A file of which nothing is left open is added at once, has the accuracy that was published, and runs.
#[test]
fn a_file_of_which_all_is_said_is_added_and_has_its_published_accuracy() {
    let Some((program, _)) = cifar10() else {
        return;
    };
    for (place, known) in WITH_NORMS.into_iter().chain(WITHOUT).enumerate() {
        let Some(folder) = data::with([&format!("weights/{}", known.file)]) else {
            return;
        };
        let file = folder.join("weights").join(known.file);
        let name = format!("model-{place}");
        let assumed = known.assumed.iter();
        let options: Vec<String> = assumed
            .flat_map(|[name, value]| ["--assume".to_owned(), format!("{name}={value}")])
            .collect();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        let told = [
            "--name",
            &name,
            "--normalisation",
            known.normalisation,
            "--images",
            "1017",
        ];
        let (code, found) = understood(&program, &file, &[&told[..], &options].concat());
        assert_eq!(code, Some(0), "{}: {found:#}", known.file);
        let share = found["candidates"][0]["accuracy"]["share"]
            .as_f64()
            .unwrap();
        assert!(
            (share - known.accuracy).abs() < 1e-3,
            "{}: {share}",
            known.file
        );
    }
    let spec = serde_json::json!({
        "model": "model-5",
        "data": { "set": "cifar10-test", "count": 8 },
        "attack": { "fgsm": { "epsilon": "2/255" } },
    });
    let spec = program.write("run.json", &spec);
    let output = program.run(&["run", &spec, "--out", &program.path("result.json")]);
    assert!(output.status.success(), "{output:?}");
}

/// What is known of these is that they are rows of layers; one is none, and is told why.
#[test]
fn certified_networks_are_recognised_and_a_masked_one_says_why_it_is_not() {
    let Some((program, _)) = cifar10() else {
        return;
    };
    for (file, parts) in [
        ("convex-cifar10-small-8px.pth", 3),
        ("oval-cifar10-base.pth", 1),
        ("eran-cifar10-conv-small-sigmoid.pth", 1),
    ] {
        let Some(folder) = data::with([&format!("checkpoints/{file}")]) else {
            return;
        };
        let path = folder.join("checkpoints").join(file);
        let (code, found) = understood(&program, &path, &["--images", "200"]);
        assert_eq!(code, Some(4), "{file}");
        let candidates = found["candidates"].as_array().unwrap();
        assert!(
            candidates.iter().all(|one| one["family"] == "plain"),
            "{file}"
        );
        let mut labels: Vec<&str> = candidates
            .iter()
            .map(|one| one["part"].as_str().unwrap())
            .collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), parts, "{file}: {labels:?}");
        // Chance is one in ten.
        let share = candidates[0]["accuracy"]["share"].as_f64().unwrap();
        assert!(share > 0.2, "{file}: {share}");
        if file.contains("sigmoid") {
            assert_eq!(assumed(&candidates[0], "activation"), "sigmoid");
        }
    }
    let Some(folder) = data::with(["checkpoints/abcrown-cifar10-wide-adv.pth"]) else {
        return;
    };
    let masked = folder.join("checkpoints/abcrown-cifar10-wide-adv.pth");
    let output = program.run(&["models", "add", masked.to_str().unwrap()]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(words.contains("linear_masked_relu1.bias"), "{words}");
}

/// Without images too: its shortcut averages, so it is the one with zeros after, and nothing of the other is offered.
#[test]
fn names_of_modules_leave_out_what_contradicts_them() {
    let program = Program::new();
    let file = "weights/cifar10-resnet20-std-fanghenshao/CIFAR10-resnet20.pth";
    let Some(folder) = data::with([file]) else {
        return;
    };
    let (_, found) = understood(&program, &folder.join(file), &[]);
    let candidates = found["candidates"].as_array().unwrap();
    let shortcuts = candidates.iter().map(|one| assumed(one, "shortcut"));
    assert!(
        candidates.len() > 1 && shortcuts.clone().all(|shortcut| shortcut == "after"),
        "{found:#}"
    );
}

#[test]
fn what_a_file_says_of_itself_is_kept_with_the_model() {
    let program = Program::new();
    let file = "checkpoints/cifar10-resnet20-kejeon.ckpt.pth";
    let Some(folder) = data::with([file]) else {
        return;
    };
    let told = ["--choose", "1", "--name", "mine", "--licence", "not stated"];
    let (code, _) = understood(&program, &folder.join(file), &told);
    assert_eq!(code, Some(0));
    let output = program.run(&["models", "show", "mine", "--json"]);
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(shown["model"]["licence"], "not stated");
    let facts = shown["about"]["facts"].as_array().unwrap();
    let says = |name: &str| facts.iter().find(|fact| fact["name"] == name);
    assert_eq!(says("acc").unwrap()["value"], "92.12");
    assert_eq!(says("epoch").unwrap()["value"], "195");
    let modules = says("modules without parameters").unwrap();
    assert_eq!(modules["value"], "shortcut (9)");
    let card = program.read("data/models/mine/model.json");
    assert_eq!(card["facts"]["acc"], "92.12");
}

/// Nothing of a file that is refused is left behind.
#[test]
fn a_refused_file_leaves_nothing_behind() {
    let program = Program::new();
    let file = program.path("runs.pt");
    std::fs::write(&file, b"\x80\x02cposix\nsystem\n(S'true'\ntR.").unwrap();
    let output = program.run(&["models", "add", &file]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && words.contains("calls posix.system"),
        "{words}"
    );
    let left = std::fs::read_dir(program.path("data/adding")).unwrap();
    assert_eq!(left.count(), 0);
    assert!(!std::path::Path::new(&program.path("data/models")).exists());
}
