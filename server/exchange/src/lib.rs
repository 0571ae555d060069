//! Networks as others exchange them: ONNX files and what `torch.export.save` writes (`.pt2`), read without executing anything in them.
//!
//! Both become one [`Program`]: steps in order, each an operator on values of one image, and the tensors that they use.
//! What does not depend on the image is computed here once; what is not known is refused with the name that the file has for it.
//! No tensor of the network's values is computed, and nothing is asked of anybody: it can run in a process of its own, with limits.

mod error;
mod exported;
mod finish;
mod fold;
mod fuse;
mod limits;
mod onnx;
mod op;
mod program;
mod read;
mod size;
mod tensor;
mod trace;

pub use error::{Error, Result};
pub use op::{Op, PadMode};
pub use program::{Head, Layout, Program, Step};
pub use tensor::{DType, TensorData};
