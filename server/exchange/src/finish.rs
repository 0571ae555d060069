//! The end of a program: which value are the logits, and what gives them.

mod heads;

use crate::error::{Error, Result};
use crate::fuse::fuse;
use crate::op::Op;
use crate::program::{Head, Layout, Program, Step};
use crate::tensor::TensorData;
use crate::trace::{Trace, Traced, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Makes a program of what was written down and of the file's outputs.
pub(crate) fn finish(mut trace: Trace, outputs: Vec<(String, Value)>) -> Result<Program> {
    let mut tight = Vec::with_capacity(outputs.len());
    for (name, value) in outputs {
        let value = match value {
            Value::Traced(traced) => {
                let refused = |reason| Error::Output(format!("the output {name} {reason}"));
                Value::Traced(trace.tight(&traced).map_err(refused)?)
            }
            other => other,
        };
        tight.push((name, value));
    }
    let outputs = tight;
    let Trace {
        mut steps,
        mut tensors,
        mut notes,
        input,
        layout,
        ..
    } = trace;
    let mut output = choose(&steps, &outputs, &mut notes)?;
    if layout == Layout::Nhwc {
        notes.push("the file takes height, width and channels in this order".to_owned());
    }
    while let Some(before) = softmax(&steps, output) {
        output = before;
        let note = "the file ends in a softmax; logits are read before it".to_owned();
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    steps = prune(steps, output)?;
    fuse(&mut steps, &tensors);
    let last = steps.len() - 1;
    steps = prune(steps, last)?;
    heads::join(&mut steps, &mut tensors);
    let last = steps.len() - 1;
    steps = prune(steps, last)?;
    if scales_input(&steps) {
        notes.push("the file scales its input itself".to_owned());
    }
    let output = steps.len() - 1;
    let head = head(&steps, output, &tensors)?;
    let used: BTreeSet<&str> = steps.iter().flat_map(|step| step.op.tensors()).collect();
    tensors.retain(|name, _| used.contains(name.as_str()));
    Ok(Program {
        input,
        layout,
        steps,
        tensors,
        output,
        head,
        notes,
    })
}

/// The output whose value is one row of numbers for each image.
fn choose(steps: &[Step], outputs: &[(String, Value)], notes: &mut Vec<String>) -> Result<usize> {
    let traced = |value: &Value| match value {
        Value::Traced(traced) => Some(traced.clone()),
        _ => None,
    };
    let is_row = |of: &Traced| {
        of.is_plain()
            && of.rank() == 2
            && matches!(steps[of.step].shape.as_slice(), [classes] if *classes >= 1)
    };
    let rows: Vec<(&str, Traced)> = outputs
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), traced(value).filter(is_row)?)))
        .collect();
    let words = |(name, value): &(String, Value)| match value {
        Value::Traced(traced) => format!("{name} {}", traced.words()),
        _ => format!("{name}, which depends on no image"),
    };
    let all: Vec<String> = outputs.iter().map(words).collect();
    match rows.as_slice() {
        [(name, only)] => {
            if outputs.len() > 1 {
                notes.push(format!(
                    "of the outputs {} the logits are {name}",
                    all.join(", ")
                ));
            }
            Ok(only.step)
        }
        [] => Err(Error::Output(match all.is_empty() {
            true => "the file has no output".to_owned(),
            false => format!("no output is [N, classes]: {}", all.join(", ")),
        })),
        _ => Err(Error::Output(format!(
            "several outputs are [N, classes], and it is not known which are the logits: {}",
            all.join(", ")
        ))),
    }
}

/// What a softmax at the end takes.
fn softmax(steps: &[Step], output: usize) -> Option<usize> {
    let step = &steps[output];
    let input = *step.inputs.first()?;
    let is_probability = |place: usize| {
        matches!(steps[place].op, Op::Softmax { .. }) && steps[place].shape.len() == 1
    };
    match step.op {
        Op::Softmax { .. } if step.shape.len() == 1 => Some(input),
        // Its logarithm is among the operators, too.
        Op::Log if is_probability(input) => Some(input),
        _ => None,
    }
}

