use super::*;
use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

fn refusal(path: &Path) -> String {
    match Regular::open(path, 100) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error.to_string(),
    }
}

/// A named pipe whose other end nobody opens.
pub(crate) fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn what_is_no_regular_file_is_refused_by_its_kind_and_never_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    pipe(&at("pipe"));
    let _socket = UnixListener::bind(at("socket")).unwrap();
    symlink("/dev/zero", at("link")).unwrap();
    symlink(at("pipe"), at("link to a pipe")).unwrap();
    for (path, kind) in [
        (at("pipe"), "is a named pipe"),
        (at("link to a pipe"), "is a named pipe"),
        (at("link"), "is a device"),
        (at("socket"), "is a socket"),
        (folder.path().to_owned(), "is a folder"),
    ] {
        let text = refusal(&path);
        assert!(text.contains(kind), "{text}");
    }
    let text = refusal(&at("nothing"));
    assert!(text.contains("No such file"), "{text}");
}

#[test]
fn a_link_to_a_regular_file_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "text").unwrap();
    symlink("file", folder.path().join("link")).unwrap();
    assert_eq!(text(&folder.path().join("link"), 4).unwrap(), "text");
}

#[test]
fn a_file_that_is_too_large_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sparse");
    let file = File::create(&path).unwrap();
    file.set_len(1 << 40).unwrap();
    let text = refusal(&path);
    assert!(text.contains("holds 1099.5 GB"), "{text}");
}

#[test]
fn files_of_another_kind_are_called_what_they_are() {
    for (start, words) in [
        (
            &b"version https://git-lfs.github.com/spec/v1\n"[..],
            "git lfs pull",
        ),
        (b"PK\x03\x04archive", "torch.save"),
        (b"\x80\x02}q\x00", "pickle"),
        (b"<!doctype html><html>", "a web page"),
    ] {
        let kind = foreign(start).unwrap();
        assert!(kind.contains(words), "{kind}");
    }
    assert_eq!(foreign(b"{\"title\": \"\"}"), None);
    assert_eq!(foreign(b""), None);
}
