//! Convolutions and poolings.

use super::super::node::Node;
use crate::trace::{Pool, Reduce, Trace, Traced, Value, Window};

fn window(node: &Node<'_>, x: &Traced, kernel: [i64; 2]) -> Result<Window, String> {
    let stride = node.pair("strides", 1)?;
    let dilation = node.pair("dilations", 1)?;
    let ceil = node.flag("ceil_mode", false);
    let auto = node.text("auto_pad");
    let padding = match auto.as_ref() {
        "" | "NOTSET" => match node.ints("pads").filter(|pads| !pads.is_empty()) {
            None => [0; 4],
            Some(pads) => pads
                .try_into()
                .map_err(|_| format!("has pads {pads:?}; pictures have four"))?,
        },
        "VALID" => [0; 4],
        "SAME_UPPER" | "SAME_LOWER" => {
            let mut padding = [0; 4];
            for side in 0..2 {
                let size = x.dims.get(side + 2).map_or(0, |size| size.value);
                let bounded = [kernel[side], stride[side], dilation[side]];
                if bounded.iter().any(|n| !(1..=1 << 16).contains(n)) {
                    return Err(format!("has windows of {bounded:?}"));
                }
                let wide = dilation[side] * (kernel[side] - 1) + 1;
                let places = (size + stride[side] - 1) / stride[side];
                let all = ((places - 1) * stride[side] + wide - size).max(0);
                let less = all / 2;
                let (before, after) = match auto == "SAME_UPPER" {
                    true => (less, all - less),
                    false => (all - less, less),
                };
                padding[side] = before;
                padding[side + 2] = after;
            }
            padding
        }
        other => return Err(format!("has auto_pad {other}, which is not known")),
    };
    Ok(Window {
        kernel,
        stride,
        padding,
        dilation,
        ceil,
    })
}

pub(super) fn conv(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let weight = node.array(1)?;
    let bias = node.optional_array(2)?;
    let [_, _, rows, columns] = weight.shape.as_slice() else {
        return Err(format!("convolves by {:?}", weight.shape));
    };
    let window = window(node, x, [*rows, *columns])?;
    let groups = node.int("group", 1);
    let value = trace.conv(x, weight, bias, window, groups)?;
    Ok(Value::Traced(value))
}

pub(super) fn pool(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let window = window(node, x, node.pair("kernel_shape", 1)?)?;
    let by = match node.proto.operator.as_str() {
        "MaxPool" => Pool::Max,
        _ => Pool::Mean {
            count_include_pad: node.flag("count_include_pad", false),
        },
    };
    Ok(Value::Traced(trace.pool(x, window, by)?))
}

pub(super) fn global(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let axes: Vec<i64> = (2..x.rank() as i64).collect();
    let by = match node.proto.operator.as_str() {
        "GlobalMaxPool" => Reduce::Max,
        _ => Reduce::Mean,
    };
    Ok(Value::Traced(trace.reduce(by, x, &axes, true)?))
}

/// Enlarging by whole factors, each pixel copied.
pub(super) fn resize(trace: &mut Trace, node: &Node<'_>) -> Result<Value, String> {
    let x = node.traced(0)?;
    let mode = node.text("mode");
    if !matches!(mode.as_ref(), "" | "nearest") {
        return Err(format!("enlarges pictures by {mode}; only nearest is read"));
    }
    // Of the ways to say which pixel is the nearest, these copy each as often as the others.
    let text = |name: &str, otherwise: &str| match node.text(name) {
        text if text.is_empty() => otherwise.to_owned(),
        text => text.into_owned(),
    };
    let place = text("coordinate_transformation_mode", "half_pixel");
    let round = text("nearest_mode", "round_prefer_floor");
    let copies = matches!(
        (place.as_str(), round.as_str()),
        ("half_pixel" | "pytorch_half_pixel", "round_prefer_floor") | ("asymmetric", "floor")
    );
    if node.opset >= 11 && !copies {
        return Err(format!("takes the nearest pixel by {place} and {round}"));
    }
    let scales = match node.proto.operator.as_str() {
        "Upsample" => 1,
        _ if node.opset < 11 => 1,
        _ => 2,
    };
    let to = match (node.input(3), node.input(scales)) {
        (Value::Whole(sizes), _) if scales == 2 => {
            sizes.values.iter().map(|size| size.value).collect()
        }
        (_, Value::Array(scales)) => {
            let scales = crate::fold::number::numbers(scales);
            let sizes = x.dims.iter().zip(scales);
            sizes
                .map(|(size, scale)| (size.value as f64 * scale) as i64)
                .collect::<Vec<i64>>()
        }
        _ => return Err("lacks the sizes that it makes".to_owned()),
    };
    match (to.as_slice(), x.dims.get(1)) {
        ([1, channels, height, width], Some(own)) if *channels == own.value => {
            Ok(Value::Traced(trace.upsample(x, [*height, *width])?))
        }
        (other, _) => Err(format!("makes {} {other:?}", x.words())),
    }
}
