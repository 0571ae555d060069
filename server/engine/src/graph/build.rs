//! Writing a network down, operator by operator.

use super::op::{
    Add, Attention, BatchNorm, Clamp, Concat, Constant, Conv2d, Cut, Flatten, Linear, MeanTokens,
    Normalise, Op, Pad, Pair, PoolMax, PoolMean, RectifiedScores, Relu, Slice, Tanh, Tokens,
};
use super::{Graph, Node, Shape};
use crate::error::{Error, Result};
use crate::model::Normalisation;
use std::collections::BTreeSet;

/// A value in a network that is being written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place(usize);

/// A network that is being written down.
///
/// Shapes follow from those of the input, so a convolution is said by what it gives alone.
#[derive(Debug)]
pub struct Builder {
    nodes: Vec<Node>,
    names: BTreeSet<String>,
}

impl Builder {
    /// Begins with pixels of this shape.
    pub fn new(input: [i64; 3]) -> (Self, Place) {
        let input = Node {
            name: "input".to_owned(),
            op: Op::Input,
            inputs: Vec::new(),
            shape: input.to_vec(),
            tensors: Vec::new(),
        };
        let names = BTreeSet::from([input.name.clone()]);
        let nodes = vec![input];
        (Self { nodes, names }, Place(0))
    }

    /// The shape of a value.
    pub fn shape(&self, of: Place) -> &Shape {
        &self.nodes[of.0].shape
    }

    /// The sizes of a picture.
    ///
    /// # Errors
    /// [`Error::Graph`] when the value is none.
    pub fn picture(&self, of: Place) -> Result<[i64; 3]> {
        let shape = self.shape(of).as_slice();
        shape.try_into().map_err(|_| Error::Graph {
            node: self.nodes[of.0].name.clone(),
            reason: format!("gives {shape:?}, not channels, height and width"),
        })
    }

    /// Adds an operator under a name that no other has.
    ///
    /// # Errors
    /// [`Error::Graph`] names the operator that cannot take what it is given.
    pub fn add(&mut self, name: &str, op: Op, inputs: &[Place]) -> Result<Place> {
        let refuse = |reason: String| Error::Graph {
            node: name.to_owned(),
            reason,
        };
        if !self.names.insert(name.to_owned()) {
            return Err(refuse("is there twice".to_owned()));
        }
        let shapes: Vec<&[i64]> = inputs
            .iter()
            .map(|place| self.shape(*place).as_slice())
            .collect();
        let shape = match op.operator() {
            None => return Err(refuse("a network has one input".to_owned())),
            Some(operator) => operator.shape(&shapes).map_err(refuse)?,
        };
        self.nodes.push(Node {
            name: name.to_owned(),
            op,
            inputs: inputs.iter().map(|place| place.0).collect(),
            shape,
            tensors: Vec::new(),
        });
        Ok(Place(self.nodes.len() - 1))
    }

    /// An operator of one value, called by its kind and its place.
    pub fn unnamed(&mut self, op: Op, inputs: &[Place]) -> Result<Place> {
        let kind = op.operator().map_or("input", |operator| operator.kind());
        let name = format!("{kind}_{}", self.nodes.len());
        self.add(&name, op, inputs)
    }

    /// `(x − mean) / std`; nothing where that changes nothing.
    pub fn normalise(&mut self, x: Place, by: &Normalisation) -> Result<Place> {
        let identity = by.mean.iter().all(|m| *m == 0.0) && by.std.iter().all(|s| *s == 1.0);
        if identity {
            return Ok(x);
        }
        let (mean, std) = (by.mean.clone(), by.std.clone());
        self.add("normalise", Op::Normalise(Normalise { mean, std }), &[x])
    }

    /// A convolution.
    pub fn conv(&mut self, name: &str, x: Place, op: Conv2d) -> Result<Place> {
        self.add(name, Op::Conv2d(op), &[x])
    }

    /// A convolution and the batch norm behind it.
    pub fn conv_norm(
        &mut self,
        [conv, norm]: [&str; 2],
        x: Place,
        op: Conv2d,
        epsilon: f64,
    ) -> Result<Place> {
        let x = self.conv(conv, x, op)?;
        self.batch_norm(norm, x, epsilon)
    }

    /// A batch norm with this ε.
    pub fn batch_norm(&mut self, name: &str, x: Place, epsilon: f64) -> Result<Place> {
        self.add(
            name,
            Op::BatchNorm(BatchNorm {
                epsilon,
                last: false,
            }),
            &[x],
        )
    }

    /// A batch norm whose channels are the last dimension.
    pub fn batch_norm_of_tokens(&mut self, name: &str, x: Place, epsilon: f64) -> Result<Place> {
        let last = true;
        self.add(name, Op::BatchNorm(BatchNorm { epsilon, last }), &[x])
    }

