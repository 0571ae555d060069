//! Constants in another order or shape. The numbers themselves are not looked at.

use crate::limits::count;
use crate::size::Whole;
use crate::tensor::TensorData;

/// A way to walk through numbers: a shape, and how far apart neighbours along each dimension lie in what is walked through.
pub(crate) struct Walk {
    pub shape: Vec<i64>,
    steps: Vec<i64>,
    start: i64,
}

impl Walk {
    /// Row by row.
    pub(crate) fn of(shape: &[i64]) -> Self {
        let mut steps = vec![1i64; shape.len()];
        for place in (1..shape.len()).rev() {
            steps[place - 1] = steps[place].saturating_mul(shape[place].max(1));
        }
        Self {
            shape: shape.to_vec(),
            steps,
            start: 0,
        }
    }

    /// As a tensor lies in a memory of so many numbers.
    pub(crate) fn strided(
        shape: &[i64],
        steps: &[i64],
        start: i64,
        memory: usize,
    ) -> Result<Self, String> {
        let refused = || format!("of {shape:?} with steps {steps:?} lies outside of its bytes");
        let many = count(shape)?;
        let mut last = start;
        for (size, step) in shape.iter().zip(steps) {
            let most = (*size - 1).max(0).checked_mul(*step);
            last = most
                .and_then(|most| last.checked_add(most))
                .filter(|_| *step >= 0)
                .ok_or_else(refused)?;
        }
        let fits = shape.len() == steps.len() && start >= 0 && (many == 0 || last < memory as i64);
        match fits {
            true => Ok(Self {
                shape: shape.to_vec(),
                steps: steps.to_vec(),
                start,
            }),
            false => Err(refused()),
        }
    }

    /// Whether it goes row by row.
    pub(crate) fn is_rows(&self) -> bool {
        let rows = Self::of(&self.shape);
        let mut sides = self.shape.iter().zip(self.steps.iter().zip(&rows.steps));
        self.start == 0 && sides.all(|(size, (own, row))| *size <= 1 || own == row)
    }

    pub(crate) fn permute(mut self, dims: &[usize]) -> Result<Self, String> {
        let mut sorted = dims.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..self.shape.len()) {
            return Err(format!("orders {:?} by {dims:?}", self.shape));
        }
        self.shape = dims.iter().map(|dim| self.shape[*dim]).collect();
        self.steps = dims.iter().map(|dim| self.steps[*dim]).collect();
        Ok(self)
    }

    /// Every `step`-th, `many` of them. The caller has seen that they are there.
    pub(crate) fn slice(mut self, dim: usize, start: i64, step: i64, many: i64) -> Self {
        self.start += start * self.steps[dim];
        // Where at most one is kept, the step may be anything.
        self.steps[dim] = if many > 1 { self.steps[dim] * step } else { 0 };
        self.shape[dim] = many;
        self
    }

    /// Repeats dimensions of size 1, and adds some in front.
    pub(crate) fn expand(mut self, to: &[i64]) -> Result<Self, String> {
        let more = to.len().checked_sub(self.shape.len());
        let more = more.ok_or_else(|| format!("expands {:?} to {to:?}", self.shape))?;
        for _ in 0..more {
            self.shape.insert(0, 1);
            self.steps.insert(0, 0);
        }
        for (dim, size) in to.iter().enumerate() {
            match self.shape[dim] {
                own if own == *size => {}
                1 => self.steps[dim] = 0,
                _ => return Err(format!("expands {:?} to {to:?}", self.shape)),
            }
        }
        self.shape = to.to_vec();
        Ok(self)
    }

    /// Calls with the place of every number, in order.
    fn each(&self, mut visit: impl FnMut(usize)) {
        if self.shape.contains(&0) {
            return;
        }
        let mut at = vec![0i64; self.shape.len()];
        let mut place = self.start;
        loop {
            visit(place as usize);
            let mut dim = self.shape.len();
            loop {
                let Some(next) = dim.checked_sub(1) else {
                    return;
                };
                dim = next;
                at[dim] += 1;
                place += self.steps[dim];
                if at[dim] < self.shape[dim] {
                    break;
                }
                place -= self.steps[dim] * self.shape[dim];
                at[dim] = 0;
            }
        }
    }

    /// What a walk finds in a tensor.
    pub(crate) fn through(&self, tensor: &TensorData) -> Result<TensorData, String> {
        let size = tensor.dtype.size();
        let many = count(&self.shape)? as usize;
        let mut bytes = Vec::with_capacity(many * size);
        self.each(|place| bytes.extend_from_slice(&tensor.bytes[place * size..][..size]));
        Ok(TensorData {
            name: tensor.name.clone(),
            dtype: tensor.dtype,
            shape: self.shape.clone(),
            bytes: bytes.into(),
        })
    }

    /// A tensor with the numbers that a walk finds in it written over by those of another, of the walk's shape and of the same kind.
    pub(crate) fn over(&self, tensor: &TensorData, part: &TensorData) -> TensorData {
        let size = tensor.dtype.size();
        let mut bytes = tensor.bytes.to_vec();
        let mut from = part.bytes.chunks_exact(size);
        self.each(|place| {
            if let Some(number) = from.next() {
                bytes[place * size..][..size].copy_from_slice(number);
            }
        });
        TensorData {
            bytes: bytes.into(),
            ..tensor.clone()
        }
    }

    pub(crate) fn through_whole(&self, whole: &Whole) -> Result<Whole, String> {
        let many = count(&self.shape)? as usize;
        if many > crate::limits::MOST_WHOLE {
            return Err(format!("makes {many} whole numbers"));
        }
        let mut values = Vec::with_capacity(many);
        self.each(|place| values.push(whole.values[place]));
        Whole::new(self.shape.clone(), values)
    }
}

