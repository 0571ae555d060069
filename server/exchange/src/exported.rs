//! What `torch.export.save` writes (`.pt2`): an archive of a graph in JSON, schema 8, and of weights as they lie in memory.

mod alias;
mod archive;
mod graph;
mod node;
mod op;
mod schema;
mod weights;

pub(crate) use graph::read;
