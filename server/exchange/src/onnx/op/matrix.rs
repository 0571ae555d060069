//! Linear layers and products of matrices.

use super::super::node::Node;
use crate::fold::number;
use crate::tensor::TensorData;
use crate::trace::{Trace, Value, transposed};

/// `alpha · x W + beta · b`; the factors become part of the weights.
pub(super) fn gemm(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    if node.flag("transA", false) {
        return Err("turns the batch into something else (transA)".to_owned());
    }
    if x.rank() != 2 {
        return Err(format!("takes {}", x.words()));
    }
    let weight = node.array(1)?;
    if weight.shape.len() != 2 {
        return Err(format!("multiplies by {:?}", weight.shape));
    }
    let weight = match node.flag("transB", false) {
        true => weight.clone(),
        false => transposed(trace, weight)?,
    };
    let weight = scaled(trace, &weight, node.float("alpha", 1.0))?;
    let outputs = weight.shape[0];
    let bias = match node.optional_array(2)? {
        None => None,
        Some(bias) => Some(row(trace, bias, outputs)?),
    };
    let bias = match bias {
        None => None,
        Some(bias) => Some(scaled(trace, &bias, node.float("beta", 1.0))?),
    };
    let value = trace.linear(x, &weight, bias.as_ref())?;
    Ok(Value::Traced(value))
}

fn scaled(trace: &mut Trace, of: &TensorData, by: f64) -> Result<TensorData, String> {
    if by == 1.0 {
        return Ok(of.clone());
    }
    trace.spend(&of.shape, 16)?;
    Ok(number::map(of, |number| number * by))
}

/// A bias that may be written as a row or as one number.
fn row(trace: &mut Trace, bias: &TensorData, outputs: i64) -> Result<TensorData, String> {
    use crate::fold::arrange::{Walk, reshape};
    let flat = match bias.shape.as_slice() {
        [1, many] => reshape(bias, &[*many])?,
        _ => bias.clone(),
    };
    trace.spend(&[outputs], flat.dtype.size())?;
    Walk::of(&flat.shape).expand(&[outputs])?.through(&flat)
}

pub(super) fn matmul(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    trace
        .matmul(node.input(0), node.input(1))
        .map(Value::Traced)
}
