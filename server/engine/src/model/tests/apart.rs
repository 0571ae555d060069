//! Programs in a process that does other things too, as this one does.

use crate::catalog::{catalog, layers};
use crate::error::Error;
use crate::model::{Architecture, Normalisation, TorchScriptOptions, library, script};
use crate::origin::sha256;
use crate::run::EngineRunner;
use std::path::PathBuf;
use tch::{Device, Kind};
use valleyscope_shared::runner::{Cancel, Runner};
use valleyscope_shared::spec::RunSpec;

/// No program at all, and yet nobody looks.
const CONTENT: &[u8] = b"not even a file of PyTorch";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file.pt");
    std::fs::write(&file, CONTENT).unwrap();
    let options = TorchScriptOptions {
        sha256: sha256(CONTENT),
        weight: "fc.weight".to_owned(),
        bias: None,
        parameters: 7,
    };
    let architecture = Architecture::TorchScript(options);
    let card = library::cifar10_card("a program", architecture, Normalisation::default());
    library::add_program(folder.path(), "script", &file, &card).unwrap();
    folder
}

/// A process that has not said that it is there for nothing else runs no program, whichever way it comes to one.
#[test]
fn a_process_that_does_other_things_opens_no_program() {
    let folder = folder();
    let place = folder.path().join("models/script");
    let opened = library::open(folder.path(), "script", Device::Cpu, Kind::Float);
    assert!(matches!(opened, Err(Error::Apart)));
    let loaded = crate::model::load(&place, Device::Cpu, Kind::Float);
    assert!(matches!(loaded, Err(Error::Apart)));
    let looked = script::look(&place.join(library::PROGRAM), [3, 32, 32], None);
    assert!(matches!(looked, Err(Error::Apart)));
    let card = library::read_card(&place).unwrap();
    assert!(matches!(card.layers(), Err(Error::Apart)));
    let spec = r#"{"model": "script", "data": {"set": "shapes-test", "count": 2}, "attack": {"fgsm": {"epsilon": "8/255"}}}"#;
    let mut runner = EngineRunner {
        data_dir: folder.path().to_owned(),
        device: Device::Cpu,
    };
    let spec = RunSpec::from_json(spec).unwrap();
    let run = runner.run(&spec, &Cancel::default(), &mut |_| panic!("it runs"));
    assert!(run.unwrap_err().detail.contains("a program that runs"));
}

#[test]
fn it_is_listed_as_what_it_is_without_being_opened() {
    let folder = folder();
    let all = catalog(folder.path(), Device::Cpu);
    let model = all.model("script").unwrap();
    assert_eq!((model.problem.as_ref(), model.parameters), (None, 7));
    assert!(model.program.as_ref().unwrap().contains("executed"));
    assert!(model.architecture.contains("a program that runs"));
    assert_eq!(all.model("shapes-standard").unwrap().program, None);
    assert!(layers(folder.path(), "script").unwrap().is_empty());
    let (weights, _) = library::digests(folder.path(), "script").unwrap();
    assert_eq!(weights, sha256(CONTENT));
    assert!(library::is_program(folder.path(), "script"));
    assert!(!library::is_program(folder.path(), "shapes-standard"));
    let files: Vec<PathBuf> = library::files_of(folder.path(), "script");
    std::fs::remove_file(files.last().unwrap()).unwrap();
    let all = catalog(folder.path(), Device::Cpu);
    assert!(all.model("script").unwrap().problem.is_some());
}
