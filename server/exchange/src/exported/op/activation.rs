//! Functions of each number.

use super::super::node::Node;
use crate::op::Op;
use crate::trace::{Trace, Value};

pub(super) fn pointwise(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let number =
        |name: &str, otherwise: f64| Ok::<f64, String>(node.number(name)?.unwrap_or(otherwise));
    let op = match node.base {
        "abs" => Op::Abs,
        "elu" if number("scale", 1.0)? == 1.0 && number("input_scale", 1.0)? == 1.0 => Op::Elu {
            alpha: number("alpha", 1.0)?,
        },
        "elu" => return Err("scales what it takes or gives".to_owned()),
        "erf" => Op::Erf,
        "exp" => Op::Exp,
        "gelu" => Op::Gelu {
            tanh: node.text("approximate") == "tanh",
        },
        "hardsigmoid" => Op::HardSigmoid {
            alpha: 1.0 / 6.0,
            beta: 0.5,
        },
        "hardswish" => Op::HardSwish,
        "leaky_relu" => Op::LeakyRelu {
            slope: number("negative_slope", 0.01)?,
        },
        "log" => Op::Log,
        "neg" => Op::Neg,
        "reciprocal" => Op::Reciprocal,
        "relu" => Op::Relu,
        "relu6" => Op::Clamp {
            min: Some(0.0),
            max: Some(6.0),
        },
        "rsqrt" => Op::Pow { exponent: -0.5 },
        "sigmoid" => Op::Sigmoid,
        "silu" => Op::Silu,
        "softplus" if number("beta", 1.0)? == 1.0 => Op::Softplus,
        "softplus" => return Err("has a beta other than 1".to_owned()),
        "sqrt" => Op::Sqrt,
        "square" => Op::Pow { exponent: 2.0 },
        _ => Op::Tanh,
    };
    let x = node.traced("self").or_else(|_| node.traced("input"))?;
    trace.unary(&x, op).map(Value::Traced)
}

pub(super) fn clamp(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let [low, high] = match node.base {
        "hardtanh" => [
            Some(node.number("min_val")?.unwrap_or(-1.0)),
            Some(node.number("max_val")?.unwrap_or(1.0)),
        ],
        _ => [node.number("min")?, node.number("max")?],
    };
    let (min, max) = (
        low.filter(|n| *n != f64::NEG_INFINITY),
        high.filter(|n| *n != f64::INFINITY),
    );
    let x = node.traced("self")?;
    let op = match (min, max) {
        (None, None) => return Ok(Value::Traced(x)),
        (Some(0.0), None) => Op::Relu,
        _ => Op::Clamp { min, max },
    };
    trace.unary(&x, op).map(Value::Traced)
}
