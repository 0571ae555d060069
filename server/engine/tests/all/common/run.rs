//! Whole runs on the embedded models, and what they hand out.

use std::path::PathBuf;
use valleyscope_engine::run::EngineRunner;
use valleyscope_shared::event::Frame;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::run::RunState;
use valleyscope_shared::runner::{Cancel, Output, Runner};
use valleyscope_shared::spec::RunSpec;

pub fn runner() -> EngineRunner {
    EngineRunner {
        data_dir: PathBuf::from("no-such-folder"),
        device: tch::Device::Cpu,
    }
}

pub fn spec(attack: &str, more: &str) -> RunSpec {
    let text = format!(
        r#"{{"model": "shapes-standard", "data": {{"set": "shapes-test", "count": 12}}, "attack": {attack}, "batch_size": 5 {more}}}"#
    );
    RunSpec::from_json(&text).unwrap()
}

pub fn outputs(spec: &RunSpec) -> Vec<Output> {
    let mut outputs = Vec::new();
    runner()
        .run(spec, &Cancel::default(), &mut |output| outputs.push(output))
        .unwrap();
    outputs
}

pub fn fold(outputs: &[Output]) -> RunState {
    let events = outputs.iter().filter_map(|output| match output {
        Output::Event(event) => Some(event.clone()),
        _ => None,
    });
    let frames: Vec<Frame> = events
        .zip(1..)
        .map(|(event, seq)| Frame {
            seq,
            at_ms: 0,
            event,
        })
        .collect();
    RunState::of(&frames)
}

/// The readings of every pass, put together from the blocks.
pub fn readings(outputs: &[Output]) -> Vec<Readings> {
    let state = fold(outputs);
    let started = state.started.as_ref().unwrap();
    let examples = outputs.iter().find_map(|output| match output {
        Output::Examples(examples) => Some(examples.clone()),
        _ => None,
    });
    let mut passes = started.tables(&examples.unwrap());
    for output in outputs {
        match output {
            Output::Block(block) => passes[block.pass].put(block),
            Output::Clean(clean) => passes[0].put_clean(clean),
            Output::Flip { pass, row, step } => passes[*pass].put_flip(*row, *step),
            Output::Ending { pass, row, ending } => passes[*pass].put_ending(*row, ending.clone()),
            _ => {}
        }
    }
    passes
}
