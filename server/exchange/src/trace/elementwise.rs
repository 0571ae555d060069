//! Sums, products and their like of two values.

use super::{Trace, Traced, Value};
use crate::fold::arrange::{broadcast, reshape};
use crate::fold::{number, whole};
use crate::op::Op;
use crate::size::Size;
use crate::tensor::TensorData;

/// What is computed of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Max,
    Min,
    /// What is left of a division.
    Rem,
}

impl Binary {
    fn of(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
            Self::Pow => a.powf(b),
            Self::Max => a.max(b),
            Self::Min => a.min(b),
            Self::Rem => a % b,
        }
    }

    fn of_sizes(self, a: Size, b: Size) -> Result<Size, String> {
        match self {
            Self::Add => a.add(b),
            Self::Sub => a.add(b.neg()?),
            Self::Mul => a.mul(b),
            Self::Div => a.div(b),
            Self::Pow | Self::Max | Self::Min | Self::Rem => {
                let (a, b) = (a.known()?, b.known()?);
                Ok(Size::plain(match self {
                    Self::Max => a.max(b),
                    Self::Min => a.min(b),
                    // Of negative numbers there are several kinds of rest.
                    Self::Rem => a
                        .checked_rem(b)
                        .filter(|_| a >= 0 && b > 0)
                        .ok_or("takes what is left of a division by 0 or of negative numbers")?,
                    _ => u32::try_from(b)
                        .ok()
                        .and_then(|b| a.checked_pow(b))
                        .ok_or("computes a whole number that is too large")?,
                }))
            }
        }
    }
}

impl Trace {
    /// Of two values of any kind.
    pub(crate) fn binary(&mut self, by: Binary, a: &Value, b: &Value) -> Result<Value, String> {
        match (a, b) {
            (Value::Whole(a), Value::Whole(b)) => {
                let shape = broadcast(&a.shape, &b.shape)?;
                self.spend(&shape, 16)?;
                whole::zip(a, b, |a, b| by.of_sizes(a, b)).map(Value::Whole)
            }
            (Value::Array(a), Value::Array(b)) => {
                let shape = broadcast(&a.shape, &b.shape)?;
                self.spend(&shape, 16)?;
                number::zip(a, b, |a, b| by.of(a, b)).map(Value::Array)
            }
            (Value::Whole(a), b) => {
                let a = self.numbers(a)?;
                self.binary(by, &Value::Array(a), b)
            }
            (a, Value::Whole(b)) => {
                let b = self.numbers(b)?;
                self.binary(by, a, &Value::Array(b))
            }
            (Value::Traced(a), Value::Array(b)) => match number::single(b) {
                Some(value) if b.shape.len() <= a.rank() => self.with_number(by, a, value),
                _ => self.with_array(by, a, b, false),
            }
            .map(Value::Traced),
            (Value::Array(a), Value::Traced(b)) => match number::single(a) {
                Some(value) if a.shape.len() <= b.rank() => self.number_with(by, value, b),
                _ => self.with_array(by, b, a, true),
            }
            .map(Value::Traced),
            (Value::Traced(a), Value::Traced(b)) => self.of_two(by, a, b).map(Value::Traced),
            _ => Err("takes a value that is not there".to_owned()),
        }
    }

    /// Of a value and a number.
    pub(crate) fn with_number(
        &mut self,
        by: Binary,
        x: &Traced,
        value: f64,
    ) -> Result<Traced, String> {
        if value.is_nan() {
            return Err("computes with a constant that is no number".to_owned());
        }
        let op = match by {
            Binary::Add => Op::AddScalar { value },
            Binary::Sub => Op::AddScalar { value: -value },
            Binary::Mul => Op::MulScalar { value },
            Binary::Div => Op::DivScalar { value },
            Binary::Pow if value == 0.5 => Op::Sqrt,
            Binary::Pow => Op::Pow { exponent: value },
            Binary::Max if value == 0.0 => Op::Relu,
            Binary::Max => Op::Clamp {
                min: Some(value),
                max: None,
            },
            Binary::Min => Op::Clamp {
                min: None,
                max: Some(value),
            },
            Binary::Rem => return Err("takes what is left of a division".to_owned()),
        };
        let nothing = match by {
            Binary::Add | Binary::Sub => value == 0.0,
            Binary::Mul | Binary::Div | Binary::Pow => value == 1.0,
            Binary::Max | Binary::Min | Binary::Rem => false,
        };
        match nothing {
            true => Ok(x.clone()),
            false => self.unary(x, op),
        }
    }

