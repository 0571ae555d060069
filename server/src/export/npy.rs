//! Arrays as NumPy reads them.

use std::io::{self, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// An array of floats with its name and shape, row after row.
pub struct Array {
    /// The name under which NumPy has it.
    pub name: &'static str,
    /// Its sizes.
    pub shape: Vec<usize>,
    /// Its values.
    pub values: Vec<f64>,
}

/// Writes arrays into one file, as `numpy.savez` does.
///
/// # Errors
/// It cannot be written.
pub fn write_arrays(arrays: &[Array], to: impl Write) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(to);
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for array in arrays {
        zip.start_file(format!("{}.npy", array.name), options)?;
        zip.write_all(&npy_head("<f8", &array.shape))?;
        for value in &array.values {
            zip.write_all(&value.to_le_bytes())?;
        }
    }
    zip.finish()?.flush()
}

/// The head of an array file, version 1.0: magic, length, and a Python dictionary padded to a multiple of 64 bytes.
pub(super) fn npy_head(kind: &str, shape: &[usize]) -> Vec<u8> {
    let sizes: String = shape.iter().map(|size| format!("{size},")).collect();
    let mut text = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': ({sizes}), }}");
    while (10 + text.len() + 1) % 64 != 0 {
        text.push(' ');
    }
    text.push('\n');
    let mut head = b"\x93NUMPY\x01\x00".to_vec();
    head.extend((text.len() as u16).to_le_bytes());
    head.extend(text.bytes());
    head
}
