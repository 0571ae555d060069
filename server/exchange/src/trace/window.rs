//! Convolutions and poolings of pictures.

use super::norm::expect;
use super::{Trace, Traced};
use crate::op::Op;
use crate::tensor::TensorData;

/// The largest kernel, stride, dilation and padding.
const MOST: i64 = 1 << 16;

/// How windows lie on a picture.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub kernel: [i64; 2],
    pub stride: [i64; 2],
    /// Above, left, below, right.
    pub padding: [i64; 4],
    pub dilation: [i64; 2],
    pub ceil: bool,
}

/// What a window becomes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pool {
    Max,
    Mean { count_include_pad: bool },
}

impl Window {
    /// How many windows there are along height and width.
    fn places(&self, picture: [i64; 2]) -> Result<[i64; 2], String> {
        let refused = || format!("puts windows {self:?} on {picture:?} pixels");
        let positive = [self.kernel, self.stride, self.dilation];
        let is_bounded = positive
            .as_flattened()
            .iter()
            .all(|n| (1..=MOST).contains(n))
            && self.padding.iter().all(|n| (0..=MOST).contains(n));
        if !is_bounded {
            return Err(refused());
        }
        let mut places = [0; 2];
        for side in 0..2 {
            let padded = picture[side] + self.padding[side] + self.padding[side + 2];
            let wide = self.dilation[side] * (self.kernel[side] - 1) + 1;
            let room = padded - wide;
            if room < 0 {
                return Err(refused());
            }
            let stride = self.stride[side];
            let mut many = room / stride + 1;
            // Rounded up, but no window begins in the padding behind the picture.
            if self.ceil && room % stride != 0 && many * stride < picture[side] + self.padding[side]
            {
                many += 1;
            }
            places[side] = many;
        }
        Ok(places)
    }
}

/// The step of a value that is a picture, and its sizes.
fn picture(trace: &mut Trace, x: &Traced) -> Result<(usize, [i64; 3]), String> {
    let x = trace.tight(x)?;
    let plain = x.is_plain() && x.rank() == 4;
    match trace.shape(&x) {
        [channels, height, width] if plain => Ok((x.step, [*channels, *height, *width])),
        _ => Err(format!("takes {}, which are no pictures", x.words())),
    }
}

impl Trace {
    /// A convolution; the window's kernel is that of the weight.
    pub(crate) fn conv(
        &mut self,
        x: &Traced,
        weight: &TensorData,
        bias: Option<&TensorData>,
        window: Window,
        groups: i64,
    ) -> Result<Traced, String> {
        let (input, [channels, height, width]) = picture(self, x)?;
        let [out, each, rows, columns]: [i64; 4] = weight
            .shape
            .as_slice()
            .try_into()
            .map_err(|_| format!("convolves by {:?}", weight.shape))?;
        let fits = groups >= 1
            && each.checked_mul(groups) == Some(channels)
            && out % groups == 0
            && out > 0;
        if !fits {
            return Err(format!(
                "convolves {channels} channels by {:?} in {groups} groups",
                weight.shape
            ));
        }
        if let Some(bias) = bias {
            expect(bias, &[out])?;
        }
        let window = Window {
            kernel: [rows, columns],
            ceil: false,
            ..window
        };
        let [down, across] = window.places([height, width])?;
        let op = Op::Conv2d {
            stride: window.stride,
            padding: window.padding,
            dilation: window.dilation,
            groups,
            weight: self.keep(weight),
            bias: bias.map(|bias| self.keep(bias)),
        };
        let image = [out, down, across];
        let step = self.push(op, &[input], image.to_vec())?;
        Ok(Traced::first(step, &image))
    }

    /// The largest or the mean number of each window.
    pub(crate) fn pool(&mut self, x: &Traced, window: Window, by: Pool) -> Result<Traced, String> {
        let (input, [channels, height, width]) = picture(self, x)?;
        let [down, across] = window.places([height, width])?;
        let [rows, columns] = window.kernel;
        let most = [rows, columns, rows, columns];
        // PyTorch refuses it too: a window could lie in the padding alone.
        if (0..4)
            .any(|side| window.padding[side] * 2 > most[side] && window.padding[side] >= most[side])
        {
            return Err(format!("pads windows by their own size: {window:?}"));
        }
        let Window {
            kernel,
            stride,
            padding,
            dilation,
            ceil,
        } = window;
        let op = match by {
            Pool::Max => Op::MaxPool {
                kernel,
                stride,
                padding,
                dilation,
                ceil,
            },
            Pool::Mean { .. } if dilation != [1, 1] => {
                return Err("takes means of windows with gaps".to_owned());
            }
            Pool::Mean { count_include_pad } => Op::AvgPool {
                kernel,
                stride,
                padding,
                ceil,
                count_include_pad,
            },
        };
        let image = [channels, down, across];
        let step = self.push(op, &[input], image.to_vec())?;
        Ok(Traced::first(step, &image))
    }

    /// Means such that so many rows and columns are left; `None` keeps those there are.
    pub(crate) fn adaptive(&mut self, x: &Traced, to: [Option<i64>; 2]) -> Result<Traced, String> {
        let (input, [channels, height, width]) = picture(self, x)?;
        let to = [to[0].unwrap_or(height), to[1].unwrap_or(width)];
        if to.iter().any(|side| !(1..=MOST).contains(side)) {
            return Err(format!("leaves {to:?} pixels"));
        }
        if to == [height, width] {
            return Ok(Traced::first(input, &[channels, height, width]));
        }
        let image = [channels, to[0], to[1]];
        let op = match to {
            [1, 1] => Op::MeanOver {
                dims: vec![1, 2],
                keep: true,
            },
            _ => Op::AdaptiveAvgPool { to },
        };
        let step = self.push(op, &[input], image.to_vec())?;
        Ok(Traced::first(step, &image))
    }

    /// Each pixel copied.
    pub(crate) fn upsample(&mut self, x: &Traced, to: [i64; 2]) -> Result<Traced, String> {
        let (input, [channels, height, width]) = picture(self, x)?;
        let whole = |to: i64, from: i64| to >= from && to % from.max(1) == 0;
        if !whole(to[0], height) || !whole(to[1], width) {
            return Err(format!("makes {height}x{width} pixels {to:?}"));
        }
        let image = [channels, to[0], to[1]];
        let step = self.push(Op::UpsampleNearest, &[input], image.to_vec())?;
        Ok(Traced::first(step, &image))
    }
}
