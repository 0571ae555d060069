//! Labelled pictures as people have them on disk, read where they lie.
//!
//! A [`Set`] gives bytes `[C, H, W]`; a pixel is byte / 255.
//! [`recognise`] says by content which [`Format`] files have, and [`open`] reads them.
//!
//! Whatever the files hold, at most a gibibyte of them is held in memory, nothing in them is executed, and what is refused says why.

mod budget;
mod cifar;
mod classes;
mod corrupted;
mod error;
mod file;
mod folder;
mod idx;
mod info;
mod mat;
mod npy;
mod npz;
mod open;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod pickle;
mod picture;
mod pixels;
mod recognise;
mod resize;
mod set;
mod svhn;

pub use classes::{
    CIFAR10 as CIFAR10_CLASSES, CIFAR100 as CIFAR100_CLASSES,
    FASHION_MNIST as FASHION_MNIST_CLASSES, KMNIST as KMNIST_CLASSES,
};
pub use corrupted::corruptions;
pub use error::{Error, Result};
pub use file::{Regular, told};
pub use info::Info;
pub use open::open;
pub use options::{Format, Kind, Layout, Options, Resize, Split};
pub use recognise::recognise;
pub use set::Set;
