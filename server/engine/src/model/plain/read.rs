//! Reading a row of layers from names and shapes: numbers tell the order, and the first linear layer what the pictures became.

use super::{PlainActivation, PlainConv, PlainLinear, PlainOptions, PlainPool};
use crate::model::family::Member;
use crate::model::tensors::Tensors;
use std::cmp::Ordering;

/// Sides of pictures that such networks are made for.
const SIDES: [i64; 5] = [28, 32, 64, 96, 224];

/// More convolutions in a row belong to another family.
const MOST_CONVOLUTIONS: usize = 6;

/// More candidates would be guessing.
const MOST: usize = 16;

/// A layer as the file shows it.
struct Seen {
    name: String,
    shape: Vec<i64>,
    norm: Option<String>,
}

/// The networks that these layers may be; none where they are no row.
pub(super) fn members(tensors: &Tensors<'_>) -> Option<Vec<Member<PlainOptions>>> {
    let (convolutions, linears) = layers(tensors)?;
    let (head, hidden) = linears.split_last()?;
    let [classes, _] = head.shape.as_slice().try_into().ok()?;
    if convolutions.len() > MOST_CONVOLUTIONS {
        return None;
    }
    let into = linears.first()?.shape[1];
    let plain = |convolutions: Vec<PlainConv>, mean| PlainOptions {
        convolutions,
        mean,
        hidden: hidden
            .iter()
            .map(|seen| PlainLinear {
                name: seen.name.clone(),
                units: seen.shape[0],
                norm: seen.norm.clone(),
            })
            .collect(),
        head: head.name.clone(),
        activation: PlainActivation::Relu,
    };
    let mut rows: Vec<PlainOptions> = match convolutions.is_empty() {
        true => vec![plain(Vec::new(), false)],
        false => arrangements(tensors, &convolutions, into)
            .into_iter()
            .map(|(row, mean)| plain(row, mean))
            .collect(),
    };
    let averages: Vec<PlainOptions> = rows.iter().filter_map(averaged).collect();
    rows.extend(averages);
    let activations = match convolutions.is_empty() && hidden.is_empty() {
        true => &[PlainActivation::Relu][..],
        false => &[
            PlainActivation::Relu,
            PlainActivation::Sigmoid,
            PlainActivation::Tanh,
        ][..],
    };
    let with = |activation: &PlainActivation| {
        let activation = *activation;
        let rows = rows.iter();
        let rows = rows.map(move |row| PlainOptions {
            activation,
            ..row.clone()
        });
        rows.collect::<Vec<_>>()
    };
    let all: Vec<PlainOptions> = activations.iter().flat_map(with).collect();
    Some(Member::all(all, classes))
}

/// The same with means instead of maxima, where there are some.
fn averaged(row: &PlainOptions) -> Option<PlainOptions> {
    let mut row = row.clone();
    let mut changed = false;
    for conv in &mut row.convolutions {
        if conv.pool == Some(PlainPool::Max) {
            conv.pool = Some(PlainPool::Average);
            changed = true;
        }
    }
    changed.then_some(row)
}

/// The convolutions and the linear layers in their order, each with the norm behind it.
fn layers(tensors: &Tensors<'_>) -> Option<(Vec<Seen>, Vec<Seen>)> {
    let mut weights: Vec<(String, Vec<i64>)> = Vec::new();
    for (name, shape) in tensors.all() {
        // What belongs to no layer with weights is told when the network is built.
        let Some((layer, "weight")) = name.rsplit_once('.') else {
            continue;
        };
        match is_numbered(layer) {
            true => weights.push((layer.to_owned(), shape)),
            false => return None,
        }
    }
    // An odd kernel makes two convolutions and two linear layers of these names a LeNet.
    let odd = |(name, shape): &(String, Vec<i64>)| {
        name == "conv1" && shape.get(2).is_some_and(|side| side % 2 == 1)
    };
    let linear = weights.iter().any(|(name, _)| name.starts_with("linear"));
    if linear && weights.iter().any(odd) {
        return None;
    }
    weights.sort_by(|(one, _), (other, _)| natural(one, other));
    let (mut convolutions, mut linears): (Vec<Seen>, Vec<Seen>) = (Vec::new(), Vec::new());
    let mut norms: Vec<(String, i64)> = Vec::new();
    for (name, shape) in weights {
        let seen = |name, shape| Seen {
            name,
            shape,
            norm: None,
        };
        match shape.len() {
            4 => convolutions.push(seen(name, shape)),
            2 => linears.push(seen(name, shape)),
            1 => norms.push((name, shape[0])),
            _ => return None,
        }
    }
    // A norm is its who comes last before it.
    for (norm, width) in norms {
        let all = convolutions.iter_mut().chain(&mut linears);
        let before = all.filter(|seen| natural(&seen.name, &norm) == Ordering::Less);
        let owner = before.max_by(|one, other| natural(&one.name, &other.name))?;
        // An activation between them makes it another network.
        if owner.norm.is_some() || owner.shape[0] != width || !follows(&owner.name, &norm) {
            return None;
        }
        owner.norm = Some(norm);
    }
    Some((convolutions, linears))
}

/// Whether a layer stands directly behind another in their row.
fn follows(one: &str, other: &str) -> bool {
    let split = |name: &str| -> Option<(String, i64)> {
        let (row, number) = name.rsplit_once('.').unwrap_or(("", name));
        Some((row.to_owned(), number.parse().ok()?))
    };
    match (split(one), split(other)) {
        (Some((row, from)), Some((other_row, to))) => row == other_row && to == from + 1,
        _ => false,
    }
}

