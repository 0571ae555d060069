//! The small vision transformer with batch norm instead of layer norm.
//!
//! Dosovitskiy and others, "An Image is Worth 16x16 Words", <https://arxiv.org/abs/2010.11929>; with
//! batch norms and the mean over the tokens as in the ViTs of Shi and others,
//! <https://arxiv.org/abs/2405.21063>, section 4, and of VNN-COMP 2023.

mod options;

pub use options::VitOptions;

use super::family::{Family, Member, Recognise, Untold};
use super::tensors::Tensors;
use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON, Pair};
use crate::graph::{Builder, Graph, Place};

impl Family for VitOptions {
    fn describe(&self) -> String {
        format!(
            "ViT with batch norm, depth {}, heads {}, patch {}",
            self.depth, self.heads, self.patch
        )
    }

    fn check(&self, input_shape: [i64; 3]) -> Result<()> {
        self.within_limits(input_shape)
    }

    /// The features are the mean of all tokens after the last norm.
    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let embedding = Embedding {
            patch: self.patch,
            width: self.width,
            names: ["proj", "cls", "pos"],
            ones: [0, 0],
            class_token: true,
        };
        let mut x = embedding.build(&mut net, x)?;
        for index in 0..self.depth {
            x = self.block(&mut net, x, &format!("blocks.{index}"))?;
        }
        let x = net.batch_norm_of_tokens("norm.bn", x, EPSILON)?;
        let features = net.mean_tokens(x)?;
        net.head("head", features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        vec![Untold::new("heads", self.heads)]
    }
}

impl Recognise for VitOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let (Some([width, _, patch, _]), Some([hidden, _])) = (
            tensors.sizes::<4>("proj.weight"),
            tensors.sizes::<2>("blocks.0.fc1.weight"),
        ) else {
            return Vec::new();
        };
        let depth = tensors.count(|block| format!("blocks.{block}.fc1.weight"));
        let options = |heads| Self {
            patch,
            width,
            depth,
            heads,
            hidden,
        };
        let members = heads(width).into_iter().map(options);
        Member::all(members, tensors.classes("head"))
    }
}

/// The patches of a picture as tokens, behind a class token where there is one, with their positions added.
pub(super) struct Embedding {
    pub patch: i64,
    pub width: i64,
    /// The names of the convolution, the class token and the positions.
    pub names: [&'static str; 3],
    /// The dimensions of one before the stored shapes of the latter two.
    pub ones: [usize; 2],
    pub class_token: bool,
}

impl Embedding {
    pub(super) fn build(&self, net: &mut Builder, x: Place) -> Result<Place> {
        let width = self.width;
        let [conv, class, positions] = self.names;
        let patches = Conv2d {
            padding: Pair::both(0),
            ..Conv2d::new(width, self.patch, self.patch).biased()
        };
        let x = net.conv(conv, x, patches)?;
        let mut x = net.tokens(x)?;
        let stored = |ones: usize, shape: &[i64]| [&vec![1; ones], shape].concat();
        if self.class_token {
            // The class token, then the patches row by row.
            let class = net.constant(class, &stored(self.ones[0], &[width]), &[1, width])?;
            x = net.concat(&[class, x])?;
        }
        let shape = net.shape(x).clone();
        let positions = net.constant(positions, &stored(self.ones[1], &shape), &shape)?;
        net.sum(x, positions)
    }
}

/// How many heads may share a width, the usual first: 64 numbers each, or as near to that as it goes, and at least 4.
pub(in crate::model) fn heads(width: i64) -> Vec<i64> {
    // A file may say any width; no network here has a larger one.
    if !(1..=4096).contains(&width) {
        return Vec::new();
    }
    let mut all: Vec<i64> = (1..=width / 4).filter(|heads| width % heads == 0).collect();
    all.sort_by_key(|heads| (width / heads - 64).abs());
    all.truncate(8);
    all
}

impl VitOptions {
    /// `y = x + attention(norm1(x))`, then `y + fc2(relu(fc1(norm2(y))))`.
    fn block(&self, net: &mut Builder, x: Place, prefix: &str) -> Result<Place> {
        let name = |part: &str| format!("{prefix}.{part}");
        let normed = net.batch_norm_of_tokens(&name("norm1.bn"), x, EPSILON)?;
        let mut part = |part: &str| net.linear(&name(part), normed, self.width);
        let parts = [part("attn.query")?, part("attn.key")?, part("attn.value")?];
        let mixed = net.attention(parts, self.heads)?;
        let mixed = net.linear(&name("attn.out"), mixed, self.width)?;
        let x = net.sum(x, mixed)?;
        let normed = net.batch_norm_of_tokens(&name("norm2.bn"), x, EPSILON)?;
        let hidden = net.linear(&name("fc1"), normed, self.hidden)?;
        let hidden = net.relu(hidden)?;
        let out = net.linear(&name("fc2"), hidden, self.width)?;
        net.sum(x, out)
    }
}
