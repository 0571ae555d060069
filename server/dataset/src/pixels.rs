//! Raw pixels in memory or by their place in a file, in the order in which a format has them.

use crate::error::Result;
use crate::file::Regular;
use crate::set::Images;
use std::sync::Arc;

/// Bytes that are held, or that stay in their file.
#[derive(Clone, Debug)]
pub(crate) enum Bytes {
    Held(Arc<Vec<u8>>),
    Placed(Arc<Regular>),
}

impl Bytes {
    pub fn held(content: Vec<u8>) -> Self {
        Self::Held(Arc::new(content))
    }

    fn read_at(&self, place: u64, buffer: &mut [u8]) -> Result<()> {
        match self {
            Self::Placed(file) => file.read_at(place, buffer),
            Self::Held(content) => {
                let start = place as usize;
                buffer.copy_from_slice(&content[start..start + buffer.len()]);
                Ok(())
            }
        }
    }
}

/// How the bytes of one picture follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Channel, row, column: as sets give them.
    Planes,
    /// Row, column, channel.
    Interleaved,
    /// Channel, column, row: as MATLAB has them.
    Columns,
}

/// Pictures at equal distances, the first at `start`.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub bytes: Bytes,
    pub start: u64,
    pub stride: u64,
    pub count: usize,
}

/// The pictures of several parts, one after the other.
#[derive(Debug)]
pub(crate) struct Raw {
    pub parts: Vec<Part>,
    pub order: Order,
    pub shape: [usize; 3],
}

impl Images for Raw {
    fn read(&self, index: usize, bytes: &mut [u8]) -> Result<()> {
        let mut left = index;
        for part in &self.parts {
            if left >= part.count {
                left -= part.count;
                continue;
            }
            let place = part.start + left as u64 * part.stride;
            if self.order == Order::Planes {
                return part.bytes.read_at(place, bytes);
            }
            let mut stored = vec![0; bytes.len()];
            part.bytes.read_at(place, &mut stored)?;
            self.arrange(&stored, bytes);
            return Ok(());
        }
        Ok(())
    }
}

impl Raw {
    fn arrange(&self, stored: &[u8], bytes: &mut [u8]) {
        let [channels, height, width] = self.shape;
        let from = |channel, row, column| match self.order {
            Order::Planes => (channel * height + row) * width + column,
            Order::Interleaved => (row * width + column) * channels + channel,
            Order::Columns => (channel * width + column) * height + row,
        };
        let mut to = bytes.iter_mut();
        for channel in 0..channels {
            for row in 0..height {
                for column in 0..width {
                    if let Some(to) = to.next() {
                        *to = stored[from(channel, row, column)];
                    }
                }
            }
        }
    }
}
