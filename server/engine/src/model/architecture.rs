//! The list of families.

use super::family::{Family, Recognise};
use super::naming::Naming;
use super::tensors::Tensors;
use super::weights::Header;
use super::{
    BnFreeResNetOptions, DeepResNetOptions, DenseNetOptions, EfficientNetLiteOptions,
    LayerNormVitOptions, LeNetOptions, MobileNetOptions, PlainOptions, PreActResNetOptions,
    ProgramOptions, ResNetOptions, ShuffleNetOptions, SmallCnnOptions, SqueezeNetOptions,
    TorchScriptOptions, VggOptions, VitOptions, WideResNetOptions,
};
use serde::{Deserialize, Serialize};

/// A member that a file may be, as one naming shows it.
pub(super) struct Sighting {
    pub architecture: Architecture,
    pub classes: i64,
    /// The shape of image that its family was made for.
    pub input: [i64; 3],
}

macro_rules! families {
    ($($(#[$doc:meta])* $key:literal $variant:ident($options:ty),)*) => {
        /// The families of networks, each with its options.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub enum Architecture {
            $($(#[$doc])* #[serde(rename = $key)] $variant($options),)*
        }

        impl Architecture {
            /// The keys of all families.
            pub const FAMILIES: &'static [&'static str] = &[$($key),*];

            /// The family's key, as cards and commands say it.
            pub fn family_key(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $key,)*
                }
            }

            pub(super) fn family(&self) -> &dyn Family {
                match self {
                    $(Self::$variant(options) => options,)*
                }
            }

            /// The ways in which files name its layers.
            pub(super) fn namings(&self) -> &'static [Naming] {
                match self {
                    $(Self::$variant(_) => <$options>::NAMINGS,)*
                }
            }
        }

        /// Every member of every family that a file may be, by what its first look shows.
        pub(super) fn sightings(header: &Header) -> Vec<Sighting> {
            let mut all = Vec::new();
            $(
                for naming in <$options>::NAMINGS {
                    // What writes its operators down is nothing else, whatever its tensors are called.
                    if header.program().is_some() && $key != "program" {
                        continue;
                    }
                    for member in <$options>::recognise(&Tensors::new(header, naming)) {
                        all.push(Sighting {
                            input: member.options.input(),
                            architecture: Architecture::$variant(member.options),
                            classes: member.classes,
                        });
                    }
                }
            )*
            all
        }
    };
}

families! {
    /// The residual networks for CIFAR.
    "resnet" ResNet(ResNetOptions),
    /// Convolutions with ReLU, then one linear layer.
    "small_cnn" SmallCnn(SmallCnnOptions),
    /// The small residual networks without batch norm.
    "bn_free_resnet" BnFreeResNet(BnFreeResNetOptions),
    /// The small vision transformer with batch norm.
    "vit" Vit(VitOptions),
    /// Two convolutions and two linear layers.
    "lenet" LeNet(LeNetOptions),
    /// The residual networks of four stages.
    "deep_resnet" DeepResNet(DeepResNetOptions),
    /// Those whose norms come first.
    "preact_resnet" PreActResNet(PreActResNetOptions),
    /// The wide residual networks for CIFAR.
    "wide_resnet" WideResNet(WideResNetOptions),
    /// The plain deep networks of 3x3 convolutions.
    "vgg" Vgg(VggOptions),
    /// Networks in which every layer sees all before it.
    "densenet" DenseNet(DenseNetOptions),
    /// ShuffleNetV2.
    "shufflenet" ShuffleNet(ShuffleNetOptions),
    /// Fire modules, and pixels that are scored at the end.
    "squeezenet" SqueezeNet(SqueezeNetOptions),
    /// MobileNetV2.
    "mobilenet" MobileNet(MobileNetOptions),
    /// EfficientNet without gates.
    "efficientnet_lite" EfficientNetLite(EfficientNetLiteOptions),
    /// The vision transformer with layer norms.
    "vit_layer_norm" LayerNormVit(LayerNormVitOptions),
    /// Convolutions and linear layers in a row.
    "plain" Plain(PlainOptions),
    /// What a file writes down operator by operator.
    "program" Program(ProgramOptions),
    /// What is code, and has to be run.
    "torchscript" TorchScript(TorchScriptOptions),
}

impl Architecture {
    /// In words, as lists show it.
    pub fn describe(&self) -> String {
        self.family().describe()
    }
}
