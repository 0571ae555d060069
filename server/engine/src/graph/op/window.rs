//! Windows that move over a picture: those of kernels and of pools.

use super::{Pair, Shape, only, picture};

/// A window along one side of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub kernel: i64,
    pub stride: i64,
    pub padding: i64,
    pub dilation: i64,
}

/// A window along height and along width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub kernel: Pair,
    pub stride: Pair,
    pub padding: Pair,
    pub dilation: Pair,
}

impl Side {
    /// From how many neighbouring pixels a window takes, gaps included.
    pub(super) fn reach(self) -> i64 {
        self.dilation * (self.kernel - 1) + 1
    }

    /// How many windows there are on so many pixels, as PyTorch counts them; `rest` says that pixels which fill none have one too.
    fn places(self, pixels: i64, rest: bool) -> Option<i64> {
        let is_sound =
            self.kernel >= 1 && self.stride >= 1 && self.dilation >= 1 && self.padding >= 0;
        let free = pixels + 2 * self.padding - self.reach();
        if !is_sound || free < 0 {
            return None;
        }
        if !rest {
            return Some(free / self.stride + 1);
        }
        let all = (free + self.stride - 1) / self.stride + 1;
        // The last one has to begin within the picture or what pads it before.
        match (all - 1) * self.stride >= pixels + self.padding {
            true => Some(all - 1),
            false => Some(all),
        }
    }

    /// In how many windows a pixel is at most: `j · dilation ≡ pixel (mod stride)` has a solution `j` in every `stride / gcd` numbers.
    fn shared(self) -> i64 {
        let stride = self.stride.max(1);
        let every = stride / divisor(stride, self.dilation.max(1));
        (self.kernel + every - 1) / every
    }
}

/// The greatest common divisor.
fn divisor(a: i64, b: i64) -> i64 {
    match b {
        0 => a,
        _ => divisor(b, a % b),
    }
}

impl Window {
    /// Along height, then along width.
    pub(super) fn sides(self) -> [Side; 2] {
        let [kernel, stride] = [self.kernel.sides(), self.stride.sides()];
        let [padding, dilation] = [self.padding.sides(), self.dilation.sides()];
        [0, 1].map(|side| Side {
            kernel: kernel[side],
            stride: stride[side],
            padding: padding[side],
            dilation: dilation[side],
        })
    }

    /// How many windows there are along height and width; none where they do not fit.
    pub(super) fn places(self, picture: [i64; 2], rest: bool) -> Option<[i64; 2]> {
        let [down, across] = self.sides();
        let rows = down.places(picture[0], rest)?;
        Some([rows, across.places(picture[1], rest)?])
    }

    /// The shape that a pool gives, which LibTorch pads by half a window at most.
    pub(super) fn pooled(self, inputs: &[&[i64]], rest: bool) -> Result<Shape, String> {
        let [channels, height, width] = picture(only(inputs)?)?;
        let is_sound = |side: Side| side.padding <= side.reach() / 2;
        let sound = self.sides().into_iter().all(is_sound);
        match self.places([height, width], rest).filter(|_| sound) {
            Some([rows, columns]) => Ok(vec![channels, rows, columns]),
            None => Err(format!(
                "cannot pool {height}x{width} pixels by windows of {}",
                self.words()
            )),
        }
    }

    /// In how many windows a pixel is at most.
    pub(super) fn shared(self) -> i64 {
        self.sides().map(Side::shared).into_iter().product()
    }

    /// In words.
    pub(super) fn words(self) -> String {
        format!(
            "{}, stride {}, padding {}, dilation {}",
            self.kernel, self.stride, self.padding, self.dilation
        )
    }
}
