//! Networks of every family with drawn options, written as a state dict, are recognised with the same options, and by one family alone.

use super::hollow::hollow;
use super::*;
use crate::model::load::graph;
use crate::model::vit::heads;
use crate::model::{
    BnFreeResNetOptions, DeepResNetOptions, DenseNetLayout, DenseNetOptions, EfficientNetLayout,
    EfficientNetLiteOptions, Hidden, Layer, LayerNormVitOptions, LeNetOptions, MobileNetLayout,
    MobileNetOptions, PlainActivation, PlainConv, PlainLinear, PlainOptions, Pooling,
    PreActResNetOptions, ShuffleNetOptions, SmallCnnOptions, SqueezeNetOptions, Stage, Stem,
    VggOptions, VitActivation, VitOptions, Wanted, WideResNetOptions, recognise,
};
use crate::noise::{Noise, Purpose};

/// Draws options, always the same ones.
struct Dice(u64);

impl Dice {
    /// A number from `least` to `most`.
    fn number(&mut self, least: i64, most: i64) -> i64 {
        self.0 += 1;
        let drawn = Noise::new(7).stream(self.0, Purpose::Start).normal().abs() * 1e6;
        least + drawn as i64 % (most - least + 1)
    }

    fn flip(&mut self) -> bool {
        self.number(0, 1) == 1
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.number(0, of.len() as i64 - 1) as usize]
    }

    fn numbers<const N: usize>(&mut self, least: i64, most: i64) -> [i64; N] {
        [(); N].map(|()| self.number(least, most))
    }

    fn stem(&mut self) -> Stem {
        self.one(&[Stem::Small, Stem::Large])
    }
}

/// A member of a family, with the places of the namings that its files may have and the shape of its images.
type Drawn = (Architecture, Vec<usize>, [i64; 3]);

const COLOUR: [i64; 3] = [3, 32, 32];

