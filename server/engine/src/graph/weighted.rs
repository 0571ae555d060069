//! A layer whose weight can be moved.

use super::op::{Conv2d, Op, Operator};
use super::{Graph, Node, Shape};
use crate::error::Result;
use tch::{Device, Kind, Tensor};

/// A layer that multiplies what it takes with a weight `[O, ...]`; the rows, one an output channel, are its neurons.
#[derive(Debug)]
pub struct Weighted {
    /// Its name in the weights file.
    pub name: String,
    /// `conv2d`, `linear`, `rectified_scores`.
    pub kind: &'static str,
    /// `[out, in / groups, height, width]` of a convolution, `[out, in]` of a matrix.
    pub shape: Shape,
    /// Whether the logits are linear in the weight almost everywhere, so that the loss has no other curvature than the softmax's.
    pub piecewise_linear: bool,
    pub(super) place: usize,
    map: Map,
    weight: Tensor,
    bias: Option<Tensor>,
    /// What it takes and gives of one image, in numbers.
    sizes: [u64; 2],
    /// The numbers that one image's windows hold.
    gathered: u64,
}

/// What the weight does.
#[derive(Debug)]
enum Map {
    Convolution(Conv2d),
    Matrix,
}

impl Weighted {
    /// The layer at this place, where it is one.
    pub(super) fn of(
        graph: &Graph,
        place: usize,
        device: Device,
        kind: Kind,
    ) -> Result<Option<Self>> {
        let Node {
            name,
            op,
            inputs,
            shape,
            tensors,
        } = &graph.nodes[place];
        let (map, called) = match op {
            Op::Conv2d(op) => (Map::Convolution(op.clone()), op.kind()),
            Op::Linear(op) => (Map::Matrix, op.kind()),
            Op::RectifiedScores(op) => (
                Map::Convolution(Conv2d::new(op.out, 1, 1).biased()),
                op.kind(),
            ),
            _ => return Ok(None),
        };
        let Some(weight) = tensors.first() else {
            return Ok(None);
        };
        let cast = |tensor: &Tensor| -> Result<Tensor> {
            Ok(tensor.f_to_kind(kind)?.f_to_device(device)?)
        };
        let count = |shape: &[i64]| {
            shape
                .iter()
                .map(|side| side.unsigned_abs())
                .product::<u64>()
        };
        let taken = inputs
            .first()
            .map_or(0, |input| count(&graph.nodes[*input].shape));
        let size = weight.size();
        let row: i64 = size.iter().skip(1).product();
        let (given, gathered) = match &map {
            Map::Matrix => (count(shape), taken),
            Map::Convolution(convolution) => {
                let source = &graph.nodes[inputs[0]].shape;
                let value = convolution.shape(&[source.as_slice()]).unwrap_or_default();
                let places = count(value.get(1..).unwrap_or_default());
                let windows = places * row.unsigned_abs() * convolution.groups.unsigned_abs();
                (count(&value), windows)
            }
        };
        Ok(Some(Self {
            name: name.clone(),
            kind: called,
            shape: size,
            piecewise_linear: graph.is_piecewise_linear_behind(place),
            place,
            map,
            weight: cast(weight)?,
            bias: tensors.get(1).map(cast).transpose()?,
            sizes: [taken, given],
            gathered,
        }))
    }

    /// How many numbers the weight has; the bias is not among them.
    pub fn parameters(&self) -> u64 {
        self.shape.iter().map(|side| side.unsigned_abs()).product()
    }

    /// The weight.
    pub fn weight(&self) -> &Tensor {
        &self.weight
    }

    /// The neurons' weights as rows, `[O, parameters / O]`.
    pub fn rows(&self) -> [i64; 2] {
        let out = self.shape.first().copied().unwrap_or(0);
        [out, self.shape.iter().skip(1).product()]
    }

    /// The numbers that it takes of one image, gives, and gathers to windows.
    pub fn working(&self) -> [u64; 3] {
        [self.sizes[0], self.sizes[1], self.gathered]
    }

    /// What it computes, before a rectifier.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.with(x, &self.weight, self.bias.as_ref())
    }

    /// The same with another weight.
    pub fn with_weight(&self, x: &Tensor, weight: &Tensor) -> Result<Tensor> {
        self.with(x, weight, self.bias.as_ref())
    }

    /// The product with a direction of the weight's shape, without the bias.
    pub fn along(&self, x: &Tensor, direction: &Tensor) -> Result<Tensor> {
        self.with(x, direction, None)
    }

    fn with(&self, x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
        match &self.map {
            Map::Matrix => Ok(x.f_linear(weight, bias)?),
            Map::Convolution(op) => {
                let tensors: Vec<Tensor> = [Some(weight), bias]
                    .into_iter()
                    .flatten()
                    .map(Tensor::shallow_clone)
                    .collect();
                op.forward(&[x], &tensors)
            }
        }
    }

    /// The product with a weight of its own for each example, `[N, parameters]`, without the bias.
    ///
    /// Of a convolution it is a product of matrices with each window's numbers, which any grouping allows.
    pub fn each(&self, x: &Tensor, weights: &Tensor) -> Result<Tensor> {
        let images = x.size()[0];
        let [out, row] = self.rows();
        match &self.map {
            Map::Matrix => {
                let places = [&[images], &x.size()[1..x.dim() - 1], &[out]].concat();
                let weights = weights.f_view([-1, out, row])?;
                let x = x.f_reshape([images, -1, row])?;
                let product = x.f_matmul(&weights.f_transpose(1, 2)?)?;
                Ok(product.f_reshape(places)?)
            }
            Map::Convolution(op) => {
                let (windows, sides) = windows(op, x)?;
                let weights = weights.f_view([-1, op.groups, out / op.groups, row])?;
                let product = weights.f_matmul(&windows)?;
                Ok(product.f_reshape([images, out, sides[0], sides[1]])?)
            }
        }
    }

    /// Each example's gradient in the weight, `[N, O, parameters / O]`, from what the layer takes and the gradient in what it gives.
    pub fn gradient(&self, x: &Tensor, given: &Tensor) -> Result<Tensor> {
        let images = x.size()[0];
        let [out, row] = self.rows();
        match &self.map {
            Map::Matrix => {
                let x = x.f_reshape([images, -1, row])?;
                let given = given.f_reshape([images, -1, out])?;
                Ok(given.f_transpose(1, 2)?.f_matmul(&x)?)
            }
            Map::Convolution(op) => {
                let (windows, _) = windows(op, x)?;
                let given = given.f_reshape([images, op.groups, out / op.groups, -1])?;
                let product = given.f_matmul(&windows.f_transpose(2, 3)?)?;
                Ok(product.f_reshape([images, out, row])?)
            }
        }
    }
}

/// The numbers that each window of a convolution holds, `[N, groups, row, places]`, and the sides of the picture of places.
fn windows(op: &Conv2d, x: &Tensor) -> Result<(Tensor, [i64; 2])> {
    let (images, channels, height, width) = x.size4()?;
    let [kernel, stride, padding, dilation] =
        [op.kernel, op.stride, op.padding, op.dilation].map(|pair| pair.sides());
    let side = |axis: usize, pixels: i64| {
        (pixels + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1
    };
    let sides = [side(0, height), side(1, width)];
    let pointwise = kernel == [1, 1] && stride == [1, 1] && padding == [0, 0];
    let windows = match pointwise {
        true => x.f_reshape([images, channels, -1])?,
        false => x.f_im2col(kernel, dilation, padding, stride)?,
    };
    let parted = [images, op.groups, -1, sides[0] * sides[1]];
    Ok((windows.f_reshape(parted)?, sides))
}
