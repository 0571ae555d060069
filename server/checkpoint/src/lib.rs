//! Checkpoints as people publish them: PyTorch's pickles, read without executing anything in them.
//!
//! What a file holds becomes plain tensors, network by network ([`convert`]); what was passed over is listed.
//! No tensor is computed here, and nothing is asked of anybody: it can run in a process of its own, with limits.

mod archive;
mod convert;
mod error;
mod facts;
mod globals;
mod kind;
mod modules;
mod networks;
mod opcodes;
mod pickle;
mod scan;
mod write;

pub use convert::{Contents, Network, Scaling, convert};
pub use error::{Error, Result};
pub use kind::{Kind, glance, kind};
