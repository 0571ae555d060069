//! What curvature is taken of, and within which bounds.

use crate::error::{Error, Result};
use crate::graph::{Perturbable, Weighted};
use valleyscope_shared::runner::Cancel;

/// Layers of a network whose weights vary together, and the memory that may be used.
pub struct Scope<'a> {
    /// The network.
    pub network: &'a Perturbable,
    /// The layers by their numbers in [`Perturbable::layers`], each once, in ascending order.
    pub layers: Vec<usize>,
    /// The most working memory, in bytes.
    pub memory: u64,
    /// Who watches.
    pub watch: &'a Watch<'a>,
}

impl<'a> Scope<'a> {
    /// Of layers by their names; all of them where none is named.
    ///
    /// # Errors
    /// [`Error::Unknown`] lists the layers there are, those with the most similar names first.
    pub fn new(
        network: &'a Perturbable,
        names: &[&str],
        memory: u64,
        watch: &'a Watch<'a>,
    ) -> Result<Self> {
        let all = network.layers();
        let mut layers = Vec::with_capacity(names.len());
        for name in names {
            let place = all.iter().position(|layer| layer.name == *name);
            layers.push(place.ok_or_else(|| unknown(all, name))?);
        }
        if names.is_empty() {
            layers.extend(0..all.len());
        }
        layers.sort_unstable();
        layers.dedup();
        Ok(Self {
            network,
            layers,
            memory,
            watch,
        })
    }

    /// The same of one of its layers.
    pub(super) fn only(&self, layer: usize) -> Self {
        Self {
            layers: vec![layer],
            ..*self
        }
    }

    /// A layer by its number in the network's list.
    pub(super) fn layer(&self, number: usize) -> &'a Weighted {
        &self.network.layers()[number]
    }

    /// How many numbers the weights have.
    pub(super) fn width(&self) -> u64 {
        let parameters = |number: &usize| self.layer(*number).parameters();
        self.layers.iter().map(parameters).sum()
    }

    /// Where each layer's numbers begin, and how many there are.
    pub(super) fn parts(&self) -> Vec<(i64, i64)> {
        let mut start = 0;
        let part = |number: &usize| {
            let count = self.layer(*number).parameters() as i64;
            start += count;
            (start - count, count)
        };
        self.layers.iter().map(part).collect()
    }

    /// What LibTorch said, and where it has no second derivative, of which operator.
    pub(super) fn explained(&self, error: Error) -> Error {
        let Error::Torch(fault) = &error else {
            return error;
        };
        if !fault.to_string().contains("derivative") {
            return error;
        }
        match self.network.without_second_derivative() {
            Some(node) => Error::Graph {
                node: node.to_owned(),
                reason: "has no second derivative in LibTorch, so the loss has no curvature that could be taken".to_owned(),
            },
            None => error,
        }
    }
}

/// Names nobody has, and those that come near.
fn unknown(all: &[Weighted], name: &str) -> Error {
    let alike = |other: &str| {
        let same = |(a, b): &(char, char)| a == b;
        let ahead = name.chars().zip(other.chars()).take_while(same).count();
        let behind = name.chars().rev().zip(other.chars().rev());
        ahead + behind.take_while(same).count()
    };
    let mut known: Vec<String> = all.iter().map(|layer| layer.name.clone()).collect();
    known.sort_by_key(|other| std::cmp::Reverse(alike(other)));
    Error::Unknown {
        kind: "layer with weights",
        name: name.to_owned(),
        known,
    }
}

/// How far a computation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done: `traces`, `products`.
    pub what: &'static str,
    /// How much of it is done.
    pub done: u64,
    /// How much there is at most.
    pub of: u64,
}

/// Who is told of progress, and may ask to stop.
pub struct Watch<'a> {
    cancel: Cancel,
    report: &'a dyn Fn(Progress),
}

impl<'a> Watch<'a> {
    /// With a flag that asks to stop, and what takes reports.
    pub fn new(cancel: &Cancel, report: &'a dyn Fn(Progress)) -> Self {
        Self {
            cancel: cancel.clone(),
            report,
        }
    }

    /// Reports, and stops where that was asked for.
    pub(super) fn at(&self, what: &'static str, done: u64, of: u64) -> Result<()> {
        (self.report)(Progress { what, done, of });
        match self.cancel.is_cancelled() {
            true => Err(Error::Cancelled),
            false => Ok(()),
        }
    }
}
