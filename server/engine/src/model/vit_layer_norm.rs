//! The vision transformer with layer norms.
//!
//! Dosovitskiy and others, "An Image is Worth 16x16 Words", <https://arxiv.org/abs/2010.11929>; as in timm (DeiT too,
//! <https://arxiv.org/abs/2012.12877>), as in torchvision, and of PyTorch's own `TransformerEncoder`.

mod namings;
mod options;

pub use options::{LayerNormVitOptions, Pooling, VitActivation};

use super::family::{Family, Member, Recognise, Untold};
use super::modules::Modules;
use super::naming::Naming;
use super::tensors::Tensors;
use super::vit::{Embedding, heads};
use crate::error::Result;
use crate::graph::op::{Attention, Gelu, LayerNorm, Op, Relu, Select};
use crate::graph::{Builder, Graph, Place};

impl Family for LayerNormVitOptions {
    fn describe(&self) -> String {
        let order = match self.norm_first {
            true => "",
            false => ", norms last",
        };
        format!(
            "ViT, patch {}, width {}, depth {}, heads {}{order}, {}",
            self.patch,
            self.width,
            self.depth,
            self.heads,
            self.pooling.describe()
        )
    }

    fn check(&self, input_shape: [i64; 3]) -> Result<()> {
        self.within_limits(input_shape)
    }

    /// The features are what the last linear layer takes: the class token or the mean of the patches, normed.
    fn graph(&self, mut net: Builder, x: Place, classes: i64) -> Result<Graph> {
        let embedding = Embedding {
            patch: self.patch,
            width: self.width,
            names: ["patch_embed.proj", "cls_token", "pos_embed"],
            ones: [2, 1],
            class_token: self.class_token,
        };
        let mut x = embedding.build(&mut net, x)?;
        for index in 0..self.depth {
            x = self.block(&mut net, x, &format!("blocks.{index}"))?;
        }
        let features = match self.pooling {
            // Norms take each token by itself, so the one that is wanted is enough.
            Pooling::Class => {
                let x = net.unnamed(Op::Select(Select { place: 0 }), &[x])?;
                self.norm(&mut net, "norm", x)?
            }
            Pooling::Mean => {
                let x = match self.class_token {
                    true => net.tokens_from(x, 1)?,
                    false => x,
                };
                let x = net.mean_tokens(x)?;
                self.norm(&mut net, "fc_norm", x)?
            }
        };
        net.head("head", features, classes)
    }

    fn untold(&self) -> Vec<Untold> {
        let order = if self.norm_first { "first" } else { "last" };
        vec![
            Untold::new("heads", self.heads),
            Untold::new("activation", self.activation.key()),
            Untold::new("norms", order),
            Untold::new("layer-norm-epsilon", self.epsilon),
        ]
    }

    fn contradicts(&self, modules: &Modules<'_>) -> bool {
        modules.other_activation(self.activation.key())
    }
}

impl LayerNormVitOptions {
    fn norm(&self, net: &mut Builder, name: &str, x: Place) -> Result<Place> {
        let epsilon = self.epsilon;
        net.add(name, Op::LayerNorm(LayerNorm { epsilon }), &[x])
    }

    /// `y = x + attention(norm1(x))`, then `y + fc2(activation(fc1(norm2(y))))`; or with the norms behind the sums.
    fn block(&self, net: &mut Builder, x: Place, prefix: &str) -> Result<Place> {
        let name = |part: &str| format!("{prefix}.{part}");
        if !self.norm_first {
            let mixed = self.attention(net, x, prefix)?;
            let x = net.sum(x, mixed)?;
            let x = self.norm(net, &name("norm1"), x)?;
            let out = self.mlp(net, x, prefix)?;
            let x = net.sum(x, out)?;
            return self.norm(net, &name("norm2"), x);
        }
        let normed = self.norm(net, &name("norm1"), x)?;
        let mixed = self.attention(net, normed, prefix)?;
        let x = net.sum(x, mixed)?;
        let normed = self.norm(net, &name("norm2"), x)?;
        let out = self.mlp(net, normed, prefix)?;
        net.sum(x, out)
    }

    fn attention(&self, net: &mut Builder, x: Place, prefix: &str) -> Result<Place> {
        let qkv = net.linear(&format!("{prefix}.attn.qkv"), x, 3 * self.width)?;
        let op = Attention {
            heads: self.heads,
            joined: true,
            scaled: false,
        };
        let mixed = net.unnamed(Op::Attention(op), &[qkv])?;
        net.linear(&format!("{prefix}.attn.proj"), mixed, self.width)
    }

    fn mlp(&self, net: &mut Builder, x: Place, prefix: &str) -> Result<Place> {
        let x = net.linear(&format!("{prefix}.mlp.fc1"), x, self.hidden)?;
        let activation = match self.activation {
            VitActivation::Gelu => Op::Gelu(Gelu::default()),
            VitActivation::Relu => Op::Relu(Relu),
        };
        let x = net.unnamed(activation, &[x])?;
        net.linear(&format!("{prefix}.mlp.fc2"), x, self.width)
    }
}

impl Recognise for LayerNormVitOptions {
    const NAMINGS: &'static [Naming] = namings::ALL;

    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let (Some([width, _, patch, _]), Some([hidden, _])) = (
            tensors.sizes::<4>("patch_embed.proj.weight"),
            tensors.sizes::<2>("blocks.0.mlp.fc1.weight"),
        ) else {
            return Vec::new();
        };
        let depth = tensors.count(|block| format!("blocks.{block}.mlp.fc1.weight"));
        let mean = tensors.has("fc_norm.weight");
        let option = |heads, (norm_first, activation, epsilon)| Self {
            patch,
            width,
            depth,
            heads,
            hidden,
            class_token: tensors.has("cls_token"),
            pooling: if mean { Pooling::Mean } else { Pooling::Class },
            norm_first,
            activation,
            epsilon,
        };
        // timm and torchvision have one arrangement; PyTorch's encoder leaves it to whoever builds one.
        let published = [(true, VitActivation::Gelu, 1e-6)];
        let encoders = [
            (false, VitActivation::Relu, 1e-5),
            (false, VitActivation::Gelu, 1e-5),
            (true, VitActivation::Gelu, 1e-5),
            (true, VitActivation::Relu, 1e-5),
        ];
        let arrangements = match tensors.named_like("transformer.layers.0.linear1.weight") {
            true => &encoders[..],
            false => &published[..],
        };
        let all = arrangements.iter().flat_map(|arrangement| {
            let option = &option;
            heads(width)
                .into_iter()
                .map(move |heads| option(heads, *arrangement))
        });
        let all: Vec<Self> = all.collect();
        Member::all(all, tensors.classes("head"))
    }
}
