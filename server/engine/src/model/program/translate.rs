//! From the steps of a file to operators.

mod head;
mod norm;
mod window;

use super::{ProgramOptions, ProgramStep};
use crate::error::{Error, Result};
use crate::graph::op::{
    Add, Affine, Clamp, Concat, Constant, Cut, Div, Expand, Filling, Flatten, Function, Gather,
    Gelu, HardSwish, LeakyRelu, MatMul, Maximum, Mean, Mul, Op, Permute, PoolAdaptive, PoolMean,
    Power, Relu, Reshape, Roll, ScaledProduct, Sigmoid, Silu, Slice, Softmax, Sub, Surround, Tanh,
    Upsample,
};
use std::collections::BTreeSet;
use valleyscope_exchange::{self as exchange, Head, PadMode, Program, Step, TensorData};

/// A program, and the tensors that it asks for.
#[derive(Debug)]
pub struct Translated {
    pub program: ProgramOptions,
    pub tensors: Vec<Weight>,
}

/// A tensor by the name that its operator asks for.
#[derive(Clone, Debug)]
pub struct Weight {
    pub name: String,
    /// Its sizes.
    pub sides: Vec<usize>,
    pub numbers: Numbers,
}

/// What is in it.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// As the file has it.
    Told(TensorData),
    /// What the file leaves out: zeros or ones.
    Same { value: f32 },
}

/// The same network in the operators that are computed here.
///
/// # Errors
/// [`Error::Graph`] names the step that there is no operator for.
pub fn translate(program: &Program) -> Result<Translated> {
    let mut writer = Writer {
        program,
        steps: Vec::with_capacity(program.steps.len()),
        names: BTreeSet::new(),
        tensors: Vec::new(),
        places: Vec::with_capacity(program.steps.len()),
    };
    for (place, step) in program.steps.iter().enumerate() {
        // What follows is in them too: the mean, and a rectifier before it.
        match program.head {
            Head::Convolution(head) if head == place => {
                writer.convolution_head(step)?;
                break;
            }
            Head::Rectified(head) if head == place => {
                writer.rectified_head(step)?;
                break;
            }
            _ => {}
        }
        let place = writer.step(step)?;
        writer.places.push(place);
    }
    let (places, tensors) = (writer.places, writer.tensors);
    let options = ProgramOptions {
        input: program.input,
        steps: writer.steps,
    };
    let shapes = options.shapes()?;
    for (step, place) in program.steps.iter().zip(places) {
        if shapes[place] != step.shape {
            let reason = format!(
                "gives {:?} here, and {:?} in the file",
                shapes[place], step.shape
            );
            return refuse(step, reason);
        }
    }
    Ok(Translated {
        program: options,
        tensors,
    })
}

fn refuse<T>(step: &Step, reason: impl Into<String>) -> Result<T> {
    Err(Error::Graph {
        node: step.name.clone(),
        reason: reason.into(),
    })
}

/// What was written down so far.
struct Writer<'a> {
    program: &'a Program,
    steps: Vec<ProgramStep>,
    names: BTreeSet<String>,
    tensors: Vec<Weight>,
    /// Where each step of the file is.
    places: Vec<usize>,
}

