//! Files of another kind than their name says, called what they are.

/// The beginnings of files that people take for data sets, and what to do with each.
const KINDS: [(&[u8], &str); 14] = [
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer, which only names the file; fetch the file itself with `git lfs pull`",
    ),
    (
        b"PK\x03\x04",
        "a zip archive; one of NumPy arrays is opened alone, any other is unpacked first",
    ),
    (b"\x80\x02", PICKLE),
    (b"\x80\x03", PICKLE),
    (b"\x80\x04", PICKLE),
    (b"\x80\x05", PICKLE),
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file, which is not read; save its arrays with numpy.savez(file, x=images, y=labels)",
    ),
    (
        b"MATLAB 7.3",
        "a MATLAB 7.3 file, which is HDF5 and not read; save it with `save -v7` or as .npz",
    ),
    (
        b"\x93NUMPY",
        "a NumPy array (.npy); open the folder of CIFAR-10-C, or save images and labels together with numpy.savez(file, x=images, y=labels)",
    ),
    (
        b"\x1f\x8b",
        "a gzip file within a gzip file; unpack it first",
    ),
    (b"<!DOCTYPE", PAGE),
    (b"<html", PAGE),
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
];

const PICKLE: &str =
    "a Python pickle; of pickles only CIFAR-10's and CIFAR-100's Python version is read, by itself";

const PAGE: &str = "a web page: the download was answered with a page and not with the file";

const PICTURE: &str = "a single picture; open its folder instead";

/// What the content is, where it begins as something else than what is read here does.
pub(crate) fn foreign(start: &[u8]) -> Option<String> {
    told(start, &KINDS)
}

/// Which of these beginnings, in capitals or not, the content has, and what is said of that.
pub fn told(start: &[u8], kinds: &[(&[u8], &str)]) -> Option<String> {
    // A tar archive has its mark further in.
    if start.get(257..262) == Some(b"ustar") {
        return Some("a tar archive; unpack it first".to_owned());
    }
    let same = |mark: &[u8]| {
        start
            .get(..mark.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(mark))
    };
    let (_, kind) = kinds.iter().find(|(mark, _)| same(mark))?;
    Some((*kind).to_owned())
}
