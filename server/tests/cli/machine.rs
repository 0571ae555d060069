//! The server among other users and programs of a machine: who may read its files, and what is left when connections take all they can get.

use crate::program::{Program, spec};
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().mode() & 0o777
}

/// Everything below a folder, and the folder.
fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(walk(&path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn what_the_server_writes_is_its_owners_alone() {
    let program = Program::new();
    // Whatever the shell would allow others.
    let server = program.serve_after("umask 000");
    let id = server.create(&spec(8, 3));
    let deadline = Instant::now() + Duration::from_secs(60);
    while server.run(&id)["phase"] != "finished" {
        assert!(Instant::now() < deadline, "the run does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    let data = program.path("data");
    let found = walk(Path::new(&data));
    let names: Vec<_> = found.iter().filter_map(|path| path.extension()).collect();
    assert!(names.contains(&"sqlite".as_ref()) && names.contains(&"kept".as_ref()));
    for path in found {
        let right = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), right, "{}", path.display());
    }
}

#[test]
fn a_data_directory_is_made_for_its_owner_by_whoever_writes_there_first() {
    let program = Program::new();
    let images = program.path("images.bin");
    std::fs::write(&images, vec![0; 3073]).unwrap();
    let output = program.run(&["data", "add", "mine", &images]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(mode(Path::new(&program.path("data"))), 0o700);
}

#[test]
fn a_token_file_that_others_can_read_is_refused() {
    let program = Program::new();
    let token = program.secret("token", "a token of more than sixteen characters\n");
    for open in [0o644, 0o640, 0o604, 0o620] {
        std::fs::set_permissions(&token, PermissionsExt::from_mode(open)).unwrap();
        let output = program.run(&["serve", "--port", "0", "--token-file", &token]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success()
                && text.contains("chmod 600")
                && text.contains(&format!("{open:o}")),
            "{text}"
        );
    }
    std::fs::set_permissions(&token, PermissionsExt::from_mode(0o400)).unwrap();
    let server = program.serve(&["--token-file", &token]);
    assert_eq!(server.get("/api/v1/health"), "{\"status\":\"ok\"}");
}

/// Connections that say nothing take what they can get; the server answers, and runs find their files.
#[test]
fn silent_connections_leave_room_for_requests_and_runs() {
    let program = Program::new();
    let server = program.serve_after("ulimit -n 256");
    let silent: Vec<_> = (0..300)
        .map(|_| TcpStream::connect(&server.address).unwrap())
        .collect();
    let id = server.create(&spec(8, 3));
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let run = server.run(&id);
        if run["phase"] == "finished" {
            break;
        }
        assert!(
            run["phase"] == "queued" || run["phase"] == "running",
            "{run}"
        );
        assert!(Instant::now() < deadline, "the run does not end");
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(silent);
}
