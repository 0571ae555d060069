//! A real disk that is full: a file system of a few megabytes in a namespace of its own.

#![cfg(target_os = "linux")]

use crate::program::{Program, Server, spec};
use crate::resume::ended;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Output, Stdio};

/// A file system that lies over the data directory of a program, for those who enter it.
struct SmallDisk {
    program: Program,
    holder: Child,
}

impl SmallDisk {
    /// Nothing on a system that lets no one make such a file system.
    fn new(megabytes: u32) -> Option<Self> {
        let program = Program::new();
        std::fs::create_dir(program.path("data")).unwrap();
        let script = format!(
            "mount -t tmpfs -o size={megabytes}m tmpfs '{}' && echo ready && exec sleep 1000",
            program.path("data")
        );
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let mut out = BufReader::new(holder.stdout.take()?);
        if out.read_line(&mut line).is_err() || line.trim() != "ready" {
            let _ = holder.wait();
            eprintln!("not tested: this system lets no one make a small file system");
            return None;
        }
        Some(Self { program, holder })
    }

    /// What enters the namespace and then does something there.
    fn starter(&self) -> Vec<String> {
        let id = self.holder.id().to_string();
        let words = ["nsenter", "-t", &id, "-U", "-m", "--preserve-credentials"];
        words.map(str::to_owned).into()
    }

    fn serve(&self) -> Server {
        let starter = self.starter();
        let starter: Vec<&str> = starter.iter().map(String::as_str).collect();
        self.program.serve_under(&starter)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let starter = self.starter();
        let starter: Vec<&str> = starter.iter().map(String::as_str).collect();
        self.program.under(&starter, arguments).output().unwrap()
    }

    /// A path on the small disk, from outside.
    fn path(&self, name: &str) -> String {
        let inside = self.program.path(&format!("data/{name}"));
        format!("/proc/{}/root{inside}", self.holder.id())
    }

    /// Fills it to the last byte.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.path("ballast")).unwrap();
        for size in [64 * 1024, 4096, 1] {
            let piece = vec![1; size];
            while file.write_all(&piece).is_ok() {}
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.path("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

fn words(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    String::from_utf8_lossy(&[out.as_slice(), error].concat()).into_owned()
}

#[test]
fn on_a_full_disk_runs_can_be_deleted_and_the_server_starts() {
    let Some(disk) = SmallDisk::new(8) else {
        return;
    };
    let mut server = disk.serve();
    let ids: Vec<String> = (0..3).map(|_| server.create(&spec(24, 4))).collect();
    for id in &ids {
        assert_eq!(ended(&server, id)["phase"], "finished");
    }
    disk.fill();
    let refused = server.order(&spec(24, 4));
    assert_eq!(refused["status"], 507, "{refused}");
    let health: Value = serde_json::from_str(&server.get("/api/v1/health")).unwrap();
    assert_eq!(health["status"], "ok");
    // One whose iterates make room, and one that has none any more: the room that is set aside must do.
    std::fs::remove_file(disk.path(&format!("kept/{}.kept", ids[1]))).unwrap();
    std::fs::File::options()
        .append(true)
        .open(disk.path("ballast"))
        .map(|mut file| while file.write_all(&[1; 512]).is_ok() {})
        .unwrap();
    for id in [&ids[1], &ids[0]] {
        let path = format!("/api/v1/runs/{id}");
        assert_eq!(server.status(&format!("DELETE {path}")), 204, "{id}");
        assert_eq!(server.status(&format!("GET {path}")), 404);
    }
    // Full again, to the last byte, as it may be when a server starts.
    assert!(server.terminate().success());
    disk.fill();
    let server = disk.serve();
    assert_eq!(server.run(&ids[2])["phase"], "finished");
    assert_eq!(
        server.status(&format!("DELETE /api/v1/runs/{}", ids[2])),
        204
    );
    disk.empty();
    let id = server.create(&spec(24, 4));
    assert_eq!(ended(&server, &id)["phase"], "finished");
}

#[test]
fn a_run_that_the_disk_cannot_hold_is_refused_with_both_numbers() {
    let Some(disk) = SmallDisk::new(8) else {
        return;
    };
    let server = disk.serve();
    let mut large = spec(256, 100);
    large["keep_examples"] = 256.into();
    let refused = server.order(&large);
    assert_eq!(
        (&refused["status"], &refused["type"]),
        (&json!(507), &json!("/problems/disk-too-small"))
    );
    let detail = refused["detail"].as_str().unwrap();
    assert_eq!(detail.matches(" MB").count(), 2, "{detail}");
    let result = disk.program.path("data/result.json");
    let spec = disk.program.write("large.json", &large);
    let output = disk.run(&["run", &spec, "--out", &result]);
    let text = words(&output);
    assert!(!output.status.success(), "{text}");
    assert!(
        text.contains("on the disk, and") && text.contains("MB is free"),
        "{text}"
    );
}

#[test]
fn a_data_set_that_finds_no_room_leaves_nothing_behind() {
    let Some(disk) = SmallDisk::new(8) else {
        return;
    };
    // One CIFAR-10 image: a label and 3,072 bytes.
    let images = disk.program.path("images.bin");
    std::fs::write(&images, vec![3; 3073]).unwrap();
    let server = disk.serve();
    disk.fill();
    let output = disk.run(&["data", "add", "mine", &images]);
    assert!(
        !output.status.success() && words(&output).contains("space"),
        "{}",
        words(&output)
    );
    assert_eq!(server.status("GET /api/v1/catalog"), 200);
    let output = disk.run(&["data", "list"]);
    assert!(
        output.status.success() && !words(&output).contains("mine"),
        "{}",
        words(&output)
    );
    disk.empty();
    let output = disk.run(&["data", "add", "mine", &images]);
    assert!(output.status.success(), "{}", words(&output));
    assert!(words(&disk.run(&["data", "list"])).contains("mine\t1 images"));
}
