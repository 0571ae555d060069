//! Folders under a model's name that would hold the server, fill its memory or write to its terminal.

use super::*;
use crate::error::Error;
use crate::file::tests::pipe;
use crate::model::{Layer, SmallCnnOptions, load_bytes};
use safetensors::tensor::{Dtype, TensorView};
use std::os::unix::fs::symlink;
use tch::{Device, Kind};

/// A network of `layers` convolutions with 1,024 channels, on pictures that it makes little work of.
fn wide(layers: usize) -> ModelCard {
    let layer = Layer {
        channels: 1024,
        kernel: 3,
        stride: 2,
    };
    let mut card = library::cifar10_card(
        "wide",
        Architecture::SmallCnn(SmallCnnOptions {
            layers: vec![layer; layers],
            hidden: None,
        }),
        Normalisation::default(),
    );
    card.input_shape = [3, 8, 8];
    card
}

/// A file of zeros with these tensors.
fn weights_of(tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let zeros = vec![0; 4 * 1024];
    let views = tensors.iter().map(|(name, shape)| {
        let size = 4 * shape.iter().product::<usize>();
        let view = TensorView::new(Dtype::F32, shape.to_vec(), &zeros[..size]);
        (*name, view.unwrap())
    });
    safetensors::serialize(views, None).unwrap()
}

/// The model `name` of a data directory, with whatever lies in its folder.
fn folder(data_dir: &Path, name: &str) -> PathBuf {
    let folder = data_dir.join("models").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn refusal(data_dir: &Path, name: &str) -> String {
    let opened = library::open(data_dir, name, Device::Cpu, Kind::Float);
    opened.map(drop).unwrap_err().to_string()
}

#[test]
fn pipes_and_devices_are_listed_with_what_they_are() {
    let place = tempfile::tempdir().unwrap();
    let card = wide(1).to_json().unwrap();
    pipe(&folder(place.path(), "pipe").join("model.json"));
    let zero = folder(place.path(), "zero");
    std::fs::write(zero.join("model.json"), &card).unwrap();
    symlink("/dev/zero", zero.join("model.safetensors")).unwrap();
    let both = folder(place.path(), "both");
    std::fs::write(both.join("model.json"), &card).unwrap();
    pipe(&both.join("model.safetensors"));
    let listed = library::list(place.path());
    let piped = listed.into_iter().find(|model| model.name == "pipe");
    let reason = piped.unwrap().card.unwrap_err().to_string();
    assert!(reason.contains("model.json: is a named pipe"), "{reason}");
    for (name, words) in [
        ("pipe", "is a named pipe"),
        ("zero", "model.safetensors: is a device"),
        ("both", "model.safetensors: is a named pipe"),
    ] {
        let text = refusal(place.path(), name);
        assert!(text.contains(words), "{name}: {text}");
    }
}

/// The peak of this process's memory in KiB, where the system tells it (Linux).
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[test]
fn a_network_larger_than_its_file_is_refused_before_it_takes_memory() {
    // The first tensors wake LibTorch up.
    let weights = weights_of(&[("head.bias", &[10])]);
    let small = wide(1).to_json().unwrap();
    assert!(load_bytes(&small, &weights, Device::Cpu, Kind::Float).is_err());
    let before = peak();
    let large = wide(32).to_json().unwrap();
    let error = load_bytes(&large, &weights, Device::Cpu, Kind::Float).map(drop);
    let text = error.unwrap_err().to_string();
    assert!(text.contains("missing: conv1.weight"), "{text}");
    if let Some((before, after)) = before.zip(peak()) {
        // The network would have 293 million numbers, 2.3 GB in f64.
        let grown = (after - before) >> 10;
        assert!(grown < 64, "{grown} MiB");
    }
}

#[test]
fn a_header_is_bounded_before_it_is_read() {
    let place = tempfile::tempdir().unwrap();
    let bomb = folder(place.path(), "bomb");
    std::fs::write(bomb.join("model.json"), wide(1).to_json().unwrap()).unwrap();
    let file = std::fs::File::create(bomb.join("model.safetensors")).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &(90u64 << 20).to_le_bytes(), 0).unwrap();
    file.set_len(100 << 20).unwrap();
    let text = refusal(place.path(), "bomb");
    assert!(text.contains("a header at most 8388608"), "{text}");
    file.set_len(1 << 40).unwrap();
    let text = refusal(place.path(), "bomb");
    assert!(text.contains("at most 1.1 GB are read"), "{text}");
}

#[test]
fn what_is_no_safetensors_file_is_called_what_it_is() {
    let card = wide(1).to_json().unwrap();
    for (content, words) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 1\n"[..],
            "a Git LFS pointer",
        ),
        (
            b"PK\x03\x04\0\0\0\0\0\0archive/data.pkl",
            "a zip archive, as torch.save",
        ),
        (
            b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M",
            "older versions of torch.save",
        ),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b"\x89HDF\r\n\x1a\n\0\0\0\0", "Keras"),
    ] {
        let error = load_bytes(&card, content, Device::Cpu, Kind::Float).map(drop);
        let error = error.unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(error, Error::Safetensors { .. }) && text.contains(words),
            "{text}"
        );
    }
}

#[test]
fn a_header_whose_length_looks_like_a_pickle_is_a_header() {
    // 0x0280 bytes of header begin with the two bytes of a pickle.
    let mut header = br#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#.to_vec();
    header.resize(0x280, b' ');
    let bytes = [&0x280u64.to_le_bytes()[..], &header, &[0; 4]].concat();
    let card = wide(1).to_json().unwrap();
    let loaded = load_bytes(&card, &bytes, Device::Cpu, Kind::Float).map(drop);
    let text = loaded.unwrap_err().to_string();
    assert!(text.contains("surplus: a"), "{text}");
}

#[test]
fn names_of_tensors_do_not_reach_a_terminal_as_commands() {
    let weights = weights_of(&[("evil\u{1b}[2J\u{1b}]0;title\u{7}\nerror: forged", &[1])]);
    let card = wide(1).to_json().unwrap();
    let loaded = load_bytes(&card, &weights, Device::Cpu, Kind::Float).map(drop);
    let text = loaded.unwrap_err().to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(text.contains(r"evil\u{1b}[2J"), "{text}");
    let card = card.replace("\"title\"", "\"\u{9b}2J\"");
    let text = ModelCard::parse(&card).unwrap_err().to_string();
    assert!(!text.contains(char::is_control), "{text:?}");
}
