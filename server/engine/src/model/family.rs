//! What a family of networks says of its members.

use super::modules::Modules;
use super::naming::{Naming, OWN};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::{Builder, Graph, Place};

/// A member of a family: its options.
pub(super) trait Family {
    /// In words, as lists show it: `ResNet-20, convolution shortcut`.
    fn describe(&self) -> String;

    /// Whether there is such a network, for images of this shape.
    ///
    /// # Errors
    /// [`Error::Card`](crate::error::Error::Card) names the option outside its limits.
    fn check(&self, input_shape: [i64; 3]) -> Result<()>;

    /// The network from the pixels, normalised, to the logits, with the family's own names.
    fn graph(&self, net: Builder, pixels: Place, classes: i64) -> Result<Graph>;

    /// The beginnings of names of layers that files hold and no forward pass takes.
    fn unused(&self) -> &'static [&'static str] {
        &[]
    }

    /// Whether the shape of an image and the ε of batch norms are known, as they are not of a network of which there are weights alone.
    fn tells_all(&self) -> bool {
        false
    }

    /// Options that leave no trace in a weights file.
    fn untold(&self) -> Vec<Untold> {
        Vec::new()
    }

    /// Whether the names of modules without parameters say that these options are others.
    ///
    /// A name that is not there says nothing: code may do the same without a module.
    fn contradicts(&self, _: &Modules<'_>) -> bool {
        false
    }
}

/// A family that finds its members in files.
pub(super) trait Recognise: Family + Sized {
    /// The ways in which files name its layers.
    const NAMINGS: &'static [Naming] = OWN;

    /// The shape of image that it was made for.
    const INPUT: [i64; 3];

    /// The members that a file with these tensors may be, the likeliest first; none where it is no such file.
    ///
    /// It looks at what tells them apart: whether every tensor fits is found out by building them.
    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>>;

    /// The shape of image that this member was made for.
    fn input(&self) -> [i64; 3] {
        Self::INPUT
    }
}

/// A member with the number of classes that its last layer tells apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member<F> {
    pub options: F,
    pub classes: i64,
}

impl<F> Member<F> {
    /// Some members with one number of classes.
    pub fn all(options: impl IntoIterator<Item = F>, classes: i64) -> Vec<Self> {
        let member = |options| Self { options, classes };
        options.into_iter().map(member).collect()
    }
}

/// Something that a weights file cannot tell, as it is assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untold {
    /// What it is: `shortcut`.
    pub name: &'static str,
    /// As options and commands say it: `both`.
    pub value: String,
    /// In words: `parameter-free shortcut, zero channels on both sides`.
    pub words: String,
}

impl Untold {
    /// With a value that speaks for itself.
    pub fn new(name: &'static str, value: impl ToString) -> Self {
        let value = value.to_string();
        Self {
            name,
            words: value.clone(),
            value,
        }
    }
}
