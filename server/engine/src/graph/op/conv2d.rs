//! A convolution over a picture.

use super::window::Window;
use super::{Lipschitz, Operator, Pair, Parameter, Shape, Work, only, picture, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// A convolution with zero padding, weight `[out, in / groups, height, width]`, bias `[out]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv2d {
    /// How many channels it gives.
    pub out: i64,
    /// The sides of the kernels.
    pub kernel: Pair,
    pub stride: Pair,
    /// Rows of zeros above and below, columns of zeros left and right.
    pub padding: Pair,
    /// How far the numbers that a kernel takes lie apart; 1 for an ordinary convolution.
    pub dilation: Pair,
    /// Into how many groups the channels are parted; 1 for an ordinary convolution.
    pub groups: i64,
    /// Whether it adds a bias.
    pub bias: bool,
}

impl Conv2d {
    /// With a square and odd kernel, padded so that stride 1 keeps the picture's size.
    pub fn new(out: i64, kernel: i64, stride: i64) -> Self {
        Self {
            out,
            kernel: Pair::both(kernel),
            stride: Pair::both(stride),
            padding: Pair::both(kernel / 2),
            dilation: Pair::one(),
            groups: 1,
            bias: false,
        }
    }

    /// The same with a bias.
    pub fn biased(self) -> Self {
        Self { bias: true, ..self }
    }

    /// Whether the windows lie side by side, as the patches of a vision transformer.
    pub(in crate::graph) fn is_patches(&self) -> bool {
        let unpadded = self.padding == Pair::both(0) && self.dilation.is_one();
        let side_by_side = self.kernel == self.stride && unpadded;
        side_by_side && self.groups == 1 && !self.kernel.is_one()
    }

    /// One linear layer on each patch's pixels: on a CPU its gradient with respect to the picture takes a tenth of the time.
    fn on_patches(&self, x: &Tensor, tensors: &[Tensor]) -> Result<Tensor> {
        let (images, channels, height, width) = x.size4()?;
        let [down, across] = self.kernel.sides();
        let (rows, columns) = (height / down, width / across);
        let patches = x
            .f_slice(2, None, Some(rows * down), 1)?
            .f_slice(3, None, Some(columns * across), 1)?
            .f_reshape([images, channels, rows, down, columns, across])?
            .f_permute([0, 2, 4, 1, 3, 5])?
            .f_reshape([images, rows * columns, channels * down * across])?;
        let weight = tensors[0].f_flatten(1, -1)?;
        let values = patches.f_linear(&weight, tensors.get(1))?;
        Ok(values
            .f_transpose(1, 2)?
            .f_view([images, self.out, rows, columns])?)
    }

    pub(super) fn window(&self) -> Window {
        Window {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
            dilation: self.dilation,
        }
    }
}

impl Operator for Conv2d {
    fn kind(&self) -> &'static str {
        "conv2d"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let parted = self.groups >= 1 && channels % self.groups == 0 && self.out % self.groups == 0;
        match self.window().places([height, width], false) {
            Some([rows, columns]) if parted => Ok(vec![self.out, rows, columns]),
            _ => Err(format!(
                "cannot convolve {channels} channels of {height}x{width} pixels to {} in {} groups by kernels of {}",
                self.out,
                self.groups,
                self.window().words()
            )),
        }
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let channels = inputs.first().and_then(|input| input.first()).copied();
        let each = channels.unwrap_or(0) / self.groups.max(1);
        let weight = [self.out, each, self.kernel.height, self.kernel.width];
        let mut parameters = vec![Parameter::learned("weight", &weight)];
        if self.bias {
            parameters.push(Parameter::learned("bias", &[self.out]));
        }
        parameters
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        if self.is_patches() {
            return self.on_patches(inputs[0], tensors);
        }
        Ok(inputs[0].f_conv2d(
            &tensors[0],
            tensors.get(1),
            self.stride.sides(),
            self.padding.sides(),
            self.dilation.sides(),
            self.groups,
        )?)
    }

    fn work(&self, inputs: &[&[i64]], value: &[i64]) -> Work {
        let channels = inputs.first().and_then(|input| input.first()).copied();
        let reads =
            channels.unwrap_or(0) / self.groups.max(1) * self.kernel.height * self.kernel.width;
        let places = value.iter().skip(1).product();
        let own = Work::of(places, reads, self.out);
        // Every group gathers its own inputs.
        let gathered = Work::of(places, reads * self.groups, self.out).gathered;
        Work { gathered, ..own }
    }

    /// An upper bound of the largest singular value.
    fn lipschitz(&self, shapes: &[&[i64]], tensors: &[Tensor]) -> Result<Lipschitz> {
        let bound = match picture(only(shapes).unwrap_or_default()) {
            Ok([_, height, width]) => spectral::of_convolution(self, [height, width], &tensors[0])?,
            Err(_) => return Ok(Lipschitz::Unbounded),
        };
        Ok(Lipschitz::of(bound))
    }
}
