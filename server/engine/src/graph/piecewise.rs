//! Which operators are piecewise linear, and so bend nothing almost everywhere.

use super::op::{Function, Op};
use super::{Graph, Node};

impl Graph {
    /// Whether the logits, as a function of what a node computes, are linear almost everywhere.
    ///
    /// The second derivative of the logits in that node's weight is then zero, and the Hessian of the loss its Gauss-Newton part.
    pub(super) fn is_piecewise_linear_behind(&self, place: usize) -> bool {
        let mut depends = vec![false; self.nodes.len()];
        depends[place] = true;
        for (later, node) in self.nodes.iter().enumerate().skip(place + 1) {
            let inputs: Vec<bool> = node.inputs.iter().map(|input| depends[*input]).collect();
            depends[later] = inputs.contains(&true);
            if depends[later] && !is_piecewise_linear(node, &inputs) {
                return false;
            }
        }
        true
    }
}

/// Whether a node is piecewise linear in those of its inputs that vary.
fn is_piecewise_linear(node: &Node, varies: &[bool]) -> bool {
    match &node.op {
        Op::Input
        | Op::Add(_)
        | Op::Affine(_)
        | Op::BatchNorm(_)
        | Op::Border(_)
        | Op::Clamp(_)
        | Op::Concat(_)
        | Op::Constant(_)
        | Op::Conv2d(_)
        | Op::Expand(_)
        | Op::Flatten(_)
        | Op::Function(Function::Abs)
        | Op::Gather(_)
        | Op::LeakyRelu(_)
        | Op::Linear(_)
        | Op::Maximum(_)
        | Op::Mean(_)
        | Op::MeanTokens(_)
        | Op::Normalise(_)
        | Op::Pad(_)
        | Op::Permute(_)
        | Op::PoolAdaptive(_)
        | Op::PoolAverage(_)
        | Op::PoolMax(_)
        | Op::PoolMean(_)
        | Op::RectifiedScores(_)
        | Op::Relu(_)
        | Op::Reshape(_)
        | Op::Roll(_)
        | Op::Select(_)
        | Op::Shuffle(_)
        | Op::Slice(_)
        | Op::Sub(_)
        | Op::Surround(_)
        | Op::Tokens(_)
        | Op::Upsample(_) => true,
        // Bilinear: linear in each factor alone.
        Op::Mul(_) | Op::MatMul(_) => varies.iter().filter(|varies| **varies).count() == 1,
        Op::Div(_) => varies == [true, false],
        Op::Attention(_)
        | Op::Function(_)
        | Op::Gelu(_)
        | Op::GroupNorm(_)
        | Op::HardSwish(_)
        | Op::LayerNorm(_)
        | Op::Power(_)
        | Op::ScaledProduct(_)
        | Op::Sigmoid(_)
        | Op::Silu(_)
        | Op::Softmax(_)
        | Op::Tanh(_) => false,
    }
}
