//! Whatever is in a file, it is read or refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod made;

use made::{noise, npy, options, packed, picture};
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use valleyscope_dataset::{Format, Set, open, recognise};

/// A file that is changed, with what it needs beside it.
struct Seed {
    format: Format,
    name: &'static str,
    content: Vec<u8>,
    beside: Vec<(&'static str, Vec<u8>)>,
    options: &'static str,
    /// The folder is opened, and not the files in it.
    folder: bool,
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/golden")
            .join(name),
    )
    .unwrap()
}

fn npz() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let single: Vec<u8> = noise(96, 1)
        .iter()
        .flat_map(|&level| (f32::from(level) / 255.0).to_le_bytes())
        .collect();
    for (name, content) in [
        ("x.npy", npy("<f4", &[2, 4, 4, 3], &single)),
        ("y.npy", npy("|u1", &[2], &[0, 1])),
    ] {
        archive
            .start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(&content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn pictures() -> [Vec<u8>; 3] {
    let pixels = noise(24 * 20 * 3, 1);
    let encoded = |format| {
        let image = image::RgbImage::from_raw(24, 20, pixels.clone()).unwrap();
        let mut content = std::io::Cursor::new(Vec::new());
        image.write_to(&mut content, format).unwrap();
        content.into_inner()
    };
    [
        picture(20, 24, 1),
        encoded(image::ImageFormat::Jpeg),
        encoded(image::ImageFormat::WebP),
    ]
}

fn seeds() -> &'static [Seed] {
    static SEEDS: OnceLock<Vec<Seed>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let seed = |format, name, content| Seed {
            format,
            name,
            content,
            beside: Vec::new(),
            options: "{}",
            folder: false,
        };
        let idx = [
            &[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4][..],
            &noise(24, 1),
        ]
        .concat();
        let names = vec![0, 0, 8, 1, 0, 0, 0, 2, 7, 3];
        let fog = npy("|u1", &[10, 4, 4, 3], &noise(480, 1));
        let mut seeds = vec![
            seed(Format::Cifar10, "a.bin", [vec![1], noise(3072, 1)].concat()),
            seed(
                Format::Cifar100,
                "a.bin",
                packed(&[vec![1, 2], noise(3072, 1)].concat()),
            ),
            seed(
                Format::CifarPickle,
                "test_batch",
                golden("cifar10.protocol2")[6000..].to_vec(),
            ),
            seed(
                Format::CifarPickle,
                "test_batch",
                golden("cifar10.protocol4"),
            ),
            seed(Format::CifarPickle, "test", golden("cifar100.columns")),
            seed(Format::Svhn, "a.mat", golden("svhn.mat")),
            seed(Format::Svhn, "a.mat", golden("svhn-plain.mat")),
            seed(Format::Npz, "a.npz", npz()),
            Seed {
                beside: vec![("labels", names.clone())],
                ..seed(Format::Idx, "images", idx.clone())
            },
            Seed {
                beside: vec![("labels", names)],
                ..seed(Format::Idx, "images.gz", packed(&idx))
            },
            Seed {
                beside: vec![("labels.npy", npy("|u1", &[10], &[1; 10]))],
                options: r#"{"corruption": "fog", "severity": 3}"#,
                folder: true,
                ..seed(Format::Corrupted, "fog.npy", fog)
            },
            seed(Format::Parquet, "a.parquet", golden("snappy.parquet")),
            seed(Format::Parquet, "a.parquet", golden("zstd.parquet")),
        ];
        for content in pictures() {
            seeds.push(Seed {
                folder: true,
                options: r#"{"resize": 16, "crop": 12}"#,
                ..seed(Format::Folder, "class/a.png", content)
            });
        }
        seeds[2].content = golden("cifar10.protocol2");
        seeds
    })
}

/// Opens the file with another content and reads all that it gives.
fn read(seed: &Seed, content: &[u8]) -> Result<usize, String> {
    let folder = TempDir::new().unwrap();
    let file = made::written(&folder, seed.name, content);
    let beside = seed
        .beside
        .iter()
        .map(|(name, content)| made::written(&folder, name, content));
    let files: Vec<PathBuf> = std::iter::once(file).chain(beside).collect();
    let paths = if seed.folder {
        vec![folder.path().to_owned()]
    } else {
        files
    };
    let _ = recognise(&paths);
    let set =
        open(seed.format, &paths, &options(seed.options)).map_err(|error| error.to_string())?;
    all(&set).map_err(|error| error.to_string())
}

fn all(set: &Set) -> valleyscope_dataset::Result<usize> {
    let mut bytes = vec![0; set.info().pixels()];
    for index in 0..set.info().count {
        assert!(set.label(index)? < set.info().classes.len());
        set.bytes_into(index, &mut bytes)?;
    }
    Ok(set.info().count)
}

#[test]
fn unchanged_files_are_read() {
    for seed in seeds()
        .iter()
        .filter(|seed| cfg!(feature = "parquet") || seed.format != Format::Parquet)
    {
        let count = read(seed, &seed.content);
        assert!(matches!(count, Ok(1..=2)), "{:?}: {count:?}", seed.format);
    }
}

#[test]
fn files_that_are_cut_off_are_read_or_refused() {
    for seed in seeds() {
        let length = seed.content.len();
        for end in (0..length).step_by((length / 60).max(1)) {
            let _ = read(seed, &seed.content[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 1000 } else { 6000 }))]

    #[test]
    fn changed_bytes_do_no_harm(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..8),
    ) {
        let seed = &seeds()[which.index(seeds().len())];
        let mut content = seed.content.clone();
        for (place, value, near) in changes {
            // Half of them in the head, where sizes stand.
            let within = if near { content.len().min(200) } else { content.len() };
            let place = place.index(within);
            content[place] = value;
        }
        let _ = read(seed, &content);
    }
}