fn draw(family: &str, dice: &mut Dice) -> Drawn {
    let all = |architecture: Architecture| {
        let namings = 0..architecture.namings().len();
        (architecture, namings.collect(), COLOUR)
    };
    match family {
        "resnet" => all(Architecture::ResNet(ResNetOptions {
            width: dice.number(2, 24),
            ..ResNetOptions::new(
                6 * dice.number(1, 5) + 2,
                dice.one(&[Shortcut::Both, Shortcut::After, Shortcut::Conv]),
            )
        })),
        "small_cnn" => {
            let first = dice.number(1, 2);
            let count = dice.number(1, 4);
            let layer = |place: i64| Layer {
                channels: dice.number(2, 40),
                kernel: dice.one(&[3, 5]),
                stride: if place == 0 { first } else { 2 },
            };
            let layers = (0..count).map(layer).collect();
            let hidden = dice.flip().then(|| Hidden {
                units: dice.number(2, 40),
                bound: dice.one(&[1.0, 0.6]),
            });
            all(Architecture::SmallCnn(SmallCnnOptions { layers, hidden }))
        }
        "bn_free_resnet" => {
            let count = dice.number(1, 3);
            let stage = |_| Stage {
                channels: dice.number(2, 24),
                blocks: dice.number(1, 3),
            };
            let stages = (0..count).map(stage).collect();
            all(Architecture::BnFreeResNet(BnFreeResNetOptions {
                stem: dice.number(2, 24),
                stages,
                hidden: dice.number(2, 99),
            }))
        }
        "vit" => {
            let width = 12 * dice.number(1, 8);
            all(Architecture::Vit(VitOptions {
                patch: dice.one(&[4, 8, 16]),
                width,
                depth: dice.number(1, 6),
                heads: dice.one(&heads(width)),
                hidden: dice.number(4, 99),
            }))
        }
        "lenet" => {
            let options = LeNetOptions {
                channels: dice.numbers(2, 40),
                kernel: dice.one(&[3, 5, 7]),
                hidden: dice.number(4, 300),
            };
            (Architecture::LeNet(options), vec![0], [1, 28, 28])
        }
        "deep_resnet" => {
            let bottleneck = dice.flip();
            let width = dice.number(2, 16);
            let groups = if bottleneck { dice.number(1, 4) } else { 1 };
            let inner = if bottleneck {
                groups * dice.number(1, 8)
            } else {
                width
            };
            let stem = dice.stem();
            all(Architecture::DeepResNet(DeepResNetOptions {
                pooled: stem == Stem::Small && dice.flip(),
                blocks: dice.numbers(1, 4),
                bottleneck,
                width,
                inner,
                groups,
                stem,
            }))
        }
        "preact_resnet" => all(Architecture::PreActResNet(PreActResNetOptions {
            blocks: dice.numbers(1, 4),
            bottleneck: dice.flip(),
            width: dice.number(2, 16),
            last_norm: dice.flip(),
            projects_normed: dice.flip(),
        })),
        "wide_resnet" => all(Architecture::WideResNet(WideResNetOptions {
            depth: 6 * dice.number(1, 5) + 4,
            widen: dice.number(1, 8),
        })),
        "vgg" => {
            let count = dice.number(3, 5);
            let stages = (0..count)
                .map(|_| (0..dice.number(1, 3)).map(|_| 0).collect::<Vec<i64>>())
                .collect::<Vec<_>>();
            let stages = stages
                .into_iter()
                .map(|stage| stage.iter().map(|_| dice.number(2, 40)).collect())
                .collect();
            let hidden = dice.flip().then(|| dice.number(8, 99));
            all(Architecture::Vgg(VggOptions {
                stages,
                batch_norm: dice.flip(),
                side: hidden.filter(|_| dice.flip()).map(|_| 7),
                hidden,
            }))
        }
        "densenet" => {
            let count = dice.number(2, 4);
            all(Architecture::DenseNet(DenseNetOptions {
                blocks: (0..count).map(|_| dice.number(1, 4)).collect(),
                growth: dice.number(2, 12),
                bottleneck: dice.number(2, 40),
                stem: dice.number(4, 24),
                layout: dice.one(&[DenseNetLayout::Torchvision, DenseNetLayout::Kuangliu]),
            }))
        }
        "shufflenet" => {
            let mut channels: [i64; 5] = dice.numbers(2, 20);
            channels[1..4]
                .iter_mut()
                .for_each(|channels| *channels *= 2);
            all(Architecture::ShuffleNet(ShuffleNetOptions {
                channels,
                blocks: dice.numbers(1, 4),
                stem: dice.stem(),
            }))
        }
        "squeezenet" => {
            let count = dice.number(1, 3);
            let modules = |dice: &mut Dice| {
                let many = dice.number(1, 3);
                (0..many).map(|_| dice.numbers(2, 12)).collect()
            };
            all(Architecture::SqueezeNet(SqueezeNetOptions {
                stem: [dice.number(2, 24), dice.one(&[3, 5, 7])],
                stages: (0..count).map(|_| modules(dice)).collect(),
            }))
        }
        "mobilenet" => {
            let layout = dice.one(&[MobileNetLayout::Torchvision, MobileNetLayout::Kuangliu]);
            let stem = match layout {
                MobileNetLayout::Torchvision => dice.stem(),
                MobileNetLayout::Kuangliu => Stem::Small,
            };
            all(Architecture::MobileNet(MobileNetOptions {
                first: dice.number(2, 16),
                stages: dice.numbers(2, 16),
                last: dice.number(8, 64),
                layout,
                stem,
            }))
        }
        "efficientnet_lite" => {
            let mut stages: [i64; 7] = dice.numbers(2, 16);
            // Where blocks are counted through, stages are told apart by their channels.
            for place in 1..7 {
                if stages[place] == stages[place - 1] {
                    stages[place] += 1;
                }
            }
            let options = EfficientNetLiteOptions {
                first: dice.number(2, 16),
                stages,
                blocks: dice.numbers(1, 3),
                last: dice.number(8, 64),
                layout: dice.one(&[EfficientNetLayout::Flat, EfficientNetLayout::Timm]),
                same: dice.flip(),
            };
            (
                Architecture::EfficientNetLite(options),
                vec![0],
                [3, 64, 64],
            )
        }
        "vit_layer_norm" => {
            let width = 12 * dice.number(1, 8);
            let naming = dice.number(0, 2) as usize;
            let class_token = naming > 0 || dice.flip();
            let mean = !class_token || (naming == 0 && dice.flip());
            let (norm_first, activation, epsilon) = match naming {
                2 => (
                    dice.flip(),
                    dice.one(&[VitActivation::Gelu, VitActivation::Relu]),
                    1e-5,
                ),
                _ => (true, VitActivation::Gelu, 1e-6),
            };
            let options = LayerNormVitOptions {
                patch: dice.one(&[4, 8, 16]),
                width,
                depth: dice.number(1, 6),
                heads: dice.one(&heads(width)),
                hidden: dice.number(4, 99),
                class_token,
                pooling: if mean { Pooling::Mean } else { Pooling::Class },
                norm_first,
                activation,
                epsilon,
            };
            (Architecture::LayerNormVit(options), vec![naming], COLOUR)
        }
        "plain" => (plain(dice), vec![0], COLOUR),
        other => panic!("no options are drawn for {other}"),
    }
}

