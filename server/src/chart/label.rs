//! What a figure's file says of its origin: runs, seeds, program and device, where each format has room for it.

use crate::store::RunRow;
use flate2::Crc;
use valleyscope_shared::run::RunState;

/// One line of JSON: of every run its id, spec, seeds, program and device.
pub fn label<'a>(runs: impl Iterator<Item = (&'a RunRow, &'a RunState)>) -> String {
    let runs: Vec<_> = runs
        .map(|(row, state)| {
            let started = state.started.as_ref();
            serde_json::json!({
                "run": row.id,
                "spec": row.spec,
                "profile": row.spec.attack.profile(),
                "epsilons": started.map(|started| &started.epsilons),
                "seeds": started.map(|started| &started.seeds),
                "made_by": started.map(|started| &started.made_by),
                "origin": started.map(|started| &started.origin),
                "device": started.map(|started| &started.device),
            })
        })
        .collect();
    serde_json::Value::from(runs).to_string()
}

/// The picture with the label as its metadata.
pub fn in_svg(svg: &str, label: &str) -> String {
    let escaped = label
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    let Some(start) = svg
        .find("<svg")
        .and_then(|at| svg[at..].find('>').map(|end| at + end + 1))
    else {
        return svg.to_owned();
    };
    format!(
        "{}<metadata>{escaped}</metadata>{}",
        &svg[..start],
        &svg[start..]
    )
}

/// The picture with the label as a text chunk named `Comment`, right after the header.
pub fn in_png(mut png: Vec<u8>, label: &str) -> Vec<u8> {
    // Signature (8 bytes) and header chunk (4 length, 4 name, 13 content, 4 checksum).
    const AFTER_HEADER: usize = 8 + 25;
    if png.len() < AFTER_HEADER {
        return png;
    }
    // iTXt: keyword, end, not compressed, method, no language, no translated keyword, UTF-8 text.
    let mut chunk = b"iTXtComment\0\0\0\0\0".to_vec();
    chunk.extend(label.bytes());
    let mut checksum = Crc::new();
    checksum.update(&chunk);
    let mut bytes = ((chunk.len() - 4) as u32).to_be_bytes().to_vec();
    bytes.extend(chunk);
    bytes.extend(checksum.sum().to_be_bytes());
    png.splice(AFTER_HEADER..AFTER_HEADER, bytes);
    png
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

    #[test]
    fn a_labelled_png_is_still_a_png_and_holds_the_label() {
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(&[7], 1, 1, ExtendedColorType::L8)
            .unwrap();
        let labelled = in_png(png, "{\"run\":\"a\"}");
        assert_eq!(
            image::load_from_memory(&labelled)
                .unwrap()
                .into_luma8()
                .into_raw(),
            [7]
        );
        assert!(labelled.windows(11).any(|part| part == b"{\"run\":\"a\"}"));
    }

    #[test]
    fn a_label_is_no_markup() {
        let svg = in_svg("<svg a=\"b\"><g/></svg>", "[\"<script>&\"]");
        assert_eq!(
            svg,
            "<svg a=\"b\"><metadata>[\"&lt;script&gt;&amp;\"]</metadata><g/></svg>"
        );
    }
}
