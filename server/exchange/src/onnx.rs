//! ONNX files, opset 9 to 20.

mod graph;
mod node;
mod op;
pub(crate) mod proto;
mod scan;
mod tensor;

pub(crate) use graph::read;
