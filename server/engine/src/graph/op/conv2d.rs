//! A convolution over a picture.

use super::{Lipschitz, Operator, Parameter, Shape, Work, only, picture, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// A convolution with square kernels and zero padding, weight `[out, in / groups, k, k]`, bias `[out]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv2d {
    /// How many channels it gives.
    pub out: i64,
    /// The side of the kernels.
    pub kernel: i64,
    pub stride: i64,
    /// Rows and columns of zeros on every side.
    pub padding: i64,
    /// How far the numbers that a kernel takes lie apart; 1 for an ordinary convolution.
    pub dilation: i64,
    /// Into how many groups the channels are parted; 1 for an ordinary convolution.
    pub groups: i64,
    /// Whether it adds a bias.
    pub bias: bool,
}

impl Conv2d {
    /// With an odd kernel, padded so that stride 1 keeps the picture's size.
    pub fn new(out: i64, kernel: i64, stride: i64) -> Self {
        Self {
            out,
            kernel,
            stride,
            padding: kernel / 2,
            dilation: 1,
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
        let side_by_side = self.kernel == self.stride && self.padding == 0 && self.dilation == 1;
        side_by_side && self.groups == 1 && self.kernel > 1
    }

    /// One linear layer on each patch's pixels: on a CPU its gradient with respect to the picture takes a tenth of the time.
    fn on_patches(&self, x: &Tensor, tensors: &[Tensor]) -> Result<Tensor> {
        let (images, channels, height, width) = x.size4()?;
        let (side, rows, columns) = (self.kernel, height / self.kernel, width / self.kernel);
        let patches = x
            .f_slice(2, None, Some(rows * side), 1)?
            .f_slice(3, None, Some(columns * side), 1)?
            .f_reshape([images, channels, rows, side, columns, side])?
            .f_permute([0, 2, 4, 1, 3, 5])?
            .f_reshape([images, rows * columns, channels * side * side])?;
        let weight = tensors[0].f_flatten(1, -1)?;
        let values = patches.f_linear(&weight, tensors.get(1))?;
        Ok(values
            .f_transpose(1, 2)?
            .f_view([images, self.out, rows, columns])?)
    }

    fn side(&self, input: i64) -> i64 {
        (input + 2 * self.padding - self.reach()) / self.stride.max(1) + 1
    }

    /// The side of the window from which a kernel takes.
    fn reach(&self) -> i64 {
        self.dilation * (self.kernel - 1) + 1
    }
}

impl Operator for Conv2d {
    fn kind(&self) -> &'static str {
        "conv2d"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let parted = self.groups >= 1 && channels % self.groups == 0 && self.out % self.groups == 0;
        let least = self.reach() - 2 * self.padding;
        let sound = self.kernel >= 1 && self.stride >= 1 && self.dilation >= 1 && self.padding >= 0;
        if !parted || !sound || height < least || width < least {
            return Err(format!(
                "cannot convolve {channels} channels of {height}x{width} pixels by {self:?}"
            ));
        }
        Ok(vec![self.out, self.side(height), self.side(width)])
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let channels = inputs.first().and_then(|input| input.first()).copied();
        let each = channels.unwrap_or(0) / self.groups.max(1);
        let weight = [self.out, each, self.kernel, self.kernel];
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
            [self.stride; 2],
            [self.padding; 2],
            [self.dilation; 2],
            self.groups,
        )?)
    }

    fn work(&self, inputs: &[&[i64]], value: &[i64]) -> Work {
        let channels = inputs.first().and_then(|input| input.first()).copied();
        let reads = channels.unwrap_or(0) / self.groups.max(1) * self.kernel * self.kernel;
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
