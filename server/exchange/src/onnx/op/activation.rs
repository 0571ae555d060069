//! Functions of each number.

use super::super::node::Node;
use crate::fold::number;
use crate::op::Op;
use crate::trace::{Binary, Trace, Value};

/// The same of a number.
type Scalar = fn(f64) -> f64;

/// Those of one value.
pub(super) fn pointwise(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let (op, of): (Op, Option<Scalar>) = match node.proto.operator.as_str() {
        "Abs" => (Op::Abs, Some(f64::abs)),
        "Elu" => (
            Op::Elu {
                alpha: node.float("alpha", 1.0),
            },
            None,
        ),
        "Erf" => (Op::Erf, None),
        "Exp" => (Op::Exp, Some(f64::exp)),
        "Gelu" => (
            Op::Gelu {
                tanh: node.text("approximate") == "tanh",
            },
            None,
        ),
        "HardSigmoid" => (
            Op::HardSigmoid {
                alpha: node.float("alpha", 0.2),
                beta: node.float("beta", 0.5),
            },
            None,
        ),
        "HardSwish" => (Op::HardSwish, None),
        "LeakyRelu" => (
            Op::LeakyRelu {
                slope: node.float("alpha", 0.01),
            },
            None,
        ),
        "Log" => (Op::Log, Some(f64::ln)),
        "Neg" => (Op::Neg, Some(|x| -x)),
        "Reciprocal" => (Op::Reciprocal, Some(f64::recip)),
        "Relu" => (Op::Relu, Some(|x| x.max(0.0))),
        "Sigmoid" => (Op::Sigmoid, None),
        "Softplus" => (Op::Softplus, None),
        "Sqrt" => (Op::Sqrt, Some(f64::sqrt)),
        _ => (Op::Tanh, Some(f64::tanh)),
    };
    match (node.input(0), of) {
        (Value::Array(array), Some(of)) => {
            trace.spend(&array.shape, 16)?;
            Ok(Value::Array(number::map(array, of)))
        }
        (Value::Whole(whole), _) if op == Op::Neg => {
            let mut whole = whole.clone();
            for value in &mut whole.values {
                *value = value.neg()?;
            }
            Ok(Value::Whole(whole))
        }
        _ => Ok(Value::Traced(trace.unary(node.traced(0)?, op)?)),
    }
}

/// `min(max(x, min), max)`, both attributes until opset 10.
pub(super) fn clip(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let min = node.number(trace, "min", 1)?.filter(|n| *n > -3.4e38);
    let max = node.number(trace, "max", 2)?.filter(|n| *n < 3.4e38);
    let mut value = node.input(0).clone();
    match (&value, min, max) {
        (Value::Traced(x), Some(0.0), None) => {
            return Ok(Value::Traced(trace.unary(x, Op::Relu)?));
        }
        (Value::Traced(x), Some(_), Some(_)) => {
            return Ok(Value::Traced(trace.unary(x, Op::Clamp { min, max })?));
        }
        _ => {}
    }
    for (by, bound) in [(Binary::Max, min), (Binary::Min, max)] {
        if let Some(bound) = bound {
            let bound = number::tensor("", crate::tensor::DType::F64, &[], &[bound]);
            value = trace.binary(by, &value, &Value::Array(bound))?;
        }
    }
    Ok(value)
}