/// Whether it is called by a number, as layers of `nn.Sequential`, or as `conv1`, `bn2` and `fc1` are.
fn is_numbered(layer: &str) -> bool {
    let last = layer.rsplit('.').next().unwrap_or(layer);
    let word = last.trim_end_matches(|letter: char| letter.is_ascii_digit());
    match word {
        "" => !last.is_empty(),
        "conv" | "bn" | "linear" => last.len() > word.len() && !layer.contains('.'),
        "fc" => !layer.contains('.'),
        _ => false,
    }
}

/// Names by their parts, numbers by their size.
fn natural(one: &str, other: &str) -> Ordering {
    let parts = |name: &str| -> Vec<(String, Option<u64>)> {
        let part = |part: &str| {
            let word = part.trim_end_matches(|letter: char| letter.is_ascii_digit());
            (word.to_owned(), part[word.len()..].parse().ok())
        };
        name.split('.').map(part).collect()
    };
    parts(one).cmp(&parts(other))
}

/// The ways in which the convolutions may lead to what the first linear layer takes, the usual first, each with whether it
/// takes means.
fn arrangements(tensors: &Tensors<'_>, seen: &[Seen], into: i64) -> Vec<(Vec<PlainConv>, bool)> {
    let mut all: Vec<(u32, Vec<Step>, bool)> = Vec::new();
    for side in SIDES {
        extend(seen, side, Vec::new(), &mut |steps, side| {
            let channels = seen.last().map_or(0, |last| last.shape[0]);
            let flat = channels * side * side == into;
            let strange = steps.iter().map(|step| step.strange).sum::<u32>() + different(steps);
            if flat {
                all.push((strange, steps.to_vec(), false));
            } else if channels == into {
                all.push((strange + 1, steps.to_vec(), true));
            }
        });
    }
    all.sort_by_key(|(strange, ..)| *strange);
    // The same steps may lead there from several sides.
    let mut tried: Vec<(Vec<Step>, bool)> = Vec::new();
    all.retain(|(_, steps, mean)| {
        let one = (steps.clone(), *mean);
        let is_new = !tried.contains(&one) && tried.len() < MOST;
        if is_new {
            tried.push(one);
        }
        is_new
    });
    let conv = |(seen, step): (&Seen, &Step)| PlainConv {
        name: seen.name.clone(),
        channels: seen.shape[0],
        kernel: seen.shape[2],
        stride: step.stride,
        padding: step.padding,
        bias: tensors.has(&format!("{}.bias", seen.name)),
        norm: seen.norm.clone(),
        pool: step.pool.then_some(PlainPool::Max),
    };
    let row = |(_, steps, mean): (u32, Vec<Step>, bool)| {
        (seen.iter().zip(&steps).map(conv).collect(), mean)
    };
    all.into_iter().map(row).collect()
}

/// How a convolution moves over its picture.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    stride: i64,
    padding: i64,
    pool: bool,
    /// How unusual that is.
    strange: u32,
}

/// Networks are made alike throughout: how often neighbours differ.
fn different(steps: &[Step]) -> u32 {
    let pairs = steps.windows(2);
    let differ =
        |pair: &&[Step]| pair[0].stride != pair[1].stride || pair[0].padding != pair[1].padding;
    pairs.filter(differ).count() as u32
}

/// Every way to go on with the convolutions that are left, to its end.
fn extend(seen: &[Seen], side: i64, steps: Vec<Step>, end: &mut dyn FnMut(&[Step], i64)) {
    let Some((first, rest)) = seen.split_first() else {
        return end(&steps, side);
    };
    let kernel = first.shape[2];
    let usual: &[[i64; 2]] = match kernel {
        1 => &[[1, 0]],
        2 => &[[2, 0], [1, 0]],
        3 => &[[1, 1], [2, 1], [1, 0], [2, 0]],
        4 => &[[2, 1], [2, 0], [1, 0]],
        5 => &[[1, 2], [1, 0], [2, 2], [2, 0], [2, 1]],
        7 => &[[2, 3], [1, 3], [1, 0]],
        _ => return,
    };
    // Between this layer and the next in the same row: its norm, its activation, and perhaps what pools.
    let between = rest.first().and_then(|next| modules_between(first, next));
    for (rank, [stride, padding]) in (0..).zip(usual) {
        let wide = (side + 2 * padding - kernel) / stride + 1;
        for pool in [false, true] {
            let strange = match (between, pool) {
                (Some(..=1), true) => continue,
                (Some(2..), false) | (None, true) => rank + 1,
                _ => rank,
            };
            let next = if pool { wide / 2 } else { wide };
            if next < 1 || side + 2 * padding < kernel {
                continue;
            }
            let step = Step {
                stride: *stride,
                padding: *padding,
                pool,
                strange,
            };
            extend(rest, next, [steps.as_slice(), &[step]].concat(), end);
        }
    }
}

/// How many layers without weights stand between two of the same row; not known where they are of two rows or not numbered.
fn modules_between(one: &Seen, other: &Seen) -> Option<i64> {
    let last = one.norm.as_ref().unwrap_or(&one.name);
    let split = |name: &str| {
        let (row, number) = name.rsplit_once('.').unwrap_or(("", name));
        Some((row.to_owned(), number.parse::<i64>().ok()?))
    };
    let ((row, from), (other_row, to)) = (split(last)?, split(&other.name)?);
    (row == other_row).then_some(to - from - 1)
}
