//! How large a network's work on one image is: what a description may ask of the machine.

use super::ModelCard;
use super::load::graph;
use crate::error::{self, Error, Result};
use crate::graph::Layer;

/// The most numbers of an image: three channels of 591x591 pixels.
const MOST_PIXELS: u64 = 1 << 20;

/// The most numbers that a layer may gather for one image, each output's inputs side by side; 1 GiB in f64.
const MOST_GATHERED: u64 = 1 << 27;

/// The most multiplications for one image, some seconds on one core; a ResNet-110 of ten times the paper's width has 2.6e10.
const MOST_MULTIPLICATIONS: u64 = 1 << 36;

/// The most numbers that all operators may give for one image together; 2 GiB in f64. A DenseNet-161 on 224x224 pixels gives 1.2e8.
const MOST_NUMBERS: u64 = 1 << 28;

/// Refuses a network that would take the machine's memory or its time by its description alone.
///
/// # Errors
/// [`Error::Card`] names the input's shape or the architecture, with the limit.
pub(super) fn check(card: &ModelCard) -> Result<()> {
    let refuse = |field, value, expected| {
        Err(Error::Card {
            field,
            value,
            expected,
        })
    };
    let pixels: u64 = card.input_shape.iter().map(|n| n.unsigned_abs()).product();
    if pixels > MOST_PIXELS {
        return refuse(
            "input_shape",
            format!("{:?}, {pixels} numbers", card.input_shape),
            format!("at most {MOST_PIXELS} numbers are right"),
        );
    }
    let layers = graph(card)?.layers();
    // Norms, sums and activations do little beside the others.
    let work = || layers.iter().map(|layer| layer.work);
    let most = work().map(|work| work.gathered).max().unwrap_or(0);
    if most > MOST_GATHERED {
        return refuse(
            "architecture",
            format!(
                "a network with a layer that needs {} for one image",
                error::bytes(most.saturating_mul(8))
            ),
            format!("at most {} are right", error::bytes(8 * MOST_GATHERED)),
        );
    }
    let work = work().fold(0u64, |sum, work| sum.saturating_add(work.multiply_adds));
    if work > MOST_MULTIPLICATIONS {
        return refuse(
            "architecture",
            format!("a network of {work} multiplications for one image"),
            format!("at most {MOST_MULTIPLICATIONS} are right"),
        );
    }
    let numbers = numbers(&layers);
    if numbers > MOST_NUMBERS {
        return refuse(
            "architecture",
            format!(
                "a network whose operators give {} for one image in all",
                error::bytes(numbers.saturating_mul(8))
            ),
            format!("at most {} are right", error::bytes(8 * MOST_NUMBERS)),
        );
    }
    Ok(())
}

/// How many numbers all operators give for one image: what is held at once where every value is read at the end, and what cheap
/// operators take time for.
fn numbers(layers: &[Layer]) -> u64 {
    let size = |shape: &[i64]| {
        let sides = shape.iter().map(|side| side.unsigned_abs());
        sides.fold(1, u64::saturating_mul)
    };
    let sizes = layers.iter().map(|layer| size(&layer.shape));
    sizes.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        Architecture, Layer as Convolution, Normalisation, ResNetOptions, Shortcut,
        SmallCnnOptions, VitOptions, library,
    };

    fn card(architecture: Architecture) -> ModelCard {
        library::cifar10_card("a network", architecture, Normalisation::default())
    }

    fn refusal(card: &ModelCard) -> String {
        check(card).unwrap_err().to_string()
    }

    #[test]
    fn multiplications_of_a_resnet_are_those_of_the_paper() {
        let net = card(Architecture::ResNet(ResNetOptions::new(20, Shortcut::Both)));
        let layers = graph(&net).unwrap().layers();
        let work: u64 = layers.iter().map(|layer| layer.work.multiply_adds).sum();
        // Two of the published 41 million are its additions; counters differ there.
        assert!((40_000_000..42_000_000).contains(&work), "{work}");
    }

    #[test]
    fn networks_of_public_size_are_computed() {
        let mut wide = ResNetOptions::new(110, Shortcut::Conv);
        wide.width = 160;
        for architecture in [
            Architecture::ResNet(wide),
            Architecture::Vit(VitOptions {
                patch: 1,
                width: 192,
                depth: 12,
                heads: 3,
                hidden: 768,
            }),
        ] {
            check(&card(architecture)).unwrap();
        }
    }

    #[test]
    fn a_description_cannot_take_the_machine() {
        let layer = Convolution {
            channels: 1024,
            kernel: 11,
            stride: 1,
        };
        let mut net = card(Architecture::SmallCnn(SmallCnnOptions {
            layers: vec![layer; 32],
            hidden: None,
        }));
        let text = refusal(&net);
        assert!(text.contains("multiplications"), "{text}");
        net.input_shape = [3, 512, 512];
        let text = refusal(&net);
        assert!(text.contains("a layer that needs"), "{text}");
        net.input_shape = [4096, 4096, 4096];
        let text = refusal(&net);
        assert!(text.contains("input_shape is [4096, 4096, 4096]"), "{text}");
    }
}
