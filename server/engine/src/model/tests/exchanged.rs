//! Networks that files write down operator by operator compute what PyTorch and onnxruntime compute of them.

use super::known;
use super::twins::{FEW, Golden, compares, large, parameter};
use super::*;
use crate::model::program::translate;
use crate::model::{Found, Wanted, load_bytes, recognise};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use tch::{Device, Kind, Tensor};
use valleyscope_exchange::Program;
use valleyscope_tests::data;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// A weight that `golden/hollow_exports.py` left out: its file, its name, its shape, and the j of the formula.
type Weight = (String, String, Vec<usize>, usize);

/// The weights that an exported file is without.
fn order(hollow: &[u8]) -> Vec<Weight> {
    let mut archive = ZipArchive::new(Cursor::new(hollow)).unwrap();
    let mut order = String::new();
    let mut entry = archive.by_name("order.json").unwrap();
    entry.read_to_string(&mut order).unwrap();
    serde_json::from_str(&order).unwrap()
}

/// How many numbers these are.
fn count(order: &[Weight]) -> usize {
    let sizes = order
        .iter()
        .map(|(_, _, shape, _)| shape.iter().product::<usize>());
    sizes.sum()
}

/// An exported file with the weights that the formula gives, as f32.
fn filled(hollow: &[u8], order: &[Weight]) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(hollow)).unwrap();
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    // PyTorch stores without packing.
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).unwrap();
        let name = entry.name().unwrap().into_owned();
        if name == "order.json" {
            continue;
        }
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        made.start_file(name, stored).unwrap();
        made.write_all(&content).unwrap();
    }
    for (file, name, shape, j) in order {
        made.start_file(file, stored).unwrap();
        let numbers = parameter(*j, name, shape).into_iter();
        let bytes: Vec<u8> = numbers
            .flat_map(|number| (number as f32).to_le_bytes())
            .collect();
        made.write_all(&bytes).unwrap();
    }
    made.finish().unwrap().into_inner()
}

/// The only network of a program, and its weights.
fn kept(program: &Program) -> (Found, Vec<u8>) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("network.safetensors");
    translate(program).unwrap().write(&path).unwrap();
    let mut all = recognise(&path, &Wanted::default()).unwrap();
    assert_eq!(all.len(), 1);
    (all.remove(0), std::fs::read(path).unwrap())
}

#[test]
fn exported_networks_compute_what_pytorch_computes() {
    let mut seen = 0;
    for entry in std::fs::read_dir(data::golden("exported")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((name, _)) = file
            .strip_suffix(".pt2")
            .and_then(|stem| stem.rsplit_once('-'))
        else {
            continue;
        };
        let hollow = std::fs::read(&path).unwrap();
        let golden = std::fs::read_to_string(path.with_file_name(format!("{name}.json"))).unwrap();
        let golden: Golden = serde_json::from_str(&golden).unwrap();
        let order = order(&hollow);
        // Before the weights are made, which are gigabytes of some.
        if count(&order) > FEW && !large() {
            continue;
        }
        let program = Program::of_bytes(filled(&hollow, &order).into());
        let program = program.unwrap_or_else(|error| panic!("{file}: {error}"));
        let (found, weights) = kept(&program);
        assert_eq!(found.input_shape, golden.input, "{file}");
        let card = found.card(&file, Normalisation::default());
        compares(&file, &card.to_json().unwrap(), &weights, &golden);
        seen += 1;
    }
    // SqueezeNet, MobileNetV2, EfficientNet-B0, Wide ResNet and five files of two small transformers at least.
    let least = if large() { 20 } else { 9 };
    assert!(seen >= least, "{seen}");
}

#[derive(Deserialize)]
struct Run {
    input: [i64; 3],
    logits: Vec<f64>,
}

/// onnxruntime computes in f32: sums of some thousand products, tens of layers deep, differ by about 1e-5 of the largest.
#[test]
fn onnx_files_compute_what_onnxruntime_computes() {
    let golden = std::fs::read_to_string(data::golden("onnx/logits.json")).unwrap();
    let golden: BTreeMap<String, Run> = serde_json::from_str(&golden).unwrap();
    for (name, run) in golden {
        let file = format!("onnx/{name}");
        let Some(root) = data::with([file.as_str()]) else {
            return;
        };
        let program =
            Program::read(&root.join(&file)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (found, weights) = kept(&program);
        assert_eq!(found.input_shape, run.input, "{name}");
        let card = found
            .card(&name, Normalisation::default())
            .to_json()
            .unwrap();
        let count: i64 = run.input.iter().product();
        let pixels: Vec<f32> = (0..count)
            .map(|i| ((0.37 * i as f64 + 0.11).fract()) as f32)
            .collect();
        let x = Tensor::from_slice(&pixels).view([1, run.input[0], run.input[1], run.input[2]]);
        let expected = Tensor::from_slice(&run.logits);
        for kind in [Kind::Double, Kind::Float] {
            let loaded = load_bytes(&card, &weights, Device::Cpu, kind).unwrap();
            let logits = loaded
                .model
                .forward(&x)
                .unwrap()
                .logits
                .to_kind(Kind::Double)
                .view([-1]);
            let apart = known::largest(&(logits - &expected)) / known::largest(&expected).max(1.0);
            assert!(apart < 1e-4, "{name} {kind:?}: logits are {apart:e} apart");
        }
    }
}