    /// Of a number and a value, in this order.
    fn number_with(&mut self, by: Binary, value: f64, x: &Traced) -> Result<Traced, String> {
        match by {
            Binary::Add | Binary::Mul | Binary::Max | Binary::Min => self.with_number(by, x, value),
            Binary::Sub => {
                let x = self.unary(x, Op::Neg)?;
                self.with_number(Binary::Add, &x, value)
            }
            Binary::Div => {
                let x = self.unary(x, Op::Reciprocal)?;
                self.with_number(Binary::Mul, &x, value)
            }
            Binary::Pow | Binary::Rem => {
                Err("raises a constant to a value of the network, or divides it".to_owned())
            }
        }
    }

    fn with_array(
        &mut self,
        by: Binary,
        x: &Traced,
        array: &TensorData,
        swapped: bool,
    ) -> Result<Traced, String> {
        let more = array.shape.len().saturating_sub(x.rank());
        let x = match more {
            0 => x.clone(),
            _ => {
                let axes: Vec<i64> = (0..more as i64).collect();
                self.unsqueeze(x, &axes)?
            }
        };
        let part = self.beside(array, &x)?;
        let own = broadcast(self.shape(&x), &part.shape)?;
        let stored = match &self.steps[x.step].op {
            Op::Constant { tensor } => self.tensors.get(tensor).cloned(),
            _ => None,
        };
        let step = match stored {
            // Both are constants: a class token that was repeated for each image.
            Some(stored) => {
                self.spend(&own, 16)?;
                let stored = reshape(&stored, self.shape(&x))?;
                let sides = if swapped {
                    [&part, &stored]
                } else {
                    [&stored, &part]
                };
                let mut made = number::zip(sides[0], sides[1], |a, b| by.of(a, b))?;
                made.name.clone_from(&array.name);
                self.constant(&made)?
            }
            None => {
                let step = self.constant(&part)?;
                let commutes = matches!(by, Binary::Add | Binary::Mul);
                let inputs = match swapped && !commutes {
                    true => [step, x.step],
                    false => [x.step, step],
                };
                self.push(operator(by)?, &inputs, own)?
            }
        };
        let missing = x.rank() - array.shape.len();
        let mut dims = x.dims.clone();
        for (place, size) in array.shape.iter().enumerate() {
            let dim = &mut dims[missing + place];
            if !dim.batch && dim.value == 1 {
                *dim = Size::plain(*size);
            }
        }
        Ok(Traced {
            step,
            dims,
            before: x.before,
        })
    }

    fn of_two(&mut self, by: Binary, a: &Traced, b: &Traced) -> Result<Traced, String> {
        let mut both = [a.clone(), b.clone()];
        self.alike(&mut both)?;
        let [a, b] = &both;
        let refused = || {
            format!(
                "takes {} and {}, which do not fit or mix images",
                a.words(),
                b.words()
            )
        };
        if a.batch() != b.batch() {
            return Err(refused());
        }
        let (long, short) = match a.rank() >= b.rank() {
            true => (a, b),
            false => (b, a),
        };
        let more = long.rank() - short.rank();
        let mut dims = long.dims.clone();
        for (place, size) in short.dims.iter().enumerate() {
            let dim = &mut dims[more + place];
            if *dim == Size::plain(1) {
                *dim = *size;
            } else if *dim != *size && *size != Size::plain(1) {
                return Err(refused());
            }
        }
        let shape = Traced::image(&dims, a.before);
        let step = self.push(operator(by)?, &[a.step, b.step], shape)?;
        Ok(Traced {
            step,
            dims,
            before: a.before,
        })
    }
}

fn operator(by: Binary) -> Result<Op, String> {
    match by {
        Binary::Add => Ok(Op::Add),
        Binary::Sub => Ok(Op::Sub),
        Binary::Mul => Ok(Op::Mul),
        Binary::Div => Ok(Op::Div),
        Binary::Pow | Binary::Max | Binary::Min | Binary::Rem => {
            Err("takes two values of the network; a value and a number are read".to_owned())
        }
    }
}
