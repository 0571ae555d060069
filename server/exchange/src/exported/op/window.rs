//! Convolutions and poolings.

use super::super::node::Node;
use crate::trace::{Pool, Trace, Value, Window};

/// The same number of zeros on both sides.
fn both(padding: [i64; 2]) -> [i64; 4] {
    [padding[0], padding[1], padding[0], padding[1]]
}

pub(super) fn conv(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    if node.flag("transposed", false)? {
        return Err("is transposed, which is not read".to_owned());
    }
    let x = node.traced("input")?;
    let weight = node.array(trace, "weight")?;
    let bias = node.optional_array(trace, "bias")?;
    let [_, _, rows, columns] = weight.shape.as_slice() else {
        return Err(format!("convolves by {:?}", weight.shape));
    };
    let kernel = [*rows, *columns];
    let dilation = node.pair("dilation", [1, 1])?;
    let padding = match node.text("padding") {
        "" => both(node.pair("padding", [0, 0])?),
        "valid" => [0; 4],
        "same" => {
            let all = |side: usize| dilation[side].saturating_mul((kernel[side] - 1).max(0));
            let [down, across] = [all(0), all(1)];
            [down / 2, across / 2, down - down / 2, across - across / 2]
        }
        other => return Err(format!("pads by {other}, which is not known")),
    };
    let window = Window {
        kernel,
        stride: node.pair("stride", [1, 1])?,
        padding,
        dilation,
        ceil: false,
    };
    let groups = node.int("groups", 1)?;
    let value = trace.conv(&x, &weight, bias.as_ref(), window, groups)?;
    Ok(Value::Traced(value))
}

pub(super) fn pool(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let kernel = node.pair("kernel_size", [0, 0])?;
    if node.has("divisor_override") {
        return Err("divides by a number of its own".to_owned());
    }
    let window = Window {
        kernel,
        stride: node.pair("stride", kernel)?,
        padding: both(node.pair("padding", [0, 0])?),
        dilation: node.pair("dilation", [1, 1])?,
        ceil: node.flag("ceil_mode", false)?,
    };
    let by = match node.base {
        "avg_pool2d" => Pool::Mean {
            count_include_pad: node.flag("count_include_pad", true)?,
        },
        _ => Pool::Max,
    };
    Ok(Value::Traced(trace.pool(&x, window, by)?))
}

pub(super) fn adaptive(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced("self")?;
    let to = node.pair("output_size", [1, 1])?;
    Ok(Value::Traced(trace.adaptive(&x, to.map(Some))?))
}

pub(super) fn upsample(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let name = if node.has("input") { "input" } else { "self" };
    let x = node.traced(name)?;
    if !node.has("output_size") {
        return Err("says factors and no sizes".to_owned());
    }
    let to = node.pair("output_size", [0, 0])?;
    Ok(Value::Traced(trace.upsample(&x, to)?))
}