/// A row as `nn.Sequential` numbers it: an activation behind each layer, and a flattening before the first linear one.
fn plain(dice: &mut Dice) -> Architecture {
    let (kernel, stride, padding) = dice.one(&[(4, 2, 1), (3, 1, 1), (5, 1, 2)]);
    let mut number = 0;
    let mut convolutions = Vec::new();
    for _ in 0..dice.number(0, 3) {
        convolutions.push(PlainConv {
            name: number.to_string(),
            channels: dice.number(2, 24),
            kernel,
            stride,
            padding,
            bias: true,
            norm: None,
            pool: None,
        });
        number += 2;
    }
    number += 1;
    let mut hidden = Vec::new();
    for _ in 0..dice.number(0, 2) {
        hidden.push(PlainLinear {
            name: number.to_string(),
            units: dice.number(4, 99),
            norm: None,
        });
        number += 2;
    }
    let activations = [
        PlainActivation::Relu,
        PlainActivation::Sigmoid,
        PlainActivation::Tanh,
    ];
    let nothing_between = convolutions.is_empty() && hidden.is_empty();
    let activation = match nothing_between {
        true => PlainActivation::Relu,
        false => dice.one(&activations),
    };
    Architecture::Plain(PlainOptions {
        convolutions,
        mean: false,
        hidden,
        head: number.to_string(),
        activation,
    })
}

#[test]
fn every_family_finds_its_drawn_members_again() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("drawn.safetensors");
    let mut dice = Dice(0);
    // A program is written in its file, and goes round in `programs` and `exchanged`; one of TorchScript is no weights file.
    let drawn = Architecture::FAMILIES.iter();
    for family in drawn.filter(|family| !["program", "torchscript"].contains(*family)) {
        for round in 0..50 {
            let (architecture, namings, input) = draw(family, &mut dice);
            let classes = dice.number(2, 30);
            let naming = &architecture.namings()[dice.one(&namings)];
            let names = (0..classes).map(|class| class.to_string()).collect();
            let card = library::card(
                "drawn",
                architecture.clone(),
                Normalisation::default(),
                input,
                names,
            );
            card.check().unwrap();
            let tensors = graph(&card).unwrap().tensors().into_iter();
            let tensors: Vec<_> = tensors
                .map(|(name, shape)| (naming.of(&name).into_owned(), shape))
                .collect();
            let sizes = |shape: &Vec<i64>| shape.iter().map(|size| size.unsigned_abs()).collect();
            let named = tensors.iter();
            hollow(
                &path,
                named.map(|(name, shape)| (name.as_str(), sizes(shape))),
            );
            let wanted = Wanted {
                input_shape: Some(input),
                ..Wanted::default()
            };
            let found = recognise(&path, &wanted);
            let found = found.unwrap_or_else(|error| panic!("{architecture:?}: {error}"));
            let keys: Vec<&str> = found
                .iter()
                .map(|one| one.architecture.family_key())
                .collect();
            assert!(
                keys.iter().all(|key| key == family),
                "{round}: {architecture:?} is {keys:?}"
            );
            let same = found.iter().find(|one| one.architecture == architecture);
            let same =
                same.unwrap_or_else(|| panic!("{round}: {architecture:?} is not among {found:?}"));
            assert_eq!(same.classes, classes, "{architecture:?}");
        }
    }
}