/// Only the steps that the output needs; the input stays first, and the output is last.
fn prune(mut steps: Vec<Step>, output: usize) -> Result<Vec<Step>> {
    let mut needed = vec![false; steps.len()];
    needed[output] = true;
    for place in (0..=output).rev() {
        if needed[place] {
            for input in steps[place].inputs.iter() {
                needed[*input] = true;
            }
        }
    }
    if !needed[0] {
        return Err(Error::Output(
            "the output does not depend on the image".to_owned(),
        ));
    }
    let mut places = vec![0; steps.len()];
    let mut many = 0;
    for (place, needed) in needed.iter().enumerate() {
        places[place] = many;
        many += usize::from(*needed);
    }
    steps.truncate(output + 1);
    let mut needed = needed.into_iter();
    steps.retain(|_| needed.next().unwrap_or(false));
    for step in &mut steps {
        for input in &mut step.inputs {
            *input = places[*input];
        }
    }
    Ok(steps)
}

/// Whether constants are subtracted from the image or divide it before anything else.
fn scales_input(steps: &[Step]) -> bool {
    let mut users = steps.iter().filter(|step| step.inputs.contains(&0));
    let (Some(first), None) = (users.next(), users.next()) else {
        return false;
    };
    matches!(
        first.op,
        Op::AddScalar { .. }
            | Op::MulScalar { .. }
            | Op::DivScalar { .. }
            | Op::Add
            | Op::Sub
            | Op::Mul
            | Op::Div
    )
}

/// The layer that gives the logits.
fn head(steps: &[Step], output: usize, tensors: &BTreeMap<String, TensorData>) -> Result<Head> {
    let refuse = |place: usize| {
        let step = &steps[place];
        Error::Output(format!(
            "the logits come from {} (node {}), not from a linear layer",
            step.op.name(),
            step.name
        ))
    };
    if let Some(conv) = rectified(steps, output, tensors) {
        return Ok(Head::Rectified(conv));
    }
    let mut place = output;
    let mut is_mean = false;
    loop {
        let step = &steps[place];
        match (&step.op, step.inputs.as_slice()) {
            (Op::Linear { .. }, [input]) => {
                return match (steps[*input].shape.len(), place == output) {
                    (1, true) => Ok(Head::Linear(place)),
                    _ => Err(Error::Output(format!(
                        "the last linear layer (node {}) takes {:?} for each image, not one row of features",
                        step.name, steps[*input].shape
                    ))),
                };
            }
            // Without a mean behind it there has to be one pixel: its numbers are the logits.
            (Op::Conv2d { .. }, _)
                if scores_pixels(step, tensors) && (is_mean || step.shape[1..] == [1, 1]) =>
            {
                return Ok(Head::Convolution(place));
            }
            (Op::Flatten | Op::Reshape, [input]) => place = *input,
            // Only what takes the mean of all pixels is the same before and behind a convolution of single ones.
            (_, [input]) if is_mean_of_pixels(steps, place) && is_conv(steps, *input) => {
                is_mean = true;
                place = *input;
            }
            _ => return Err(refuse(place)),
        }
    }
}

/// Whether a step is the mean of all pixels of what it takes.
fn is_mean_of_pixels(steps: &[Step], place: usize) -> bool {
    match (&steps[place].op, steps[place].inputs.as_slice()) {
        (Op::MeanOver { dims, .. }, _) => dims == &[1, 2],
        (
            Op::AvgPool {
                kernel,
                padding: [0, 0, 0, 0],
                ..
            },
            [input],
        ) => steps[*input].shape[1..] == kernel[..],
        _ => false,
    }
}

/// The convolution of single pixels of which the logits are means over what a ReLU leaves.
fn rectified(
    steps: &[Step],
    output: usize,
    tensors: &BTreeMap<String, TensorData>,
) -> Option<usize> {
    let mut place = output;
    while let (Op::Flatten | Op::Reshape, [input]) =
        (&steps[place].op, steps[place].inputs.as_slice())
    {
        place = *input;
    }
    let [between] = steps[place].inputs[..] else {
        return None;
    };
    let [conv] = steps[between].inputs[..] else {
        return None;
    };
    let is_rectified = is_mean_of_pixels(steps, place)
        && matches!(steps[between].op, Op::Relu)
        && scores_pixels(&steps[conv], tensors);
    is_rectified.then_some(conv)
}

/// Whether a step is a convolution whose kernels are single pixels, each taken once.
fn scores_pixels(step: &Step, tensors: &BTreeMap<String, TensorData>) -> bool {
    let Op::Conv2d {
        weight,
        groups: 1,
        stride: [1, 1],
        padding: [0, 0, 0, 0],
        ..
    } = &step.op
    else {
        return false;
    };
    let kernel = tensors.get(weight).map(|weight| weight.shape.as_slice());
    matches!(kernel, Some([_, _, 1, 1]))
}

fn is_conv(steps: &[Step], place: usize) -> bool {
    matches!(steps[place].op, Op::Conv2d { .. })
}
