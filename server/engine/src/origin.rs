//! Digests of what a result is computed from: the weights, the card, the images, the specification.

use crate::data::{Dataset, DatasetInfo};
use crate::error::{Error, Result};
use crate::model::LoadedModel;
use sha2::{Digest, Sha256};
use valleyscope_shared::origin::{Origin, canonical};
use valleyscope_shared::spec::RunSpec;

/// SHA-256 in hexadecimal, as `sha256sum` writes it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new_with_prefix(bytes))
}

/// How many bytes a file has from here on, and their SHA-256.
///
/// # Errors
/// What reading them gives.
pub fn sha256_of(mut file: impl std::io::Read) -> std::io::Result<(u64, String)> {
    let mut digest = Sha256::new();
    let bytes = std::io::copy(&mut file, &mut digest)?;
    Ok((bytes, hexadecimal(digest)))
}

/// The digest of a data set: its shape and class names, then every image with its label.
///
/// SHA-256 over channels, height and width, the number of classes, each class name with its length before it,
/// and then as [`of_images`] for all images; numbers are 64-bit little-endian.
///
/// # Errors
/// An image that cannot be read.
pub fn of_set(set: &dyn Dataset) -> Result<String> {
    let mut digest = SetDigest::of(set.info());
    put_images(&mut digest.0, set, 0..set.info().count)?;
    Ok(digest.end())
}

/// The same of a set whose images somebody reads anyway, one after another from the first to the last.
pub(crate) struct SetDigest(Sha256);

impl SetDigest {
    /// Before the first image.
    pub fn of(info: &DatasetInfo) -> Self {
        let mut digest = Sha256::new();
        put_shape(&mut digest, info);
        put(&mut digest, info.classes.len());
        for class in &info.classes {
            put(&mut digest, class.len());
            digest.update(class);
        }
        Self(digest)
    }

    /// The next image.
    pub fn image(&mut self, index: usize, label: usize, bytes: &[u8]) {
        put_image(&mut self.0, index, label, bytes);
    }

    /// After the last.
    pub fn end(self) -> String {
        hexadecimal(self.0)
    }
}

/// The digest of some images of a data set in order.
///
/// SHA-256 over channels, height and width, then of each image its index, its label and its bytes `[C, H, W]`;
/// numbers are 64-bit little-endian.
///
/// # Errors
/// An image that cannot be read.
pub fn of_images(set: &dyn Dataset, indices: &[usize]) -> Result<String> {
    let mut digest = Sha256::new();
    put_shape(&mut digest, set.info());
    put_images(&mut digest, set, indices.iter().copied())?;
    Ok(hexadecimal(digest))
}

/// The digest of anything that is asked for: SHA-256 over its JSON with sorted keys and without blanks.
///
/// # Errors
/// What cannot be written as JSON.
pub fn of_spec(spec: &impl serde::Serialize) -> Result<String> {
    let value = serde_json::to_value(spec).map_err(|error| Error::Json {
        what: "writing JSON".into(),
        reason: error.to_string(),
    })?;
    Ok(sha256(canonical(&value).as_bytes()))
}

/// Everything that a run is computed from.
pub(crate) fn of_run(
    loaded: &LoadedModel,
    set: &dyn Dataset,
    indices: &[usize],
    spec: &RunSpec,
) -> Result<Origin> {
    Ok(Origin {
        weights: loaded.weights.clone(),
        card: loaded.card_digest.clone(),
        data: set.digest()?,
        images: of_images(set, indices)?,
        spec: of_spec(spec)?,
    })
}

fn put(digest: &mut Sha256, number: usize) {
    digest.update((number as u64).to_le_bytes());
}

fn put_shape(digest: &mut Sha256, info: &DatasetInfo) {
    for size in info.shape {
        put(digest, size);
    }
}

fn put_images(
    digest: &mut Sha256,
    set: &dyn Dataset,
    indices: impl Iterator<Item = usize>,
) -> Result<()> {
    let mut bytes = vec![0; set.info().pixels()];
    for index in indices {
        set.bytes_into(index, &mut bytes)?;
        put_image(digest, index, set.label(index)?, &bytes);
    }
    Ok(())
}

fn put_image(digest: &mut Sha256, index: usize, label: usize, bytes: &[u8]) {
    put(digest, index);
    put(digest, label);
    digest.update(bytes);
}

fn hexadecimal(digest: Sha256) -> String {
    let bytes = digest.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::shapes::{Shapes, Split};

    #[test]
    fn a_digest_is_the_one_that_other_programs_tell() {
        // FIPS 180-4's example.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), known);
    }

    #[test]
    fn the_digest_of_images_tells_their_order_and_which_they_are() {
        let set = Shapes::new(Split::Test);
        let of = |indices: &[usize]| of_images(&set, indices).unwrap();
        assert_eq!(of(&[3, 4]), of(&[3, 4]));
        assert_ne!(of(&[3, 4]), of(&[4, 3]));
        assert_ne!(of(&[3]), of(&[3, 4]));
    }

    /// The pictures are drawn, so their digest can stand in the program: no run has to draw them all.
    #[test]
    fn the_embedded_sets_have_the_digests_that_they_say() {
        for split in [Split::Test, Split::Train] {
            let set = Shapes::new(split);
            assert_eq!(set.digest().unwrap(), of_set(&set).unwrap(), "{split:?}");
        }
    }
}
