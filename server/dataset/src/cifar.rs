//! CIFAR-10 and CIFAR-100, Krizhevsky 2009, <https://www.cs.toronto.edu/~kriz/cifar.html>.

mod binary;
mod pickled;

pub(crate) use binary::{binary, which, why_neither};
pub(crate) use pickled::pickled;

use crate::classes;
use crate::error::many;
use crate::info::Info;
use crate::pixels::{Order, Part, Raw};
use crate::set::Set;

/// Numbers of one image: R, G and B planes.
const PIXELS: usize = 3 * 32 * 32;

const SHAPE: [usize; 3] = [3, 32, 32];

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cifar {
    Ten,
    Hundred,
}

impl Cifar {
    fn name(self) -> &'static str {
        match self {
            Self::Ten => "CIFAR-10",
            Self::Hundred => "CIFAR-100",
        }
    }

    fn classes(self) -> Vec<String> {
        match self {
            Self::Ten => classes::owned(&classes::CIFAR10),
            Self::Hundred => classes::owned(&classes::CIFAR100),
        }
    }

    fn info(self, count: usize) -> Info {
        let name = self.name();
        Info {
            title: format!("{name}, {}", many(count, "image")),
            count,
            shape: SHAPE,
            classes: self.classes(),
            source: format!(
                "{name} (Krizhevsky 2009), https://www.cs.toronto.edu/~kriz/cifar.html"
            ),
            notes: Vec::new(),
        }
    }
}

/// Pictures of planes, one after another in each part.
fn set(info: Info, labels: Vec<u32>, parts: Vec<Part>) -> Set {
    let (order, shape) = (Order::Planes, SHAPE);
    let images = Raw {
        parts,
        order,
        shape,
    };
    Set::new(info, labels, images)
}
