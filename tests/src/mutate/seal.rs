//! Packing parts with the checksums that readers ask for; nothing is compressed, so that every byte means what it says.

use super::seed::Part;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// A zip archive.
pub fn zip(parts: &[Part]) -> Vec<u8> {
    let (mut file, mut list) = (Vec::new(), Vec::new());
    for part in parts {
        let at = file.len() as u32;
        let (name, length) = (part.name.as_bytes(), part.content.len() as u32);
        // From the version that is needed to the length of the name and of what follows it.
        let head = [
            &[20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0][..],
            &crc32(&[&part.content]).to_le_bytes(),
            &length.to_le_bytes(),
            &length.to_le_bytes(),
            &(name.len() as u16).to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        file.extend([&b"PK\x03\x04"[..], &head, name, &part.content].concat());
        let place = at.to_le_bytes();
        list.extend([&b"PK\x01\x02\x14\0"[..], &head, &[0; 10], &place, name].concat());
    }
    let count = (parts.len() as u16).to_le_bytes();
    let end = [
        &b"PK\x05\x06\0\0\0\0"[..],
        &count,
        &count,
        &(list.len() as u32).to_le_bytes(),
        &(file.len() as u32).to_le_bytes(),
        &[0, 0],
    ]
    .concat();
    [file, list, end].concat()
}

/// A gzip file of all parts, one after the other.
pub fn gzip(parts: &[Part]) -> Vec<u8> {
    let content = joined(parts);
    [
        &b"\x1f\x8b\x08\0\0\0\0\0\0\xff"[..],
        &stored(&content),
        &crc32(&[&content]).to_le_bytes(),
        &(content.len() as u32).to_le_bytes(),
    ]
    .concat()
}

/// A zlib stream of all parts, one after the other.
pub fn zlib(parts: &[Part]) -> Vec<u8> {
    let content = joined(parts);
    let (mut low, mut high) = (1u32, 0u32);
    for byte in &content {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    let sum = (high << 16 | low).to_be_bytes();
    [&[0x78, 0x01][..], &stored(&content), &sum].concat()
}

/// A PNG whose chunks are the parts.
pub fn png(parts: &[Part]) -> Vec<u8> {
    let chunk = |part: &Part| {
        let length = (part.content.len() as u32).to_be_bytes();
        let sum = crc32(&[part.name.as_bytes(), &part.content]).to_be_bytes();
        [&length[..], part.name.as_bytes(), &part.content, &sum].concat()
    };
    let chunks: Vec<u8> = parts.iter().flat_map(chunk).collect();
    [PNG, &chunks].concat()
}

/// The chunks of a PNG, as [`png`] takes them.
///
/// # Panics
/// Where it is none.
pub fn chunks(picture: &[u8]) -> Vec<Part> {
    let mut rest = picture
        .strip_prefix(PNG)
        .expect("a PNG begins with its mark");
    let mut parts = Vec::new();
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (name, after) = after.split_at(4);
        let (content, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        parts.push(Part::new(String::from_utf8_lossy(name), content));
        rest = &after[4..];
    }
    parts
}

/// A tar archive.
pub fn tar(parts: &[Part]) -> Vec<u8> {
    let mut file = Vec::new();
    for part in parts {
        let mut head = [0; 512];
        let size = format!("{:011o}", part.content.len());
        for (at, text) in [
            (0, part.name.as_str()),
            (100, "0000644"),
            (124, &size),
            (136, "00000000000"),
            (148, "        0"),
            (257, "ustar\x0000"),
        ] {
            head[at..at + text.len()].copy_from_slice(text.as_bytes());
        }
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        file.extend(head);
        file.extend(&part.content);
        file.resize(file.len().next_multiple_of(512), 0);
    }
    file.resize(file.len() + 1024, 0);
    file
}

fn joined(parts: &[Part]) -> Vec<u8> {
    parts.iter().flat_map(|part| part.content.clone()).collect()
}

/// A deflate stream whose blocks are stored as they are.
fn stored(content: &[u8]) -> Vec<u8> {
    const LONGEST: usize = 0xffff;
    let mut stream = Vec::new();
    let mut rest = content;
    loop {
        let (block, after) = rest.split_at(rest.len().min(LONGEST));
        let length = block.len() as u16;
        stream.push(u8::from(after.is_empty()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
        if after.is_empty() {
            return stream;
        }
        rest = after;
    }
}

/// The checksum of zip, gzip and PNG.
fn crc32(parts: &[&[u8]]) -> u32 {
    let step = |sum: u32, byte: &u8| {
        let shift = |sum: u32| match sum & 1 {
            0 => sum >> 1,
            _ => sum >> 1 ^ 0xedb8_8320,
        };
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| shift(sum))
    };
    !parts.iter().copied().flatten().fold(!0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_its_definition() {
        assert_eq!(crc32(&[b"1234", b"56789"]), 0xcbf4_3926);
        // "Wikipedia", the example of its article on Adler-32.
        let packed = zlib(&[Part::new("", "Wikipedia")]);
        assert_eq!(packed[packed.len() - 4..], 0x11e6_0398u32.to_be_bytes());
    }

    #[test]
    fn chunks_are_put_together_again() {
        let parts = vec![Part::new("IHDR", [0; 13]), Part::new("IEND", [])];
        assert_eq!(chunks(&png(&parts)), parts);
    }
}