/// Tensors behind each other along a dimension: how many bytes of each come in a turn, and how many turns there are.
pub(crate) fn concat(tensors: &[TensorData], dim: usize) -> Result<TensorData, String> {
    let first = tensors.first().ok_or("joins nothing")?;
    let shape = joined(
        &tensors
            .iter()
            .map(|t| t.shape.as_slice())
            .collect::<Vec<_>>(),
        dim,
    )?;
    if tensors.iter().any(|tensor| tensor.dtype != first.dtype) {
        return Err("joins numbers of different kinds".to_owned());
    }
    let turns: i64 = shape[..dim].iter().product();
    let size = first.dtype.size();
    let mut bytes = Vec::with_capacity(count(&shape)? as usize * size);
    for turn in 0..turns as usize {
        for tensor in tensors {
            let part = tensor.shape[dim..].iter().product::<i64>() as usize * size;
            bytes.extend_from_slice(&tensor.bytes[turn * part..][..part]);
        }
    }
    Ok(TensorData {
        name: first.name.clone(),
        dtype: first.dtype,
        shape,
        bytes: bytes.into(),
    })
}

/// The shape of values behind each other along a dimension.
pub(crate) fn joined(shapes: &[&[i64]], dim: usize) -> Result<Vec<i64>, String> {
    let first = *shapes.first().ok_or("joins nothing")?;
    let mut shape = first.to_vec();
    if dim >= shape.len() {
        return Err(format!("joins {first:?} along dimension {dim}"));
    }
    for other in &shapes[1..] {
        let fits = other.len() == first.len()
            && (0..first.len()).all(|at| at == dim || other[at] == first[at]);
        if !fits {
            return Err(format!("joins {first:?} and {other:?}, which do not fit"));
        }
        shape[dim] = shape[dim].saturating_add(other[dim]);
    }
    count(&shape)?;
    Ok(shape)
}

/// The same numbers in another shape.
pub(crate) fn reshape(tensor: &TensorData, shape: &[i64]) -> Result<TensorData, String> {
    match count(shape)? == count(&tensor.shape)? {
        true => Ok(TensorData {
            shape: shape.to_vec(),
            ..tensor.clone()
        }),
        false => Err(format!("makes {:?} {shape:?}", tensor.shape)),
    }
}

/// A target shape in which one size may be −1, which the others tell.
pub(crate) fn told(target: &[i64], many: i64) -> Result<Vec<i64>, String> {
    let unknown = target.iter().filter(|size| **size == -1).count();
    let others = target.iter().filter(|size| **size != -1);
    let others = others.copied().collect::<Vec<i64>>();
    let known = count(&others)?;
    let refused = || format!("makes {many} numbers {target:?}");
    let rest = match (unknown, known) {
        (0, _) if known == many => 1,
        (1, 1..) if many % known == 0 => many / known,
        _ => return Err(refused()),
    };
    let size = |size: &i64| if *size == -1 { rest } else { *size };
    Ok(target.iter().map(size).collect())
}

/// The shape of two values together, each repeated where it has size 1.
pub(crate) fn broadcast(one: &[i64], other: &[i64]) -> Result<Vec<i64>, String> {
    let rank = one.len().max(other.len());
    let from_right = |shape: &[i64], place: usize| match shape.len() + place >= rank {
        true => shape[shape.len() + place - rank],
        false => 1,
    };
    let size = |place| match (from_right(one, place), from_right(other, place)) {
        (a, b) if a == b => Ok(a),
        (1, b) => Ok(b),
        (a, 1) => Ok(a),
        _ => Err(format!("takes {one:?} and {other:?}, which do not fit")),
    };
    (0..rank).map(size).collect()
}