impl Writer<'_> {
    /// Writes an operator down and gives its place.
    fn put(&mut self, name: &str, op: Op, inputs: Vec<usize>) -> usize {
        let plain: Vec<&str> = name
            .split(['/', '.', ':'])
            .filter(|part| !part.is_empty())
            .collect();
        let plain = match plain.is_empty() {
            true => "step".to_owned(),
            false => plain.join("."),
        };
        let mut name = plain.clone();
        let mut number = 1;
        while name == "input" || name == "normalise" || !self.names.insert(name.clone()) {
            number += 1;
            name = format!("{plain}_{number}");
        }
        self.steps.push(ProgramStep { name, op, inputs });
        self.steps.len()
    }

    /// Gives the operator that was written last a tensor of the file.
    fn tensor(&mut self, step: &Step, parameter: &str, told: &str) -> Result<()> {
        let Some(tensor) = self.program.tensors.get(told) else {
            return refuse(step, format!("takes the tensor {told}, which is not there"));
        };
        self.weight(parameter, &tensor.shape, Numbers::Told(tensor.clone()));
        Ok(())
    }

    fn weight(&mut self, parameter: &str, shape: &[i64], numbers: Numbers) {
        let node = self.steps.last().map_or("", |step| step.name.as_str());
        let name = match parameter {
            "" => node.to_owned(),
            own => format!("{node}.{own}"),
        };
        let sides = shape.iter().map(|size| *size as usize).collect();
        self.tensors.push(Weight {
            name,
            sides,
            numbers,
        });
    }

    /// A tensor, or what stands for it where there is none.
    fn or_same(
        &mut self,
        step: &Step,
        parameter: &str,
        told: Option<&String>,
        value: f32,
        shape: &[i64],
    ) -> Result<()> {
        match told {
            Some(told) => self.tensor(step, parameter, told),
            None => {
                self.weight(parameter, shape, Numbers::Same { value });
                Ok(())
            }
        }
    }

    /// The shape of what a step takes first.
    fn taken(&self, step: &Step) -> Vec<i64> {
        let first = step
            .inputs
            .first()
            .and_then(|input| self.program.steps.get(*input));
        first.map(|first| first.shape.clone()).unwrap_or_default()
    }

    /// One step of the file, as one operator or several.
    fn step(&mut self, step: &Step) -> Result<usize> {
        let inputs = self.inputs(step)?;
        let taken = self.taken(step);
        let simple = match &step.op {
            exchange::Op::Input => return Ok(0),
            exchange::Op::Constant { tensor } => return self.constant(step, tensor),
            exchange::Op::Conv2d { .. } => return self.convolution(step, inputs),
            exchange::Op::Linear { weight, bias } => {
                return self.linear(step, inputs, weight, bias.as_ref());
            }
            exchange::Op::BatchNorm { .. } => return self.batch_norm(step, inputs),
            exchange::Op::LayerNorm { .. } => return self.layer_norm(step, inputs),
            exchange::Op::GroupNorm { .. } => return self.group_norm(step, inputs),
            exchange::Op::MaxPool { .. } | exchange::Op::AvgPool { .. } => {
                return self.pool(step, inputs);
            }
            exchange::Op::SumOver { dims, keep } => {
                let count: i64 = dims.iter().filter_map(|dim| taken.get(*dim)).product();
                let mean = self.put(&step.name, mean(dims, *keep), inputs);
                let scale = Affine {
                    scale: count as f64,
                    shift: 0.0,
                };
                return Ok(self.put(&step.name, Op::Affine(scale), vec![mean]));
            }
            exchange::Op::HardSigmoid { alpha, beta } => {
                let line = Affine {
                    scale: *alpha,
                    shift: *beta,
                };
                let line = self.put(&step.name, Op::Affine(line), inputs);
                let clamp = Clamp {
                    least: 0.0,
                    most: 1.0,
                };
                return Ok(self.put(&step.name, Op::Clamp(clamp), vec![line]));
            }
            exchange::Op::Select { dim, index } => {
                let cut = cut(*dim, *index, *index + 1, 1);
                let one = self.put(&step.name, Op::Slice(Slice { cuts: vec![cut] }), inputs);
                let shape = step.shape.clone();
                return Ok(self.put(&step.name, Op::Reshape(Reshape { shape }), vec![one]));
            }
            exchange::Op::MatMul => Op::MatMul(MatMul),
            exchange::Op::Attention { scale } => Op::ScaledProduct(ScaledProduct { scale: *scale }),
            exchange::Op::Relu => Op::Relu(Relu),
            exchange::Op::LeakyRelu { slope } => Op::LeakyRelu(LeakyRelu { slope: *slope }),
            exchange::Op::Elu { alpha } if *alpha == 1.0 => Op::Function(Function::Elu),
            exchange::Op::Elu { alpha } => {
                return refuse(step, format!("is an ELU with alpha {alpha}; 1 is known"));
            }
            exchange::Op::Clamp {
                min: Some(least),
                max: None,
            } if *least == 0.0 => Op::Relu(Relu),
            // The largest numbers of the smaller format stand for no limit: JSON has no infinity, and f32 no larger ones.
            exchange::Op::Clamp { min, max } => Op::Clamp(Clamp {
                least: min.unwrap_or(f64::from(f32::MIN)),
                most: max.unwrap_or(f64::from(f32::MAX)),
            }),
            exchange::Op::Gelu { tanh } => Op::Gelu(Gelu { tanh: *tanh }),
            exchange::Op::Silu => Op::Silu(Silu),
            exchange::Op::Sigmoid => Op::Sigmoid(Sigmoid),
            exchange::Op::Tanh => Op::Tanh(Tanh { bound: 1.0 }),
            exchange::Op::HardSwish => Op::HardSwish(HardSwish),
            exchange::Op::Softplus => Op::Function(Function::Softplus),
            exchange::Op::Erf => Op::Function(Function::Erf),
            exchange::Op::Exp => Op::Function(Function::Exp),
            exchange::Op::Log => Op::Function(Function::Log),
            exchange::Op::Abs => Op::Function(Function::Abs),
            exchange::Op::Sqrt => Op::Power(Power { exponent: 0.5 }),
            exchange::Op::Reciprocal => Op::Power(Power { exponent: -1.0 }),
            exchange::Op::Pow { exponent } => Op::Power(Power {
                exponent: *exponent,
            }),
            exchange::Op::Neg => affine(-1.0, 0.0),
            exchange::Op::AddScalar { value } => affine(1.0, *value),
            exchange::Op::MulScalar { value } => affine(*value, 0.0),
            exchange::Op::DivScalar { value: 0.0 } => return refuse(step, "divides by zero"),
            exchange::Op::DivScalar { value } => affine(1.0 / value, 0.0),
            exchange::Op::Softmax { dim } => Op::Softmax(Softmax { dimension: *dim }),
            exchange::Op::Add => Op::Add(Add),
            exchange::Op::Sub => Op::Sub(Sub),
            exchange::Op::Mul => Op::Mul(Mul),
            exchange::Op::Div => Op::Div(Div),
            exchange::Op::AdaptiveAvgPool { to: [1, 1] } => mean(&[1, 2], true),
            exchange::Op::AdaptiveAvgPool { to } => {
                let side = (*to).into();
                Op::PoolAdaptive(PoolAdaptive { side })
            }
            exchange::Op::MeanOver { dims, keep: false } if dims == &[1, 2] && taken.len() == 3 => {
                Op::PoolMean(PoolMean)
            }
            exchange::Op::MeanOver { dims, keep } => mean(dims, *keep),
            exchange::Op::MaxOver { dims, keep } => Op::Maximum(Maximum {
                dimensions: dims.clone(),
                keep: *keep,
            }),
            exchange::Op::Flatten => Op::Flatten(Flatten),
            exchange::Op::Reshape => Op::Reshape(Reshape {
                shape: step.shape.clone(),
            }),
            exchange::Op::Permute { dims } => Op::Permute(Permute {
                dimensions: dims.clone(),
            }),
            exchange::Op::Expand => Op::Expand(Expand {
                shape: step.shape.clone(),
            }),
            exchange::Op::Concat { dim } => Op::Concat(Concat { dimension: *dim }),
            exchange::Op::Slice {
                dim,
                start,
                end,
                step,
            } => Op::Slice(Slice {
                cuts: vec![cut(*dim, *start, *end, *step)],
            }),
            exchange::Op::Gather { dim, indices } => Op::Gather(Gather {
                dimension: *dim,
                places: indices.clone(),
            }),
            exchange::Op::Pad {
                sides,
                mode: PadMode::Constant(value),
            } => Op::Surround(Surround {
                sides: sides.clone(),
                value: match *value {
                    f64::NEG_INFINITY => Filling::Least,
                    value if value.is_finite() => Filling::Number(value),
                    value => return refuse(step, format!("pads with {value}")),
                },
            }),
            exchange::Op::Pad { mode, .. } => {
                return refuse(
                    step,
                    format!("pads by {mode:?}; numbers that are the same everywhere are known")
                        .to_lowercase(),
                );
            }
            exchange::Op::Roll { shifts, dims } => Op::Roll(Roll {
                shifts: shifts.clone(),
                dimensions: dims.clone(),
            }),
            exchange::Op::UpsampleNearest => match step.shape.as_slice() {
                [_, rows, columns] => Op::Upsample(Upsample {
                    to: [*rows, *columns],
                }),
                other => {
                    return refuse(step, format!("enlarges to {other:?}, which is no picture"));
                }
            },
        };
        Ok(self.put(&step.name, simple, inputs))
    }

    fn constant(&mut self, step: &Step, tensor: &str) -> Result<usize> {
        let stored = self
            .program
            .tensors
            .get(tensor)
            .map(|tensor| tensor.shape.clone());
        let stored = stored.unwrap_or_default();
        let shape = step.shape.clone();
        let place = self.put(
            &step.name,
            Op::Constant(Constant { stored, shape }),
            Vec::new(),
        );
        self.tensor(step, "", tensor)?;
        Ok(place)
    }

    /// Where what a step takes is.
    fn inputs(&self, step: &Step) -> Result<Vec<usize>> {
        let places = step
            .inputs
            .iter()
            .map(|input| self.places.get(*input).copied());
        match places.collect() {
            Some(places) => Ok(places),
            None => refuse(step, "takes what comes after it"),
        }
    }
}

fn affine(scale: f64, shift: f64) -> Op {
    Op::Affine(Affine { scale, shift })
}

fn mean(dims: &[usize], keep: bool) -> Op {
    let dimensions = dims.to_vec();
    Op::Mean(Mean { dimensions, keep })
}

fn cut(dimension: usize, from: i64, to: i64, step: i64) -> Cut {
    let to = Some(to);
    Cut {
        dimension,
        from,
        to,
        step,
    }
}
