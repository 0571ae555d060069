//! Files of another kind than their name says, called what they are.

/// The beginnings of files that people take for weights, pictures or descriptions, and what to do with each.
const KINDS: [(&[u8], &str); 12] = [
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer, which only names the file; fetch the file itself with `git lfs pull`",
    ),
    (
        b"PK\x03\x04",
        "a zip archive, as torch.save writes (.pt, .pth); load it in PyTorch and save its state dict with safetensors.torch.save_file",
    ),
    (
        b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.",
        "a pickle, as older versions of torch.save write (.pt, .pth); load it in PyTorch and save its state dict with safetensors.torch.save_file",
    ),
    (b"\x80\x02", PICKLE),
    (b"\x80\x03", PICKLE),
    (b"\x80\x04", PICKLE),
    (b"\x80\x05", PICKLE),
    (
        b"\x89HDF\r\n\x1a\n",
        "an HDF5 file, as Keras writes; no network from there is read here",
    ),
    (b"\x93NUMPY", "a NumPy array (.npy)"),
    (b"\x1f\x8b", "a gzip file; unpack it first"),
    (b"<!DOCTYPE", PAGE),
    (b"<html", PAGE),
];

const PICKLE: &str = "a Python pickle, which can run any code when it is read and is therefore not read here; \
     of weights save the state dict with safetensors.torch.save_file, of CIFAR-10 take the binary version";

const PAGE: &str = "a web page: the download was answered with a page and not with the file";

/// What the content is, where it begins as something else than what is read here does.
pub(crate) fn foreign(start: &[u8]) -> Option<String> {
    valleyscope_dataset::told(start, &KINDS)
}
