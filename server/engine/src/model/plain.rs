//! Convolutions and linear layers in a row: multilayer perceptrons, and the small networks of MNIST and of certified training.
//!
//! Such are the networks of Wong and Kolter, <https://arxiv.org/abs/1711.00851>, of ERAN, OVAL and `cnn_a` of α,β-CROWN, and
//! PyTorch's MNIST example: mostly written as `nn.Sequential`, whose numbers tell where activations stand and nothing else.

mod options;
mod read;

pub use options::{PlainActivation, PlainConv, PlainLinear, PlainOptions, PlainPool};

use super::family::{Family, Member, Recognise, Untold};
use super::modules::Modules;
use super::tensors::Tensors;
use super::vgg::VggOptions;
use crate::error::Result;
use crate::graph::op::{Conv2d, EPSILON, Op, Pair, PoolAverage, Relu, Sigmoid, Tanh};
use crate::graph::{Builder, Graph, Place};

impl Family for PlainOptions {
    fn describe(&self) -> String {
        let channels = self.convolutions.iter().map(|conv| conv.channels);
        let units = self.hidden.iter().map(|linear| linear.units);
        let list = |numbers: Vec<i64>| {
            let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
            numbers.join("-")
        };
        let [channels, units] = [channels.collect(), units.collect()].map(list);
        let activation = match self.activation {
            PlainActivation::Relu => "",
            PlainActivation::Sigmoid => ", sigmoid",
            PlainActivation::Tanh => ", tanh",
        };
        match (channels.is_empty(), units.is_empty()) {
            (true, true) => "linear classifier".to_owned(),
            (true, false) => format!("MLP, {units} units{activation}"),
            (false, true) => format!("CNN, convolutions {channels}{activation}"),
            (false, false) => format!("CNN, convolutions {channels}, {units} units{activation}"),
        }
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        self.within_limits()
    }

    /// The features are what the last linear layer takes.
    fn graph(&self, mut net: Builder, mut x: Place, classes: i64) -> Result<Graph> {
        for conv in &self.convolutions {
            let op = Conv2d {
                padding: Pair::both(conv.padding),
                bias: conv.bias,
                ..Conv2d::new(conv.channels, conv.kernel, conv.stride)
            };
            x = net.conv(&conv.name, x, op)?;
            if let Some(norm) = &conv.norm {
                x = net.batch_norm(norm, x, EPSILON)?;
            }
            x = self.activate(&mut net, x)?;
            x = match conv.pool {
                None => x,
                Some(PlainPool::Max) => net.pool_max(x, 2)?,
                Some(PlainPool::Average) => {
                    let pool = PoolAverage::plain(2, 2);
                    net.unnamed(Op::PoolAverage(pool), &[x])?
                }
            };
        }
        let mut x = match self.mean {
            true => net.pool_mean(x)?,
            false => net.flatten(x)?,
        };
        for linear in &self.hidden {
            x = net.linear(&linear.name, x, linear.units)?;
            if let Some(norm) = &linear.norm {
                x = net.batch_norm(norm, x, EPSILON)?;
            }
            x = self.activate(&mut net, x)?;
        }
        net.head(&self.head, x, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        let mut untold = Vec::new();
        if !(self.convolutions.is_empty() && self.hidden.is_empty()) {
            untold.push(Untold::new("activation", self.activation.key()));
        }
        if !self.convolutions.is_empty() {
            let of = |conv: &PlainConv| (conv.stride.to_string(), conv.padding.to_string());
            let (strides, paddings): (Vec<String>, Vec<String>) =
                self.convolutions.iter().map(of).unzip();
            untold.push(Untold::new("strides", strides.join(",")));
            untold.push(Untold::new("paddings", paddings.join(",")));
            let pools = self.convolutions.iter().map(|conv| match conv.pool {
                None => "none",
                Some(PlainPool::Max) => "max",
                Some(PlainPool::Average) => "average",
            });
            untold.push(Untold::new("pools", pools.collect::<Vec<_>>().join(",")));
        }
        untold
    }

    /// Where pools of one kind are named and none of the other, those are what it has.
    fn contradicts(&self, modules: &Modules<'_>) -> bool {
        let has = |pool| self.convolutions.iter().any(|conv| conv.pool == Some(pool));
        let [max, average] = [PlainPool::Max, PlainPool::Average].map(has);
        let pools = match (modules.max_pools(), modules.average_pools()) {
            (true, 0) => average || !max,
            // One may be the mean over the whole picture.
            (false, 2..) => max || !average,
            _ => false,
        };
        modules.other_activation(self.activation.key()) || pools
    }
}

impl PlainOptions {
    fn activate(&self, net: &mut Builder, x: Place) -> Result<Place> {
        let op = match self.activation {
            PlainActivation::Relu => Op::Relu(Relu),
            PlainActivation::Sigmoid => Op::Sigmoid(Sigmoid),
            PlainActivation::Tanh => Op::Tanh(Tanh { bound: 1.0 }),
        };
        net.unnamed(op, &[x])
    }
}

impl Recognise for PlainOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        // Rows of stages that end with pooling have a family of their own.
        if !VggOptions::recognise(tensors).is_empty() {
            return Vec::new();
        }
        read::members(tensors).unwrap_or_default()
    }
}
