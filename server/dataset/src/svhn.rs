//! SVHN's cropped digits, Netzer and others 2011, <http://ufldl.stanford.edu/housenumbers/>: `X`, 32x32 in colour, and `y`.

use crate::budget::MOST_HELD;
use crate::classes;
use crate::error::{Error, Result, bytes, many};
use crate::info::Info;
use crate::mat::arrays;
use crate::open::{self, single};
use crate::options::{Format, Options};
use crate::pixels::{Bytes, Order, Part, Raw};
use crate::set::Set;
use std::path::PathBuf;

/// More labels than pictures fit.
const MOST_LABELS: u64 = 10_000_000;

/// Reads one file, of which label 10 is the digit 0.
///
/// # Errors
/// [`Error::Format`] when an array is missing, has another shape or is more than is held.
pub(crate) fn read(paths: &[PathBuf], options: &Options) -> Result<Set> {
    let path = single(open::files(Format::Svhn, paths, options)?, "SVHN")?;
    let refuse = |reason: String| Error::format(&path, reason);
    let (mut images, mut labels) = (None, None);
    arrays(&path, |array| {
        let shape = array.shape.clone();
        match &array.name[..] {
            "X" if array.count() > MOST_HELD => {
                let reason = format!(
                    "X holds {}, and at most {} are held, because a packed file cannot be read in any order; \
                     train_32x32.mat and test_32x32.mat are small enough",
                    bytes(array.count()),
                    bytes(MOST_HELD)
                );
                return Err(refuse(reason));
            }
            "X" => images = Some((shape, array.bytes(MOST_HELD).map_err(refuse)?)),
            "y" => labels = Some(array.integers(MOST_LABELS).map_err(refuse)?),
            _ => {}
        }
        Ok(())
    })?;
    let (Some((shape, images)), Some(labels)) = (images, labels) else {
        return Err(refuse(
            "has no arrays X and y, as SVHN's cropped digits have".to_owned(),
        ));
    };
    let count = match shape[..] {
        [32, 32, 3, count] if count > 0 => count,
        // MATLAB drops a last dimension of one.
        [32, 32, 3] => 1,
        _ => {
            return Err(refuse(format!(
                "X has the shape {shape:?}; [32, 32, 3, N] is right"
            )));
        }
    };
    if labels.len() != count {
        return Err(refuse(format!(
            "{} labels for {}",
            labels.len(),
            many(count, "image")
        )));
    }
    let digit = |(index, label): (usize, &i64)| match label {
        1..=10 => Ok((label % 10) as u32),
        _ => Err(refuse(format!(
            "image {index} has label {label}, but SVHN's labels are 1 to 10"
        ))),
    };
    let labels = labels
        .iter()
        .enumerate()
        .map(digit)
        .collect::<Result<Vec<_>>>()?;
    let info = Info {
        title: format!("SVHN, {}", many(count, "image")),
        count,
        shape: [3, 32, 32],
        classes: classes::numbers(10),
        source: "SVHN (Netzer and others 2011), http://ufldl.stanford.edu/housenumbers/".to_owned(),
        notes: vec!["The file's label 10 is the digit 0.".to_owned()],
    };
    let part = Part {
        bytes: Bytes::held(images),
        start: 0,
        stride: 3 * 32 * 32,
        count,
    };
    let raw = Raw {
        parts: vec![part],
        order: Order::Columns,
        shape: info.shape,
    };
    Ok(Set::new(info, labels, raw))
}