    /// Learned numbers, stored in one shape and used in another.
    pub fn constant(&mut self, name: &str, stored: &[i64], shape: &[i64]) -> Result<Place> {
        let (stored, shape) = (stored.to_vec(), shape.to_vec());
        self.add(name, Op::Constant(Constant { stored, shape }), &[])
    }

    /// Values one after another.
    pub fn concat(&mut self, values: &[Place]) -> Result<Place> {
        self.unnamed(Op::Concat(Concat::default()), values)
    }

    /// A picture's pixels as tokens.
    pub fn tokens(&mut self, x: Place) -> Result<Place> {
        self.unnamed(Op::Tokens(Tokens), &[x])
    }

    /// The tokens from a place on.
    pub fn tokens_from(&mut self, x: Place, from: i64) -> Result<Place> {
        let cut = Cut {
            dimension: 0,
            from,
            to: None,
            step: 1,
        };
        self.unnamed(Op::Slice(Slice { cuts: vec![cut] }), &[x])
    }

    /// The mean over tokens.
    pub fn mean_tokens(&mut self, x: Place) -> Result<Place> {
        self.unnamed(Op::MeanTokens(MeanTokens), &[x])
    }

    /// Attention of queries, keys and values.
    pub fn attention(&mut self, [query, key, value]: [Place; 3], heads: i64) -> Result<Place> {
        let op = Attention {
            heads,
            joined: false,
            scaled: false,
        };
        self.unnamed(Op::Attention(op), &[query, key, value])
    }

    /// A linear layer with a bias.
    pub fn linear(&mut self, name: &str, x: Place, out: i64) -> Result<Place> {
        self.add(name, Op::Linear(Linear { out, bias: true }), &[x])
    }

    pub fn relu(&mut self, x: Place) -> Result<Place> {
        self.unnamed(Op::Relu(Relu), &[x])
    }

    /// `min(max(x, 0), 6)`.
    pub fn relu6(&mut self, x: Place) -> Result<Place> {
        let six = Clamp {
            least: 0.0,
            most: 6.0,
        };
        self.unnamed(Op::Clamp(six), &[x])
    }

    /// `bound · tanh(x / bound)`.
    pub fn tanh(&mut self, x: Place, bound: f64) -> Result<Place> {
        self.unnamed(Op::Tanh(Tanh { bound }), &[x])
    }

    pub fn sum(&mut self, x: Place, y: Place) -> Result<Place> {
        self.unnamed(Op::Add(Add), &[x, y])
    }

    pub fn flatten(&mut self, x: Place) -> Result<Place> {
        self.unnamed(Op::Flatten(Flatten), &[x])
    }

    /// The largest of each `side` by `side` pixels.
    pub fn pool_max(&mut self, x: Place, side: i64) -> Result<Place> {
        let pool = PoolMax {
            kernel: Pair::both(side),
            stride: Pair::both(side),
            padding: Pair::both(0),
            dilation: Pair::one(),
            rest: false,
        };
        self.unnamed(Op::PoolMax(pool), &[x])
    }

    /// The mean of each channel.
    pub fn pool_mean(&mut self, x: Place) -> Result<Place> {
        self.unnamed(Op::PoolMean(PoolMean), &[x])
    }

    /// Every second pixel.
    pub fn every_second_pixel(&mut self, x: Place) -> Result<Place> {
        self.unnamed(Op::Slice(Slice::every_second_pixel()), &[x])
    }

    /// Channels of zeros before and after.
    pub fn pad(&mut self, x: Place, before: i64, after: i64) -> Result<Place> {
        self.unnamed(Op::Pad(Pad { before, after }), &[x])
    }

    /// Ends with the scores of every pixel, whose positive parts' means are the logits.
    ///
    /// # Errors
    /// [`Error::Graph`] when it takes no picture.
    pub fn rectified_head(mut self, name: &str, x: Place, classes: i64) -> Result<Graph> {
        let scores = RectifiedScores { out: classes };
        self.add(name, Op::RectifiedScores(scores), &[x])?;
        Ok(Graph { nodes: self.nodes })
    }

    /// Ends with the linear layer that gives the logits.
    ///
    /// # Errors
    /// [`Error::Graph`] when it takes more than one row of numbers.
    pub fn head(mut self, name: &str, x: Place, classes: i64) -> Result<Graph> {
        let features = self.shape(x).clone();
        self.linear(name, x, classes)?;
        match features.as_slice() {
            [_] => Ok(Graph { nodes: self.nodes }),
            other => Err(Error::Graph {
                node: name.to_owned(),
                reason: format!("the last layer takes one row of numbers, not {other:?}"),
            }),
        }
    }
}
