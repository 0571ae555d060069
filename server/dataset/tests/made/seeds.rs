//! Valid files of every format, to be changed.

use super::{noise, npy, options, packed, picture, png};
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;
use valleyscope_dataset::{Format, Set, open, recognise};

/// A file that is changed, with what it needs beside it.
pub struct Seed {
    pub format: Format,
    pub name: &'static str,
    pub content: Vec<u8>,
    beside: Vec<(&'static str, Vec<u8>)>,
    options: &'static str,
    /// The folder is opened, and not the files in it.
    folder: bool,
}

/// A folder with what a seed needs beside it.
pub struct Placed<'a> {
    seed: &'a Seed,
    folder: TempDir,
    paths: Vec<PathBuf>,
}

impl Seed {
    pub fn placed(&self) -> Placed<'_> {
        let folder = valleyscope_tests::mutate::folder();
        let beside = self.beside.iter();
        let beside = beside.map(|(name, content)| super::written(&folder, name, content));
        let files = std::iter::once(folder.path().join(self.name)).chain(beside);
        let files: Vec<PathBuf> = files.collect();
        let paths = match self.folder {
            true => vec![folder.path().to_owned()],
            false => files,
        };
        Placed {
            seed: self,
            folder,
            paths,
        }
    }
}

impl Placed<'_> {
    /// Opens the file with another content and reads all that it gives.
    pub fn read(&self, content: &[u8]) -> Result<usize, String> {
        super::written(&self.folder, self.seed.name, content);
        let _ = recognise(&self.paths);
        let set = open(self.seed.format, &self.paths, &options(self.seed.options));
        all(&set.map_err(|error| error.to_string())?).map_err(|error| error.to_string())
    }
}

fn all(set: &Set) -> valleyscope_dataset::Result<usize> {
    let mut bytes = vec![0; set.info().pixels()];
    for index in 0..set.info().count {
        assert!(set.label(index)? < set.info().classes.len());
        set.bytes_into(index, &mut bytes)?;
    }
    Ok(set.info().count)
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(super::golden(name)).unwrap()
}

fn npz() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
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

fn pictures() -> [(&'static str, Vec<u8>); 6] {
    use image::{ExtendedColorType, ImageFormat};
    let pixels = noise(24 * 20 * 4, 1);
    let encoded = |format| {
        let image = image::RgbImage::from_raw(24, 20, pixels[..24 * 20 * 3].to_vec()).unwrap();
        let mut content = Cursor::new(Vec::new());
        image.write_to(&mut content, format).unwrap();
        content.into_inner()
    };
    let grey = image::GrayImage::from_raw(24, 20, pixels[..24 * 20].to_vec()).unwrap();
    let mut grey_jpeg = Cursor::new(Vec::new());
    grey.write_to(&mut grey_jpeg, ImageFormat::Jpeg).unwrap();
    [
        ("class/a.png", picture(20, 24, 1)),
        (
            "class/a.png",
            png(20, 24, ExtendedColorType::L8, &pixels[..24 * 20]),
        ),
        (
            "class/a.png",
            png(20, 24, ExtendedColorType::Rgba8, &pixels),
        ),
        ("class/a.jpg", encoded(ImageFormat::Jpeg)),
        ("class/a.jpg", grey_jpeg.into_inner()),
        ("class/a.webp", encoded(ImageFormat::WebP)),
    ]
}

/// Two pictures and two labels as idx files.
fn idx() -> [Vec<u8>; 2] {
    let head = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4];
    let images = [&head[..], &noise(24, 1)].concat();
    [images, vec![0, 0, 8, 1, 0, 0, 0, 2, 7, 3]]
}

pub fn seeds() -> &'static [Seed] {
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
        let [images, labels] = idx();
        let fog = npy("|u1", &[10, 4, 4, 3], &noise(480, 1));
        let ten = npy("|u1", &[10], &[1; 10]);
        let corrupted = |name, content, other, beside| Seed {
            beside: vec![(other, beside)],
            options: r#"{"corruption": "fog", "severity": 3}"#,
            folder: true,
            ..seed(Format::Corrupted, name, content)
        };
        let hundred = [vec![1, 2], noise(3072, 1)].concat();
        let mut seeds = vec![
            seed(Format::Cifar10, "a.bin", [vec![1], noise(3072, 1)].concat()),
            seed(Format::Cifar100, "a.bin", packed(&hundred)),
            seed(
                Format::CifarPickle,
                "test_batch",
                golden("cifar10.protocol2"),
            ),
            seed(
                Format::CifarPickle,
                "test_batch",
                golden("cifar10.protocol4"),
            ),
            seed(
                Format::CifarPickle,
                "test_batch",
                golden("cifar10.protocol5"),
            ),
            seed(Format::CifarPickle, "test", golden("cifar100.columns")),
            seed(Format::Svhn, "a.mat", golden("svhn.mat")),
            seed(Format::Svhn, "a.mat", golden("svhn-plain.mat")),
            seed(Format::Npz, "a.npz", npz()),
            Seed {
                beside: vec![("labels", labels.clone())],
                ..seed(Format::Idx, "images", images.clone())
            },
            Seed {
                beside: vec![("labels", labels.clone())],
                ..seed(Format::Idx, "images.gz", packed(&images))
            },
            Seed {
                beside: vec![("images", images)],
                ..seed(Format::Idx, "labels", labels)
            },
            corrupted("fog.npy", fog.clone(), "labels.npy", ten.clone()),
            corrupted("labels.npy", ten, "fog.npy", fog),
        ];
        if cfg!(feature = "parquet") {
            for name in ["snappy.parquet", "zstd.parquet"] {
                seeds.push(seed(Format::Parquet, "a.parquet", golden(name)));
            }
        }
        for (name, content) in pictures() {
            seeds.push(Seed {
                folder: true,
                options: r#"{"resize": 16, "crop": 12}"#,
                ..seed(Format::Folder, name, content)
            });
        }
        seeds
    })
}
