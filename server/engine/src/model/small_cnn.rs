//! Convolutions with ReLU, the mean over the picture, one linear layer.
//!
//! The architecture of the embedded models: small enough to ship and to train on one core.

use super::family::{Family, Member, Recognise, Untold};
use super::tensors::Tensors;
use crate::error::{Error, Result};
use crate::graph::op::{Conv2d, EPSILON};
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// The convolutions from the image to the features.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallCnnOptions {
    pub layers: Vec<Layer>,
    /// A fully connected layer between the mean and the last layer; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<Hidden>,
}

/// `bound · tanh((V x + c) / bound)`: nearly linear for small values, and bounded, so that ‖φ‖² stays
/// below `units · bound²` however strong an attack is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hidden {
    pub units: i64,
    pub bound: f64,
}

/// One convolution followed by ReLU, padded with zeros by half its kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Output channels.
    pub channels: i64,
    /// Side of the kernel, odd.
    pub kernel: i64,
    pub stride: i64,
}

impl SmallCnnOptions {
    /// The same while it is trained, with a batch norm behind every convolution: training is then quick, and afterwards
    /// they are folded into the convolutions, so the finished model has none.
    pub(crate) fn training_graph(&self, net: Builder, x: Place, classes: i64) -> Result<Graph> {
        self.with(net, x, classes, |net, name, x, op| {
            let norm = format!("{name}.norm");
            net.conv_norm([name, &norm], x, op, EPSILON)
        })
    }

    fn with(
        &self,
        mut net: Builder,
        mut x: Place,
        classes: i64,
        convolve: impl Fn(&mut Builder, &str, Place, Conv2d) -> Result<Place>,
    ) -> Result<Graph> {
        for (index, layer) in self.layers.iter().enumerate() {
            let op = Conv2d::new(layer.channels, layer.kernel, layer.stride);
            x = convolve(&mut net, &format!("conv{}", index + 1), x, op)?;
            x = net.relu(x)?;
        }
        let mut features = net.pool_mean(x)?;
        if let Some(hidden) = &self.hidden {
            features = net.linear("hidden", features, hidden.units)?;
            features = net.tanh(features, hidden.bound)?;
        }
        net.head("head", features, classes)
    }
}

impl Family for SmallCnnOptions {
    fn describe(&self) -> String {
        let channels = self.layers.iter().map(|layer| layer.channels.to_string());
        let channels: Vec<String> = channels.collect();
        format!("CNN, convolutions {}", channels.join("-"))
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        let refuse = |value: String, expected: &str| {
            Err(Error::Card {
                field: "architecture.small_cnn.layers",
                value,
                expected: expected.to_owned(),
            })
        };
        if !(1..=32).contains(&self.layers.len()) {
            return refuse(
                format!("a list of {}", self.layers.len()),
                "1 to 32 layers are right",
            );
        }
        if let Some(hidden) = &self.hidden
            && !((1..=1024).contains(&hidden.units) && (1e-3..=1e3).contains(&hidden.bound))
        {
            return Err(Error::Card {
                field: "architecture.small_cnn.hidden",
                value: format!("{hidden:?}"),
                expected: "1 to 1024 units and a bound from 0.001 to 1000 are right".to_owned(),
            });
        }
        for layer in &self.layers {
            let fits = (1..=1024).contains(&layer.channels)
                && (1..=11).contains(&layer.kernel)
                && layer.kernel % 2 == 1
                && (1..=8).contains(&layer.stride);
            if !fits {
                return refuse(
                    format!("{layer:?}"),
                    "1 to 1024 channels, an odd kernel up to 11 and a stride from 1 to 8 are right",
                );
            }
        }
        Ok(())
    }

    /// Features are the last convolution's channels, each averaged over the picture, or the hidden layer's units.
    fn graph(&self, net: Builder, x: Place, classes: i64) -> Result<Graph> {
        self.with(net, x, classes, |net, name, x, op| {
            net.conv(name, x, op.biased())
        })
    }

    fn untold(&self) -> Vec<Untold> {
        let strides = self.layers.iter().map(|layer| layer.stride.to_string());
        let strides = strides.collect::<Vec<_>>().join(",");
        let mut untold = vec![Untold::new("strides", strides)];
        let bound = self.hidden.as_ref().map(|hidden| hidden.bound);
        untold.extend(bound.map(|bound| Untold::new("bound", bound)));
        untold
    }
}

impl Recognise for SmallCnnOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    /// Strides of 2, the first of them 1 perhaps, and the bounds of the embedded models: other ones have to be said in a card.
    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let sizes = |place: i64| tensors.sizes::<4>(&format!("conv{}.weight", place + 1));
        let shapes: Vec<[i64; 4]> = (0..).map_while(sizes).collect();
        if shapes.is_empty() || !tensors.has("head.weight") {
            return Vec::new();
        }
        let hidden = tensors.sizes::<2>("hidden.weight").map(|[units, _]| units);
        let bounds: &[f64] = match hidden {
            Some(_) => &[1.0, 0.6],
            None => &[1.0],
        };
        let member = |first: i64, bound: f64| {
            let layer = |(place, [channels, _, kernel, _]): (usize, &[i64; 4])| Layer {
                channels: *channels,
                kernel: *kernel,
                stride: if place == 0 { first } else { 2 },
            };
            Self {
                layers: shapes.iter().enumerate().map(layer).collect(),
                hidden: hidden.map(|units| Hidden { units, bound }),
            }
        };
        let firsts = [2, 1].into_iter();
        let all = firsts.flat_map(|first| bounds.iter().map(move |bound| member(first, *bound)));
        Member::all(all.collect::<Vec<_>>(), tensors.classes("head"))
    }
}
