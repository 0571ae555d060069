//! Values of files that were written for one image, whose batch was lost in a reshape.

use super::{Trace, Traced};
use crate::size::Size;

impl Trace {
    /// With the batch first, where a 1 is that can be it.
    pub(crate) fn tight(&mut self, x: &Traced) -> Result<Traced, String> {
        match (x.at(), x.dims.first()) {
            (None, Some(first)) if *first == Size::plain(1) => {
                let mut dims = x.dims.clone();
                dims[0] = Size::BATCH;
                self.reshape(x, &dims)
            }
            _ => Ok(x.clone()),
        }
    }

    /// Without a batch, which is a 1 among the sizes of the image then.
    fn loose(&mut self, x: &Traced) -> Result<Traced, String> {
        let dims: Vec<Size> = x.dims.iter().map(|size| Size::plain(size.value)).collect();
        let shape = Traced::image(&dims, 1);
        let step = self.reshaped(x, shape)?;
        Ok(Traced {
            step,
            dims,
            before: 1,
        })
    }

    /// Sees values that are combined in one way, where that may differ.
    pub(crate) fn alike(&mut self, values: &mut [Traced]) -> Result<(), String> {
        let first = values.first().and_then(Traced::batch);
        let differ = values.iter().any(|value| value.batch() != first);
        if self.fixed && differ {
            for value in values {
                *value = self.loose(value)?;
            }
        }
        Ok(())
    }
}
