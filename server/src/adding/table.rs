//! Candidates as people and scripts see them.

use valleyscope_engine::model::propose::Proposal;
use valleyscope_shared::adding::{Assumption, Candidate};

/// The candidates in their order, numbered from 1.
pub fn candidates(proposals: &[Proposal]) -> Vec<Candidate> {
    (1..).zip(proposals).map(candidate).collect()
}

fn candidate((number, proposal): (u32, &Proposal)) -> Candidate {
    let (found, verdict) = (&proposal.found, proposal.verdict.as_ref());
    let assumption = |untold: valleyscope_engine::model::Untold| Assumption {
        name: untold.name.to_owned(),
        value: untold.value,
        words: untold.words,
    };
    Candidate {
        number,
        part: proposal.part.label.clone(),
        family: found.architecture.family_key().to_owned(),
        architecture: found.architecture.describe(),
        parameters: proposal.parameters,
        input_shape: found.input_shape.map(|size| size as usize).into(),
        classes: found.classes.unsigned_abs(),
        assumptions: proposal.untold().into_iter().map(assumption).collect(),
        accuracy: proposal.accuracy(),
        loss: verdict.map(|verdict| verdict.loss / verdict.images().max(1) as f64),
        divergence: verdict.and_then(|verdict| verdict.divergence),
        images: verdict.map_or(0, |verdict| verdict.images() as u64),
    }
}
